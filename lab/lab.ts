import { createHmac } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JWK } from "oidc-provider";
import { readKitFolder } from "../src/edge/kit.ts";
import { processStart } from "../src/edge/process-start.ts";
import { accountsOf } from "./accounts.ts";
import { makeRepositories } from "./backups/repositories.ts";
import { buildConsole } from "./console.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { startEnvironment } from "./environment.ts";
import type { EnvironmentPorts } from "./environment-options.ts";
import { Ledger } from "./ledger.ts";
import type { Part } from "./part.ts";
import { type Environment, type EnvironmentName, environmentNames, type Platform } from "./platform.ts";
import type { Progress } from "./progress.ts";
import { fillRepository } from "./repository/repository.ts";
import { endLeftBehind } from "./servers/children.ts";
import { type GitServer, type PushedRef, startGitServer } from "./servers/git-http.ts";
import { type Account, newSigningKey, startLoginService } from "./servers/login-service.ts";
import { type ObjectStore, startObjectStore } from "./servers/object-store.ts";
import { StateFolder } from "./state.ts";
import { bucketsOf } from "./stores/buckets.ts";
import { type Pace, serverConfigOf } from "./write-server-config.ts";

export interface LabOptions {
  readonly checkout: string;
  readonly data: string;
  /** `usual`: 8420 and those after it, where they are free. */
  readonly ports: "usual" | "any";
  readonly pace: Pace;
  readonly progress: Progress;
  readonly now: () => Date;
}

/** The lab, running: a platform in three environments with a control plane on it. */
export interface Lab extends Platform {
  readonly folder: StateFolder;
  readonly accounts: readonly Account[];
  readonly git: GitServer;
  readonly objectStore: ObjectStore | undefined;
  readonly controlPlane: ControlPlane;
  readonly ports: LabPorts;
  close(): Promise<void>;
}

export interface LabPorts {
  readonly console: number;
  readonly panel: number;
  readonly login: number;
  readonly git: number;
  readonly s3: number;
  readonly environments: Readonly<Record<EnvironmentName, EnvironmentPorts>>;
}

