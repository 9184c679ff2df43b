import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fillGitlab } from "./databases/gitlab.ts";
import { fillKeycloak, type KeycloakFill } from "./databases/keycloak.ts";
import { fillMlflow } from "./databases/mlflow.ts";
import { environOf } from "./environ.ts";
import type { Begin, EnvironmentOptions, EnvironmentPorts } from "./environment-options.ts";
import { type LabCluster, startKubernetes } from "./kubernetes/index.ts";
import type { Part } from "./part.ts";
import { execIn, jobsOf, type Programs } from "./programs.ts";
import { gitlabVersion, mlflowVersion } from "./repository/laid-over.ts";
import { seedCluster, seedObjects } from "./seed-cluster.ts";
import { ask, type Postgresql, startPostgresql } from "./servers/postgresql.ts";
import { type Redis, startRedis } from "./servers/redis.ts";
import type { StateFolder } from "./state.ts";
import { addEncryptedRows, lfsObjectsOf, projectsWithFiles } from "./stores/encrypted-rows.ts";
import { storeObjects } from "./stores/objects.ts";
import { databaseKeyOf, newRailsSecrets } from "./stores/rails-secrets.ts";
import { newSealingKey, type SealingKey } from "./stores/sealing.ts";

export interface Servers {
  readonly postgresql: Postgresql;
  readonly redis: Redis;
  readonly cluster: LabCluster;
}

/** PostgreSQL with rows, Redis, and the cluster's API; and their addresses where the control plane's configuration names them. */
export async function startServers(options: EnvironmentOptions, programs: Programs, begin: Begin): Promise<Servers> {
  const { name, folder, ports } = options;
  const [postgresql, redis, { cluster }] = await Promise.all([
    startDatabase(options, begin),
    begin(() =>
      startRedis({
        name: `${name} redis`,
        folder: folder.path(name, "redis"),
        port: ports.redis,
        password: folder.secret(`${name}-redis`),
        register: folder.register,
      }),
    ),
    begin(() => startCluster(options, programs)),
  ]);
  folder.keepSecret(`${name}-gitlab-database-url`, postgresql.observerUrl("gitlabhq_production"));
  folder.keepSecret(`${name}-mlflow-database-url`, postgresql.observerUrl("mlflow"));
  // Whoever restores may make databases.
  for (const database of ["gitlabhq_production", "mlflow", "keycloak"])
    folder.keepSecret(`${name}-restore-${database}`, postgresql.adminUrl(database));
  folder.keepSecret(`${name}-redis-url`, redis.secretUrl);
  return { postgresql, redis, cluster };
}

async function startDatabase(options: EnvironmentOptions, begin: Begin): Promise<Postgresql> {
  const { name, folder, ports } = options;
  const passwords = {
    owner: folder.secret(`${name}-database-owner`),
    observer: folder.secret(`${name}-database-observer`),
  };
  const postgresql = await begin(() =>
    startPostgresql({
      name: `${name} postgresql`,
      folder: folder.path(name, "postgresql"),
      port: ports.postgresql,
      passwords,
      register: folder.register,
    }),
  );
  await fillDatabases(options, postgresql);
  return postgresql;
}

/** Fills what is empty, with rows that are the same for a seed. */
export async function fillDatabases(options: EnvironmentOptions, postgresql: Postgresql): Promise<void> {
  const { name, folder, ports } = options;
  const { seed } = folder.state;
  const size = name === "production" ? 300 : 60;
  const now = new Date();
  // Each fill is one transaction: a table that is there says that all of them are.
  const [gitlab, mlflow] = [postgresql.ownerUrl("gitlabhq_production"), postgresql.ownerUrl("mlflow")];
  const keycloak = postgresql.ownerUrl("keycloak");
  await Promise.all([
    isEmpty(gitlab, "schema_migrations")
      .then((empty) => (empty ? fillGitlab(gitlab, { version: gitlabVersion, seed, size, now }) : undefined))
      .then(() => isEmpty(gitlab, "ci_variables"))
      .then((empty) => (empty ? addEncryptedRows(gitlab, encryptedRowsOf(name, folder, now)) : undefined)),
    isEmpty(keycloak, "realm").then((empty) =>
      empty
        ? fillKeycloak(keycloak, { version: "26.7.2", seed, size, now, clients: clientsOf(name, folder, ports) })
        : undefined,
    ),
    isEmpty(mlflow, "alembic_version").then((empty) =>
      empty ? fillMlflow(mlflow, { version: mlflowVersion, seed, size: size / 10, now }) : undefined,
    ),
  ]);
}

