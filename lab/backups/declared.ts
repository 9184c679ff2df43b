import type { EnvironmentName } from "../platform.ts";
import { repositoryUrl } from "../repository/repository.ts";
import { programOnPath } from "../servers/children.ts";
import type { ObjectStore } from "../servers/object-store.ts";
import type { StateFolder } from "../state.ts";
import { artifactsBucketOf, type BucketComponent, bucketOf } from "../stores/buckets.ts";
import { copierOf } from "../stores/sqlite-tools.ts";
import { type Place, placesOf } from "./repositories.ts";

/** How often every byte of the repositories is read: by the hour, so that damage shows on the day on which it is tried. */
const checkEveryHours = 1;

export interface DeclaredOptions {
  readonly folder: StateFolder;
  readonly objectStore: ObjectStore | undefined;
  /** Where people find an environment's SharingHub, and MLflow below it. */
  readonly hubUrl: (environment: EnvironmentName) => string;
}

type Named = (name: string) => string;

/** `backups:` of the control plane's configuration; undefined where restic is missing: backups are then not set up. */
export function declaredBackups(environments: readonly EnvironmentName[], options: DeclaredOptions) {
  if (programOnPath("restic") === undefined) return undefined;
  const { folder } = options;
  return {
    installation: "lab",
    signingKey: `file:${folder.secretFile("backup-signing")}`,
    environments: environments.map((environment, index) => declaredOf(environment, index, options)),
  };
}

function declaredOf(environment: EnvironmentName, index: number, options: DeclaredOptions) {
  const { folder, objectStore, hubUrl } = options;
  const { first, second } = placesOf(folder, environment);
  const place = ({ repository, key }: Place) => ({ repository, key: `file:${key}` });
  const secret: Named = (name) => `file:${folder.secretFile(name)}`;
  return {
    environment,
    ...place(first),
    second: place(second),
    stores: [
      ...databases(environment, secret),
      ...(objectStore === undefined ? [] : inBuckets(environment, objectStore, secret)),
      { component: "gitlab-redis", kind: "redis", ...valkey(secret(`${environment}-redis`)) },
      {
        component: "kubernetes",
        kind: "kubernetes",
        namespaces: [...namespaces],
        mirrors: { [repositoryUrl]: folder.path("git", "mlops.git") },
      },
      ...(copierOf() === undefined ? [] : [grafana]),
      // One control plane for the three: it goes with production.
      ...(environment === "production" ? [{ kind: "millwright" }] : []),
    ],
    ...(environment === "production" ? { fence: writers } : {}),
    ask: [
      {
        component: "mlflow",
        url: `${hubUrl(environment)}/mlflow`,
        token: secret(`${environment}-gitlab-member`),
        ca: folder.path(environment, "ca.pem"),
      },
    ],
    disposable: [
      { component: "sharinghub", store: "cache", why: "it is read from GitLab again within minutes" },
      {
        component: "sharinghub",
        store: "bucket",
        why: "the lab's SharingHub is given no bucket: it keeps nothing in one",
      },
      ...(environment === "production" ? [] : [productions]),
      ...(objectStore === undefined ? notSetUp : []),
    ],
    // An hour apart: they share the machine.
    schedule: [
      { class: "daily", on: `0${3 + index}:00` },
      { class: "weekly", on: `Saturday 0${3 + index}:30`, stores: ["mlflow/database", ...weeklyBuckets(objectStore)] },
    ],
    checkEveryHours,
  };
}

/**
 * What writes into the stores. Production's alone: in the other environments Argo CD heals what was scaled down within seconds, and
 * their points are unfenced.
 */
const writers = {
  scaleDown: [
    { namespace: "gitlab", name: "gitlab-webservice-default" },
    { namespace: "gitlab", name: "gitlab-sidekiq-all-in-1-v2" },
    { namespace: "sharinghub", name: "mlflow-sharinghub" },
    { namespace: "monitoring", name: "grafana", kind: "statefulset" },
  ],
  waitSeconds: 120,
};

/** Those of the platform whose Secrets, ConfigMaps, Applications or certificates no repository makes again. */
const namespaces = ["gitlab", "sharinghub", "keycloak", "monitoring", "sealed-secrets", "argocd"] as const;

const productions = { component: "keycloak", store: "database", why: "it is production's Keycloak, backed up there" };

const notSetUp = [
  { component: "gitlab", store: "buckets" },
  { component: "gitlab", store: "repositories" },
  { component: "mlflow", store: "artifacts" },
].map((one) => ({ ...one, why: "there is no S3 gateway here, so there is no bucket and no archive of GitLab's" }));

function databases(environment: EnvironmentName, secret: Named) {
  const inPod = (component: string, namespace: string, database: string) => ({
    component,
    kind: "postgresql",
    pod: { namespace, labels: `app.kubernetes.io/instance=${component}-postgresql` },
    database,
    user: database === "gitlabhq_production" ? "gitlab" : database,
    restoreUrl: secret(`${environment}-restore-${database}`),
  });
  return [
    inPod("gitlab", "gitlab", "gitlabhq_production"),
    inPod("mlflow", "sharinghub", "mlflow"),
    ...(environment === "production" ? [inPod("keycloak", "keycloak", "keycloak")] : []),
  ];
}

/** Buckets with a backup of their own, as large ones have: by what changed. The archive holds the others, repositories and secrets. */
const ownBuckets = ["registry", "lfs", "artifacts"] as const satisfies readonly BucketComponent[];

function weeklyBuckets(objectStore: ObjectStore | undefined): readonly string[] {
  return objectStore === undefined ? [] : ["mlflow/artifacts"];
}

function inBuckets(environment: EnvironmentName, { url }: ObjectStore, secret: Named) {
  const place = (bucket: string) => ({
    endpoint: url,
    bucket,
    accessKey: secret("s3-access"),
    secretKey: secret("s3-secret"),
  });
  const objects = (component: string, store: string, bucket: string) => ({
    component,
    store,
    kind: "objects",
    ...place(bucket),
  });
  return [
    objects("mlflow", "artifacts", artifactsBucketOf(environment)),
    ...ownBuckets.map((name) => objects("gitlab", name, bucketOf(environment, name))),
    {
      component: "gitlab",
      store: "archive",
      kind: "gitlab",
      toolbox: { namespace: "gitlab", labels: "app=toolbox,release=gitlab" },
      backups: place(bucketOf(environment, "backups")),
      coveredBy: Object.fromEntries(ownBuckets.map((name) => [name, `gitlab/${name}`])),
      secrets: ["gitlab-rails-secret", "gitlab-gitlab-shell-secret", "gitlab-gitaly-secret"],
      bundles: true,
      gitaly: { pod: { namespace: "gitlab", labels: "app=gitaly,release=gitlab" } },
    },
  ];
}

function valkey(password: string) {
  return { pod: { namespace: "gitlab", labels: "app.kubernetes.io/instance=gitlab-valkey" }, password };
}

const grafana = {
  component: "grafana",
  kind: "sqlite",
  pod: { namespace: "monitoring", labels: "app.kubernetes.io/instance=grafana" },
  path: "/var/lib/grafana/grafana.db",
};
