import { stringify } from "yaml";
import { ServerConfig } from "../src/platform/server-config.ts";
import { declaredBackups } from "./backups/declared.ts";
import { schemaHeadOf } from "./databases/mlflow-releases.ts";
import type { EnvironmentPorts } from "./environment-options.ts";
import { canaryEnvironment, type EnvironmentName, environmentNames } from "./platform.ts";
import { mlflowVersion } from "./repository/laid-over.ts";
import type { ObjectStore } from "./servers/object-store.ts";
import type { StateFolder } from "./state.ts";
import { artifactsBucketOf, bucketOf } from "./stores/buckets.ts";
import { lfsObjectsOf } from "./stores/encrypted-rows.ts";

const schemaHead = schemaHeadOf(mlflowVersion);

export interface ConfigParts {
  readonly folder: StateFolder;
  readonly ports: { readonly console: number; readonly panel: number; readonly login: number; readonly git: number };
  readonly environments: Readonly<Record<EnvironmentName, EnvironmentPorts>>;
  readonly objectStore: ObjectStore | undefined;
  /** How often probes ask, and how often clusters are looked at. */
  readonly pace: Pace;
}

export interface Pace {
  readonly probesSeconds: number;
  readonly liveSeconds: number;
}

/** A newcomer sees what changed within half a minute, and need not wait for half an hour until a gate has enough to compare. */
export const usualPace: Pace = { probesSeconds: 15, liveSeconds: 20 };

/** The control plane's configuration: the same that a real platform has, with the lab's addresses and secrets. */
export function serverConfigOf(parts: ConfigParts): string {
  const { folder, ports, pace } = parts;
  const secret = (name: string): string => `file:${folder.secretFile(name)}`;
  const login = `http://127.0.0.1:${ports.login}`;
  const panel = `http://127.0.0.1:${ports.panel}`;
  const backups = declaredBackups(environmentNames, {
    folder,
    objectStore: parts.objectStore,
    hubUrl: (environment) => hubUrlOf(parts.environments[environment]),
  });
  const config = {
    mode: "act",
    database: { embedded: folder.path("control") },
    listen: { host: "127.0.0.1", port: ports.console, url: `http://127.0.0.1:${ports.console}` },
    repositories: [{ name: "mlops", url: `http://127.0.0.1:${ports.git}/mlops.git`, ref: "main", everyMinutes: 1 }],
    clusters: environmentNames.map((environment) => ({
      environment,
      kubeconfig: secret(`${environment}-kubeconfig-observer`),
      write: secret(`${environment}-kubeconfig-changer`),
      backup: secret(`${environment}-kubeconfig-backup-runner`),
      restore: secret(`${environment}-kubeconfig-restorer`),
    })),
    endpoints: [...environmentNames.flatMap((name) => endpointsOf(name, parts)), ...sharedEndpoints(login, parts)],
    canaries: [
      { environment: canaryEnvironment, group: "canary", token: secret(`${canaryEnvironment}-gitlab-canary`) },
    ],
    login: {
      issuer: login,
      clientId: "millwright",
      clientSecret: secret("login-client"),
      scopes: ["openid", "profile", "email", "groups"],
    },
    access: [
      { role: "viewer", groups: ["mlops"] },
      { role: "operator", groups: ["mlops-operators"] },
      { role: "approver", groups: ["mlops-approvers"] },
      { role: "admin", groups: ["mlops-admins"] },
    ],
    secondPerson: ["production"],
    liveEverySeconds: pace.liveSeconds,
    probes: { everySeconds: pace.probesSeconds },
    gates: { beforeMinutes: 30, minSamples: 6, deadlineMinutes: 10 },
    notices: { webhooks: [{ name: "panel", url: secret("notices-url"), form: "millwright" }] },
    webhooks: [{ name: "mlops", kind: "gitlab", secret: secret("webhook") }],
    ...(backups === undefined ? {} : { backups }),
    journal: { repository: "mlops", pushWith: secret("git-journal"), everyMinutes: 1 },
    links: [
      { title: "Lab panel", url: panel },
      ...environmentNames.map((name) => ({
        title: `GitLab, ${name}`,
        url: `https://127.0.0.1:${parts.environments[name].gitlab}`,
      })),
    ],
  };
  folder.keepSecret("notices-url", `${panel}/notices?token=${folder.secret("panel")}`);
  const known = ServerConfig.safeParse(config).success ? config : { ...config, links: undefined };
  ServerConfig.parse(known);
  return stringify(known);
}