/** Starts everything, much of it at once. What was begun is ended when a part fails. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const folder = new StateFolder(options.data, options.now());
  const left = await endLeftBehind(folder.state.processes);
  if (left.length > 0) options.progress.say(`  ended what an earlier lab left behind: ${left.join(", ")}`);
  folder.change({ main: { name: "lab", pid: process.pid, start: processStart(process.pid) ?? "" }, processes: [] });
  const begun: Promise<Part | undefined>[] = [];
  const close = async (): Promise<void> => {
    const settled = await Promise.allSettled(begun.splice(0));
    const parts = settled.flatMap((one) => (one.status === "fulfilled" && one.value !== undefined ? [one.value] : []));
    // The control plane first: it need not see its platform fall.
    for (const part of parts.filter(isControlPlane)) await part.close().catch(() => undefined);
    await Promise.allSettled(parts.filter((part) => !isControlPlane(part)).map((part) => part.close()));
    folder.change({ main: undefined, processes: [] });
  };
  const begin = <P extends Part | undefined>(part: Promise<P>): Promise<P> => {
    begun.push(part);
    return part;
  };
  try {
    return { ...(await assemble(options, folder, begin)), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function isControlPlane({ name }: Part): boolean {
  return name === "control plane";
}

async function assemble(
  options: LabOptions,
  folder: StateFolder,
  begin: <P extends Part | undefined>(part: Promise<P>) => Promise<P>,
): Promise<Omit<Lab, "close">> {
  const { checkout, progress } = options;
  const ports = await choosePorts(folder, options.ports);
  const ledger = new Ledger(folder.path("ledger.jsonl"));
  const accounts = accountsOf(folder);
  const [git, objectStore] = await Promise.all([
    begin(progress.step("Git with the platform's repository", startGit(options, folder, ports, ledger))),
    begin(progress.step("object store", startStore(checkout, folder, ports.s3))),
    begin(progress.step("login service", startLogin(folder, ports, accounts, ledger))),
  ]);
  if (objectStore === undefined) progress.say("           S3 is not set up: its gateway needs Go to be built");
  const config = serverConfigOf({ folder, ports, environments: ports.environments, objectStore, pace: options.pace });
  writeFileSync(folder.path("server.yaml"), config, { mode: 0o600 });
  const report = (message: string): void => progress.say(message);
  const [backups, controlPlane, , ...environments] = await Promise.all([
    progress.step("repositories for backups", makeRepositories(folder, environmentNames)),
    begin(progress.step("control plane", startControlPlane({ checkout, folder, port: ports.console, report }))),
    progress.step("console", buildConsole(checkout)),
    ...environmentNames.map((name) => {
      const given = {
        name,
        folder,
        ledger,
        ports: ports.environments[name],
        checkout,
        repository: git.folder,
        objectStore,
      };
      return begin(progress.step(name, startEnvironment(given)));
    }),
  ]);
  if (!backups) progress.say("           backups are not set up: they need restic");
  await controlPlane.startWorker();
  return {
    folder,
    accounts,
    git,
    objectStore,
    controlPlane,
    ports,
    ledger,
    environments: byName(environments),
  };
}

function byName(environments: readonly Environment[]): Readonly<Record<EnvironmentName, Environment>> {
  return Object.fromEntries(environments.map((one) => [one.name, one])) as Record<EnvironmentName, Environment>;
}

async function choosePorts(folder: StateFolder, how: LabOptions["ports"]): Promise<LabPorts> {
  const port = (name: string, usual: number): Promise<number> => folder.port(name, how === "usual" ? usual : undefined);
  const environments: Partial<Record<EnvironmentName, EnvironmentPorts>> = {};
  for (const [index, name] of environmentNames.entries()) {
    const first = 8430 + 10 * index;
    environments[name] = {
      gitlab: await port(`${name}-gitlab`, first),
      hub: await port(`${name}-hub`, first + 1),
      cluster: await port(`${name}-cluster`, first + 2),
      postgresql: await port(`${name}-postgresql`, first + 3),
      redis: await port(`${name}-redis`, first + 4),
      sharinghub: await port(`${name}-sharinghub`, first + 5),
    };
  }
  return {
    console: await port("console", 8420),
    panel: await port("panel", 8421),
    login: await port("login", 8422),
    git: await port("git", 8423),
    s3: await port("s3", 8424),
    environments: environments as Record<EnvironmentName, EnvironmentPorts>,
  };
}

async function startGit(
  { checkout, now }: LabOptions,
  folder: StateFolder,
  ports: LabPorts,
  ledger: Ledger,
): Promise<GitServer> {
  const secret = folder.secret("webhook");
  const git = await startGitServer({
    folder: folder.path("git"),
    repository: "mlops.git",
    port: ports.git,
    accounts: [
      { user: "journal", token: folder.secret("git-journal"), mayPush: "refs/heads/maintenance-log" },
      { user: "changer", token: folder.secret("git-changer"), mayPush: "refs/heads/millwright/*" },
      { user: "operator", token: folder.secret("git-operator"), mayPush: "*" },
    ],
    ledger,
    pushed: (refs) => void tellPush(`http://127.0.0.1:${ports.console}/hooks/mlops`, secret, refs),
  });
  const kit = readKitFolder(join(checkout, "kit"));
  const today = folder.state.madeOn || now().toISOString().slice(0, 10);
  await fillRepository({ bare: git.folder, kit, today, scratch: folder.path("git", "scratch") });
  return git;
}

/** As GitLab's webhook tells of a push. A control plane that is down reads the repository when it is up again. */
async function tellPush(url: string, secret: string, refs: readonly PushedRef[]): Promise<void> {
  for (const { ref, before, after } of refs) {
    const body = JSON.stringify({ object_kind: "push", event_name: "push", ref, before, after });
    await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-gitlab-event": "Push Hook",
        "x-gitlab-token": secret,
        "x-gitlab-event-uuid": createHmac("sha256", secret).update(body).digest("hex"),
      },
      body,
      signal: AbortSignal.timeout(5_000),
    }).catch(() => undefined);
  }
}

async function startStore(checkout: string, folder: StateFolder, port: number): Promise<ObjectStore | undefined> {
  return startObjectStore({
    tools: join(checkout, ".cache", "tools"),
    folder: folder.path("s3"),
    port,
    accessKey: folder.secret("s3-access", () => "lab"),
    secretKey: folder.secret("s3-secret"),
    buckets: ["mlops-backups", ...environmentNames.flatMap(bucketsOf)],
    register: folder.register,
  });
}

async function startLogin(
  folder: StateFolder,
  ports: LabPorts,
  accounts: readonly Account[],
  ledger: Ledger,
): ReturnType<typeof startLoginService> {
  const canarySecret = folder.secret("login-canary");
  if (!existsSync(folder.secretFile("login-canary-pair")))
    folder.keepSecret("login-canary-pair", `canary:${canarySecret}`);
  return startLoginService({
    port: ports.login,
    accounts,
    clientSecret: folder.secret("login-client"),
    canarySecret,
    cookieKey: folder.secret("login-cookies"),
    signingKey: JSON.parse(folder.secret("login-key", () => JSON.stringify(newSigningKey()))) as JWK,
    redirectUris: [`http://127.0.0.1:${ports.console}/auth/callback`],
    ledger,
  });
}
