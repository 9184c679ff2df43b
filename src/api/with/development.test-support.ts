import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillGitlab } from "../../../lab/databases/gitlab.ts";
import { fillMlflow } from "../../../lab/databases/mlflow.ts";
import { type GitlabStandIn, startGitLab } from "../../../lab/gitlab/index.ts";
import { Ledger } from "../../../lab/ledger.ts";
import { type MlflowStandIn, startMlflow } from "../../../lab/mlflow/index.ts";
import { type SharingHubStandIn, startSharingHub } from "../../../lab/sharinghub/index.ts";
import type { OpenCanary } from "../../health/canary/ports.ts";
import { InputError } from "../../kernel/errors.ts";
import type { Http, HttpReply, HttpRequest } from "../../kernel/ports.ts";
import { running } from "../../observations/look.test-support.ts";
import { redisProgram, startRedis } from "../../observations/servers.test-support.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { freePort } from "../../store/postmaster.ts";
import { emptyDatabase } from "../../store/test-support.ts";
import { openCanaryOf } from "./canary.ts";
import type { CapabilityPorts } from "./capability.ts";

/** Stands in for the network between here and there: what becomes of a request, and of its answer. */
type Tamper = (request: HttpRequest & { readonly url: string }, go: () => Promise<HttpReply>) => Promise<HttpReply>;

/** The edges, which a test binds. */
export type Openers = Pick<CapabilityPorts, "openLog" | "withGitCredential"> & { readonly http: Http };

/** A platform as the lab has one, with a canary's group, and what is left of a run in it. */
export interface Development extends Servers {
  readonly ledger: Ledger;
  readonly token: string;
  tamper: Tamper;
  /** As `millwright.server.yaml` declares it; with another token, or other declarations. */
  open(other?: Declared): OpenCanary;
  /** What bears a run's name anywhere, and every file in a project or store; empty: nothing was left. */
  debris(runId: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Declared {
  /** Read at each use. */
  readonly token?: () => string;
  readonly canaries?: readonly object[];
  readonly mode?: "shadow";
  /** Plain MLflow in the place of that with the plugin. */
  readonly plain?: string;
}

interface Servers {
  readonly gitlab: GitlabStandIn;
  readonly hub: SharingHubStandIn;
  readonly mlflow: MlflowStandIn;
}

const canaryToken = "glpat-canary-of-development";
const now = (): Date => new Date();

export async function startDevelopment(openers: Openers, version = "17.8.7"): Promise<Development> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-canary-"));
  const ledger = new Ledger();
  const servers = await startServers(folder, ledger, version);
  const development: Development = {
    ...servers,
    ledger,
    token: canaryToken,
    tamper: (_, go) => go(),
    open: (other = {}) =>
      opened({ openers, folder, servers, tamper: (...given) => development.tamper(...given) }, other),
    async debris(runId) {
      const url = `${servers.gitlab.url}/api/v4/groups/canary/projects?search=${runId}`;
      const listed = (await (
        await fetch(url, { headers: { "private-token": "lab-admin" } })
      ).json()) as readonly unknown[];
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.includes("/data/"))
        .map(({ name }) => name);
      return [...listed.map((project) => JSON.stringify(project)), ...files];
    },
    async close() {
      for (const part of [servers.hub, servers.mlflow, servers.gitlab]) await part.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return development;
}

async function startServers(folder: string, ledger: Ledger, version: string): Promise<Servers> {
  const { port } = await running(startRedis(redisProgram ?? ""));
  const databaseUrl = await emptyDatabase();
  const models = await emptyDatabase();
  await fillGitlab(databaseUrl, { version: "17.8.7", seed: 1, size: 6 });
  await fillMlflow(models, { version: "2.14.3", seed: 1, size: 1 });
  const common = { port: 0, ledger, now };
  const gitlab = await startGitLab({
    ...common,
    name: "gitlab",
    databaseUrl,
    redisUrl: `redis://127.0.0.1:${port}`,
    version,
    repositories: join(folder, "repositories"),
    tokens: tokens(),
    stepMs: 0,
  });
  const hubPort = await freePort();
  const mlflow = await startMlflow({
    ...common,
    name: "mlflow",
    databaseUrl: models,
    version: "2.14.3",
    artifacts: join(folder, "artifacts"),
    sharinghubUrl: `http://127.0.0.1:${hubPort}`,
    restartMs: 0,
  });
  const urls = { gitlabUrl: gitlab.url, mlflowUrl: mlflow.url };
  const hub = await startSharingHub({ ...common, ...urls, name: "hub", version: "0.4.0", port: hubPort });
  return { gitlab, hub, mlflow };
}

/** An administrator's; the canary's; a developer's in its group; an owner's of another group; one that is over. */
function tokens() {
  const bot = (token: string, access: number, path = "canary") => ({
    token,
    name: "canary",
    username: `bot-${token}`,
    scopes: ["api", "write_repository"],
    group: { path, access },
  });
  return [
    { token: "lab-admin", name: "admin", username: "root", scopes: ["api", "admin_mode"] },
    bot(canaryToken, 50),
    bot("developer", 30),
    bot("elsewhere", 50, "team-1"),
    { ...bot("revoked", 50), revoked: true },
  ];
}

interface Surroundings {
  readonly openers: Openers;
  readonly folder: string;
  readonly servers: Servers;
  readonly tamper: Tamper;
}

function opened({ openers, folder, servers, tamper }: Surroundings, declared: Declared): OpenCanary {
  const { token = () => canaryToken, mode = "act", plain, canaries } = declared;
  const endpoint = (component: string, system: string, url: string) => ({
    environment: "development",
    component,
    system,
    settings: { url },
  });
  const config = ServerConfig.parse({
    endpoints: [
      endpoint("gitlab", "gitlab", servers.gitlab.url),
      endpoint("sharinghub", "sharinghub", servers.hub.url),
      plain === undefined
        ? endpoint("mlflow", "mlflow-sharinghub", servers.mlflow.url)
        : endpoint("mlflow", "mlflow", plain),
    ],
    canaries: canaries ?? [{ environment: "development", group: "canary", token: "env:CANARY" }],
  });
  const http: Http = {
    fetch: (url, request = {}) => tamper({ ...request, url }, () => openers.http.fetch(url, request)),
  };
  return openCanaryOf({
    parts: {
      config: () => config,
      mode: () => mode,
      dataFolder: join(folder, "data"),
      async useSecret(ref) {
        if (ref.kind === "env" && ref.name === "CANARY") return token();
        throw new InputError("the secret is not there");
      },
    },
    ports: { ...openers, probes: { edges: { http: () => http } } },
  });
}