const hubUrlOf = ({ hub }: EnvironmentPorts): string => `https://127.0.0.1:${hub}`;

function endpointsOf(environment: EnvironmentName, { folder, environments }: ConfigParts) {
  const ports = environments[environment];
  const secret = (name: string): string => `file:${folder.secretFile(`${environment}-${name}`)}`;
  const ca = folder.path(environment, "ca.pem");
  const gitlabUrl = `https://127.0.0.1:${ports.gitlab}`;
  const hubUrl = hubUrlOf(ports);
  return [
    {
      environment,
      component: "gitlab",
      system: "gitlab",
      settings: { url: gitlabUrl, minCertificateDays: 2, logs: { namespace: "gitlab", labels: "app=webservice" } },
      credentials: { token: secret("gitlab-probe"), database: secret("gitlab-database-url") },
      ca,
      dependsOn: ["gitlab-postgresql", "gitlab-redis"],
    },
    {
      environment,
      component: "sharinghub",
      system: "sharinghub",
      settings: {
        url: hubUrl,
        gitlabUrl,
        mlflowUrl: `${hubUrl}/mlflow/`,
        public: false,
        collections: ["ai-model"],
        knownItem: { collection: "ai-model", id: "canary/model" },
        minCertificateDays: 2,
        logs: { namespace: "sharinghub", labels: "app.kubernetes.io/instance=sharinghub" },
      },
      credentials: { token: secret("gitlab-member") },
      ca,
      dependsOn: ["gitlab"],
    },
    {
      environment,
      component: "mlflow",
      system: "mlflow-sharinghub",
      settings: {
        url: `${hubUrl}/mlflow`,
        knownModel: { project: "canary/model", model: "model (1)" },
        schemaHead,
        minCertificateDays: 2,
        logs: { namespace: "sharinghub", labels: "app.kubernetes.io/instance=mlflow-sharinghub" },
      },
      credentials: { token: secret("gitlab-member"), database: secret("mlflow-database-url") },
      ca,
      dependsOn: ["gitlab", "mlflow-postgresql"],
    },
    ...storeEndpoints(environment, secret),
    ...["argocd", "cert-manager", "kubernetes"].map((system) => ({ environment, component: system, system })),
  ];
}

function storeEndpoints(environment: EnvironmentName, secret: (name: string) => string) {
  const database = (component: string, name: string, settings: Record<string, string>, disabled: string[] = []) => ({
    environment,
    component,
    system: "postgresql",
    settings: { maxConnectionsRatio: 0.9, ...settings },
    credentials: { database: secret(name) },
    disabled: ["replication", ...disabled],
  });
  const schema = { schemaTable: "alembic_version", schemaColumn: "version_num", schemaHead };
  return [
    // GitLab's own table of migrations says no version: its background migrations are asked for at GitLab.
    database("gitlab-postgresql", "gitlab-database-url", {}, ["schema"]),
    database("mlflow-postgresql", "mlflow-database-url", schema),
    { environment, component: "gitlab-redis", system: "redis", credentials: { redis: secret("redis-url") } },
  ];
}

/** A file of the canary's model: the lab's seed gives its run this name. */
const canaryModel = "1/00fb86738b42c835484f3e32248c1e89/artifacts/model/MLmodel";

function sharedEndpoints(login: string, { folder, objectStore }: ConfigParts) {
  const secret = (name: string): string => `file:${folder.secretFile(name)}`;
  // One for all: production's, and that of the environment whose tests log in.
  const keycloak = ["production", canaryEnvironment].map((environment) => ({
    environment,
    component: "keycloak",
    system: "keycloak",
    settings: { url: login },
    credentials: { canary: secret("login-canary-pair") },
    disabled: ["certificate"],
  }));
  if (objectStore === undefined) return keycloak;
  const store = (
    environment: EnvironmentName,
    buckets: readonly { readonly name: string; readonly knownObject: string }[],
  ) => ({
    environment,
    component: "object-store",
    system: "s3",
    settings: { url: objectStore.url, buckets },
    credentials: { "access-key": secret("s3-access"), "secret-key": secret("s3-secret") },
    disabled: ["certificate"],
  });
  // A bucket without an object that is known would be *unknown*, which is a finding.
  const known = lfsObjectsOf(folder.state.seed, 1).map(({ key }) => ({
    name: bucketOf("production", "lfs"),
    knownObject: key,
  }));
  return [
    ...keycloak,
    store("production", known),
    store(canaryEnvironment, [{ name: artifactsBucketOf(canaryEnvironment), knownObject: canaryModel }]),
  ];
}
