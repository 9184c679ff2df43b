import { deployment, type Running, secretEnv, service, statefulSet } from "../argocd/charts/parts.ts";
import { type SealingKey, seal } from "./sealing.ts";

/*
 * What stands in a cluster beside what Argo CD deploys, and is lost with it: the sealing key, the Secrets that GitLab's chart makes by
 * itself (charts/gitlab templates/shared-secrets: in no repository), those that the Sealed Secrets controller unsealed, and the
 * workloads of Keycloak, its database, the controller and Grafana. They were installed by hand, as on many platforms.
 */

export interface StoreSecrets {
  readonly railsSecrets: string;
  readonly sealing: SealingKey;
  readonly databasePassword: string;
  readonly redisPassword: string;
  readonly objectStore: { readonly url: string; readonly accessKey: string; readonly secretKey: string } | undefined;
  /** Any other one, by its name. */
  readonly other: (name: string) => string;
}

export interface StoreObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export const storeNamespaces = ["keycloak", "sealed-secrets"] as const;

export function storeObjects(secrets: StoreSecrets): readonly StoreObject[] {
  return [
    ...storeNamespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    ...sealedSecrets(secrets),
    ...gitlabSecrets(secrets),
    ...mlflowSecrets(secrets),
    ...keycloak(secrets),
    ...grafana(),
  ] as readonly StoreObject[];
}

function secret(
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
  { type = "Opaque", labels }: { readonly type?: string; readonly labels?: Readonly<Record<string, string>> } = {},
) {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace, name, ...(labels === undefined ? {} : { labels }) },
    type,
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")])),
  };
}

/** Where the controller keeps its key, and with which label it finds it: pkg/controller/keys.go @59fe4716. */
function sealedSecrets({ sealing }: StoreSecrets): readonly unknown[] {
  const namespace = "sealed-secrets";
  const labels = { "app.kubernetes.io/name": "sealed-secrets", "app.kubernetes.io/instance": "sealed-secrets" };
  return [
    secret(
      namespace,
      "sealed-secrets-keyq7x2m",
      { "tls.crt": sealing.cert, "tls.key": sealing.key },
      {
        type: "kubernetes.io/tls",
        labels: { "sealedsecrets.bitnami.com/sealed-secrets-key": "active" },
      },
    ),
    deployment({
      namespace,
      name: "sealed-secrets-controller",
      labels,
      container: "controller",
      image: "ghcr.io/bitnami-labs/sealed-secrets-controller:0.33.1",
      port: 8080,
      probe: { path: "/healthz" },
    }),
  ];
}

/** Names and keys: charts/gitlab templates/shared-secrets; what the platform's repository names as made from SealedSecrets: secrets/gitlab.yaml. */
function gitlabSecrets(secrets: StoreSecrets): readonly unknown[] {
  const { railsSecrets, databasePassword, redisPassword, objectStore, other } = secrets;
  const labels = { app: "gitlab", release: "gitlab" };
  const made = (name: string, key: string): unknown => secret("gitlab", name, { [key]: other(name) }, { labels });
  return [
    secret("gitlab", "gitlab-rails-secret", { "secrets.yml": railsSecrets }, { labels }),
    made("gitlab-gitlab-initial-root-password", "password"),
    made("gitlab-gitlab-shell-secret", "secret"),
    made("gitlab-gitaly-secret", "token"),
    made("gitlab-gitlab-workhorse-secret", "shared_secret"),
    secret("gitlab", "gitlab-postgresql", { password: databasePassword }),
    secret("gitlab", "gitlab-valkey", { password: redisPassword }),
    ...(objectStore === undefined ? [] : objectStorage(objectStore)),
  ];
}

/** `connection` for Rails (Fog) and `config` for the toolbox's s3cmd, as docs.gitlab.com/charts/advanced/external-object-storage has them. */
function objectStorage({ url, accessKey, secretKey }: NonNullable<StoreSecrets["objectStore"]>): readonly unknown[] {
  const { host } = new URL(url);
  const connection = [
    "provider: AWS",
    "region: us-east-1",
    `aws_access_key_id: ${accessKey}`,
    `aws_secret_access_key: ${secretKey}`,
    `endpoint: ${url}`,
    "path_style: true",
  ];
  const config = [
    "[default]",
    `access_key = ${accessKey}`,
    `secret_key = ${secretKey}`,
    `host_base = ${host}`,
    `host_bucket = ${host}`,
    "use_https = False",
    "bucket_location = us-east-1",
  ];
  return [
    secret("gitlab", "object-storage", { connection: `${connection.join("\n")}\n` }),
    secret("gitlab", "gitlab-storage-config", { config: `${config.join("\n")}\n` }),
    secret("sharinghub", "mlflow-sharinghub-s3", { "access-key-id": accessKey, "secret-access-key": secretKey }),
  ];
}