function encryptedRowsOf(name: string, folder: StateFolder, now: Date): Parameters<typeof addEncryptedRows>[1] {
  const databaseKey = databaseKeyOf(folder.secret(`${name}-rails-secrets`, newRailsSecrets));
  return { databaseKey, lfs: lfsObjectsOf(folder.state.seed, projectsWithFiles), now };
}

function clientsOf(name: string, folder: StateFolder, ports: EnvironmentPorts): KeycloakFill["clients"] {
  const client = (clientId: string, url: string) => ({
    clientId,
    redirectUri: `${url}/*`,
    secret: folder.secret(`${name}-client-${clientId}`),
  });
  const [gitlab, hub] = [`https://127.0.0.1:${ports.gitlab}`, `https://127.0.0.1:${ports.hub}`];
  return [client("gitlab", gitlab), client("sharinghub", hub), client("mlflow-sharinghub", `${hub}/mlflow`)];
}

async function isEmpty(url: string, table: string): Promise<boolean> {
  const [row] = await ask(url, [`select to_regclass('public.${table}') is null as empty`]);
  return row?.["empty"] === true;
}

async function sealingKeyOf(name: string, folder: StateFolder): Promise<SealingKey> {
  const secret = `${name}-sealing-key`;
  if (!existsSync(folder.secretFile(secret))) folder.keepSecret(secret, JSON.stringify(await newSealingKey()));
  return JSON.parse(readFileSync(folder.secretFile(secret), "utf8")) as SealingKey;
}

interface ClusterPart extends Part {
  readonly cluster: LabCluster;
}

async function startCluster(
  { name, folder, ports, checkout, objectStore }: EnvironmentOptions,
  programs: Programs,
): Promise<ClusterPart> {
  const sealing = sealingKeyOf(name, folder);
  const cluster = await startKubernetes({
    port: ports.cluster,
    file: folder.path(name, "cluster.json"),
    stepMs: 500,
    bookmarkMs: 10_000,
    metrics: true,
    exec: execIn(programs),
    job: jobsOf(programs),
  });
  programs.claims = (namespace, pod) => claimsOf(cluster, namespace, pod);
  programs.environ = (at) => environOf(cluster, at);
  seedCluster(cluster, join(checkout, "deploy", "rbac"));
  seedObjects(
    cluster,
    storeObjects({
      railsSecrets: folder.secret(`${name}-rails-secrets`, newRailsSecrets),
      sealing: await sealing,
      databasePassword: folder.secret(`${name}-database-owner`),
      redisPassword: folder.secret(`${name}-redis`),
      objectStore,
      other: (secret) => folder.secret(`${name}-${secret}`),
    }),
  );
  for (const account of ["observer", "changer", "backup-runner", "restorer"]) {
    const file = cluster.kubeconfig(`millwright/millwright-${account}`);
    folder.keepSecret(`${name}-kubeconfig-${account}`, readFileSync(file, "utf8"));
  }
  copyFileSync(cluster.kubeconfig("admin"), folder.secretFile(`${name}-kubeconfig-admin`));
  return { name: `${name} cluster`, cluster, close: async () => cluster.close() };
}

function claimsOf({ store }: LabCluster, namespace: string, name: string): readonly string[] {
  const pod = store.get(store.typeOfObject({ apiVersion: "v1", kind: "Pod" }), namespace, name);
  const { volumes = [] } = (pod?.["spec"] ?? {}) as { readonly volumes?: readonly Volume[] };
  return volumes.flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
}

interface Volume {
  readonly persistentVolumeClaim?: { readonly claimName: string };
}
