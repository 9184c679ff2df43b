import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArgoCd } from "./argocd/handle.ts";
import { startArgoCd } from "./argocd/index.ts";
import type { CertManager } from "./cert-manager/handle.ts";
import { startCertManager } from "./cert-manager/index.ts";
import { fillGitlab } from "./databases/gitlab.ts";
import { fillMlflow } from "./databases/mlflow.ts";
import { startGitLab } from "./gitlab/index.ts";
import { type LabCluster, startKubernetes } from "./kubernetes/index.ts";
import type { Ledger } from "./ledger.ts";
import { startMlflow } from "./mlflow/index.ts";
import type { Part } from "./part.ts";
import type { Environment, EnvironmentName } from "./platform.ts";
import { execIn, jobsOf, type Programs } from "./programs.ts";
import { gitlabVersion, mlflowVersion, sharinghubVersion } from "./repository/laid-over.ts";
import { gitOf, releaseTag, repositoryUrl } from "./repository/repository.ts";
import { ingressCertificate, seedCluster, seedIngressCertificate, seedTexts } from "./seed-cluster.ts";
import { type Ingress, type KeyPair, startIngress } from "./servers/ingress.ts";
import { ask, type Postgresql, startPostgresql } from "./servers/postgresql.ts";
import { startRedis } from "./servers/redis.ts";
import { startSharingHub } from "./sharinghub/index.ts";
import type { StateFolder } from "./state.ts";

export interface EnvironmentPorts {
  readonly cluster: number;
  readonly postgresql: number;
  readonly redis: number;
  readonly gitlab: number;
  readonly hub: number;
  readonly sharinghub: number;
}

export interface EnvironmentOptions {
  readonly name: EnvironmentName;
  readonly folder: StateFolder;
  readonly ledger: Ledger;
  readonly ports: EnvironmentPorts;
  readonly checkout: string;
  /** The bare repository that Argo CD reads. */
  readonly repository: string;
}

/** Starts an environment's real servers, then what stands on them, then the way in. What was begun is ended when a part fails. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const begun: Promise<Part>[] = [];
  const begin = <P extends Part>(part: Promise<P>): Promise<P> => {
    begun.push(part);
    return part;
  };
  const end = async (): Promise<void> => {
    const settled = await Promise.allSettled(begun.splice(0).toReversed());
    for (const one of settled) if (one.status === "fulfilled") await one.value.close().catch(() => undefined);
  };
  try {
    return { ...(await assemble(options, begin)), close: end };
  } catch (thrown) {
    await end().catch(() => undefined);
    throw thrown;
  }
}

async function assemble(
  options: EnvironmentOptions,
  begin: <P extends Part>(part: Promise<P>) => Promise<P>,
): Promise<Omit<Environment, "close">> {
  const { name, folder, ledger, ports } = options;
  const urls = { gitlab: `https://127.0.0.1:${ports.gitlab}`, hub: `https://127.0.0.1:${ports.hub}` };
  const tokens = { probe: folder.secret(`${name}-gitlab-probe`), member: folder.secret(`${name}-gitlab-member`) };
  const programs: Programs = {};
  const [postgresql, redis, { cluster }] = await Promise.all([
    begin(startDatabase(options)),
    begin(
      startRedis({
        name: `${name} redis`,
        folder: folder.path(name, "redis"),
        port: ports.redis,
        password: folder.secret(`${name}-redis`),
        register: folder.register,
      }),
    ),
    begin(startCluster(options, programs)),
  ]);
  folder.keepSecret(`${name}-gitlab-database-url`, postgresql.observerUrl("gitlabhq_production"));
  folder.keepSecret(`${name}-mlflow-database-url`, postgresql.observerUrl("mlflow"));
  folder.keepSecret(`${name}-redis-url`, redis.secretUrl);
  let skewMs = 0;
  const gitlab = await begin(
    startGitLab({
      name: `${name}/gitlab`,
      databaseUrl: postgresql.ownerUrl("gitlabhq_production"),
      redisUrl: redis.secretUrl,
      version: versionNow(ledger, `${name}/gitlab`, gitlabVersion),
      port: 0,
      ledger,
      now: () => new Date(Date.now() + skewMs),
      externalUrl: urls.gitlab,
      tokens: [
        { name: "probe", token: tokens.probe, username: "root", scopes: ["read_api", "admin_mode"] },
        { name: "member", token: tokens.member, username: "root", scopes: ["api"] },
      ],
    }),
  );
  const mlflow = await begin(
    startMlflow({
      name: `${name}/mlflow`,
      databaseUrl: postgresql.ownerUrl("mlflow"),
      version: versionNow(ledger, `${name}/mlflow`, mlflowVersion),
      port: 0,
      ledger,
      now: () => new Date(),
      artifacts: folder.path(name, "artifacts"),
      sharinghubUrl: `http://127.0.0.1:${ports.sharinghub}`,
    }),
  );
  const sharinghub = await begin(
    startSharingHub({
      name: `${name}/sharinghub`,
      version: versionNow(ledger, `${name}/sharinghub`, sharinghubVersion),
      port: ports.sharinghub,
      ledger,
      now: () => new Date(),
      gitlabUrl: gitlab.url,
      mlflowUrl: `${mlflow.url}/mlflow/`,
      shown: { gitlab: urls.gitlab, mlflow: `${urls.hub}/mlflow/` },
      externalUrl: urls.hub,
    }),
  );
  Object.assign(programs, { postgresql, redis, gitlab, mlflow });
  let ingress: Ingress | undefined;
  let certificate: KeyPair | undefined;
  const controllers = await begin(
    startControllers(options, cluster, (issued) => {
      certificate = issued;
      ingress?.reload(issued);
    }),
  );
  const caFile = folder.path(name, "ca.pem");
  writeFileSync(caFile, controllers.certManager.ca);
  if (certificate === undefined) throw new Error("cert-manager issued no certificate for the way in");
  ingress = await begin(
    startIngress({
      name: `${name} ingress`,
      certificate,
      doors: [
        { port: ports.gitlab, routes: [{ prefix: "/", to: () => gitlab.url }] },
        {
          port: ports.hub,
          routes: [
            { prefix: "/mlflow", to: () => mlflow.url },
            { prefix: "/", to: () => sharinghub.url },
          ],
        },
      ],
    }),
  );
  return {
    name,
    cluster,
    argocd: controllers.argocd,
    certManager: controllers.certManager,
    postgresql,
    redis,
    gitlab,
    sharinghub,
    mlflow,
    ingress,
    skew: (millis) => void (skewMs = millis),
    urls,
    caFile,
    tokens,
  };
}

/** What it was upgraded to, else what the platform began with. */
function versionNow(ledger: Ledger, target: string, first: string): string {
  const upgraded = ledger.entries().filter((entry) => entry.target === target && entry.effect === "upgraded");
  return upgraded.at(-1)?.detail?.["version"] ?? first;
}