function mlflowSecrets({ databasePassword, other }: StoreSecrets): readonly unknown[] {
  const uri = `postgresql://mlflow:${encodeURIComponent(databasePassword)}@mlflow-postgresql:5432/mlflow`;
  return [
    secret("sharinghub", "mlflow-postgresql", { password: databasePassword }),
    secret("sharinghub", "mlflow-sharinghub", { "secret-key": other("mlflow-secret-key"), "backend-store-uri": uri }),
    secret("sharinghub", "sharinghub", { "session-secret-key": other("sharinghub-session-key") }),
  ];
}

/**
 * Keycloak with its database beside it. The variables are Keycloak's own (keycloak.org/server/db: KC_DB, KC_DB_URL_HOST,
 * KC_DB_URL_DATABASE, KC_DB_USERNAME, KC_DB_PASSWORD); the password's Secret came from a SealedSecret that the controller's key opens.
 */
function keycloak({ databasePassword, sealing, other }: StoreSecrets): readonly unknown[] {
  const namespace = "keycloak";
  const database = "keycloak-postgresql";
  const of = (name: string) => ({
    namespace,
    name,
    labels: {
      "app.kubernetes.io/name": name === database ? "postgresql" : "keycloak",
      "app.kubernetes.io/instance": name,
    },
  });
  const server: Running = {
    ...of("keycloak"),
    container: "keycloak",
    image: "quay.io/keycloak/keycloak:26.7.2",
    port: 8080,
    env: [
      { name: "KC_DB", value: "postgres" },
      { name: "KC_DB_URL_HOST", value: database },
      { name: "KC_DB_URL_DATABASE", value: "keycloak" },
      { name: "KC_DB_USERNAME", value: "keycloak" },
      secretEnv("KC_DB_PASSWORD", database, "password"),
    ],
  };
  const postgresql: Running = {
    ...of(database),
    container: "postgresql",
    image: "docker.io/library/postgres:15.18",
    port: 5432,
    env: [
      { name: "POSTGRES_DB", value: "keycloak" },
      { name: "POSTGRES_USER", value: "keycloak" },
      secretEnv("POSTGRES_PASSWORD", database, "password"),
    ],
    volume: { name: "data", size: "10Gi", mountPath: "/var/lib/postgresql/data" },
  };
  return [
    {
      apiVersion: "bitnami.com/v1alpha1",
      kind: "SealedSecret",
      metadata: { namespace, name: database },
      spec: {
        encryptedData: { password: seal(databasePassword, { namespace, name: database }, sealing.cert) },
        template: { metadata: { namespace, name: database } },
      },
      status: { observedGeneration: 1, conditions: [{ type: "Synced", status: "True" }] },
    },
    secret(namespace, database, { password: databasePassword }),
    secret(namespace, "keycloak", { "admin-password": other("keycloak-admin") }),
    statefulSet(postgresql),
    service(postgresql, 5432),
    deployment(server),
    service(server, 8080),
  ];
}

/** Its dashboards and users are in an SQLite file on a volume (grafana.com/docs/grafana/latest/setup-grafana/configure-grafana: `database`). */
function grafana(): readonly unknown[] {
  const made: Running = {
    namespace: "monitoring",
    name: "grafana",
    labels: { "app.kubernetes.io/name": "grafana", "app.kubernetes.io/instance": "grafana" },
    container: "grafana",
    image: "docker.io/grafana/grafana:12.4.1",
    port: 3000,
    env: [{ name: "GF_DATABASE_TYPE", value: "sqlite3" }],
    volume: { name: "storage", size: "1Gi", mountPath: "/var/lib/grafana" },
  };
  return [statefulSet(made), service(made, 3000)];
}