async function startDatabase({ name, folder, ports }: EnvironmentOptions): Promise<Postgresql> {
  const postgresql = await startPostgresql({
    name: `${name} postgresql`,
    folder: folder.path(name, "postgresql"),
    port: ports.postgresql,
    passwords: { owner: folder.secret(`${name}-database-owner`), observer: folder.secret(`${name}-database-observer`) },
    register: folder.register,
  });
  const { seed } = folder.state;
  const size = name === "production" ? 300 : 60;
  const now = new Date();
  // Each fill is one transaction: a table that is there says that all of them are.
  const [gitlab, mlflow] = [postgresql.ownerUrl("gitlabhq_production"), postgresql.ownerUrl("mlflow")];
  await Promise.all([
    isEmpty(gitlab, "schema_migrations").then((empty) =>
      empty ? fillGitlab(gitlab, { version: gitlabVersion, seed, size, now }) : undefined,
    ),
    isEmpty(mlflow, "alembic_version").then((empty) =>
      empty ? fillMlflow(mlflow, { version: mlflowVersion, seed, size: size / 10, now }) : undefined,
    ),
  ]);
  return postgresql;
}

async function isEmpty(url: string, table: string): Promise<boolean> {
  const [row] = await ask(url, [`select to_regclass('public.${table}') is null as empty`]);
  return row?.["empty"] === true;
}

interface ControllerPart extends Part {
  readonly argocd: ArgoCd;
  readonly certManager: CertManager;
}

const folderNames = { development: "dev", staging: "staging", production: "prod" } as const;

/** Argo CD and cert-manager, and what is applied once by hand: the project and the Application of Applications. */
async function startControllers(
  { name, repository, folder }: EnvironmentOptions,
  cluster: LabCluster,
  issued: (certificate: KeyPair) => void,
): Promise<ControllerPart> {
  const git = gitOf(repository, [repositoryUrl]);
  const argocd = await startArgoCd({ cluster, git });
  const commit = await git.resolve(repositoryUrl, releaseTag);
  const [root, apps] = await Promise.all([
    git.files(repositoryUrl, commit, `environments/${folderNames[name]}`),
    git.files(repositoryUrl, commit, "argocd-apps"),
  ]);
  seedTexts(cluster, [apps.get("project.yaml"), root.get("root-application.yaml")]);
  seedIngressCertificate(cluster, name);
  const certManager = startCertManager({
    cluster,
    folder: folder.path(name, "cert-manager"),
    onIssued(secret) {
      if (secret.namespace !== ingressCertificate.namespace || secret.name !== ingressCertificate.name) return;
      issued({ cert: `${secret.cert}${secret.ca}`, key: secret.key });
    },
  });
  const close = async (): Promise<void> => void (await Promise.all([argocd.close(), certManager.close()]));
  return { name: `${name} controllers`, argocd, certManager, close };
}

interface ClusterPart extends Part {
  readonly cluster: LabCluster;
}

async function startCluster(
  { name, folder, ports, checkout }: EnvironmentOptions,
  programs: Programs,
): Promise<ClusterPart> {
  const cluster = await startKubernetes({
    port: ports.cluster,
    file: folder.path(name, "cluster.json"),
    stepMs: 500,
    bookmarkMs: 10_000,
    metrics: true,
    exec: execIn(programs),
    job: jobsOf(programs),
  });
  seedCluster(cluster, join(checkout, "deploy", "rbac"));
  for (const account of ["observer", "changer"]) {
    const file = cluster.kubeconfig(`millwright/millwright-${account}`);
    folder.keepSecret(`${name}-kubeconfig-${account}`, readFileSync(file, "utf8"));
  }
  copyFileSync(cluster.kubeconfig("admin"), folder.secretFile(`${name}-kubeconfig-admin`));
  return { name: `${name} cluster`, cluster, close: async () => cluster.close() };
}
