import * as z from "zod";
import { Name } from "./name.ts";
import { SecretRefField } from "./secret-ref.ts";

/** The stores that are backed up, one form for each kind; `src/backups/kinds/<kind>/` takes them. */

const text = z.string().min(1);
const absolute = z
  .string()
  .startsWith("/")
  .refine((path) => !path.includes("\0"), "an absolute path");

/** Where a program runs: the first pod that is ready among those of these labels. */
export const PodSelector = z.strictObject({
  namespace: Name,
  labels: text.describe("As in kubectl -l: app=toolbox,release=gitlab"),
  container: Name.optional().describe("The pod's default one when left out"),
});
export type PodSelector = z.infer<typeof PodSelector>;

const ObjectPlace = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).describe("https://s3.example.org"),
  bucket: text,
  region: text.default("us-east-1"),
  prefix: z.string().default("").describe("Only keys that begin so"),
  accessKey: SecretRefField,
  secretKey: SecretRefField,
});
export type ObjectPlace = z.infer<typeof ObjectPlace>;

const component = Name.describe("Whose it is: mlflow");

const PostgresqlStore = z
  .strictObject({
    component,
    store: Name.default("database"),
    kind: z.literal("postgresql"),
    url: SecretRefField.optional().describe(
      "postgresql://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full; USER may read all",
    ),
    restoreUrl: SecretRefField.optional().describe(
      "Of a role that may make databases and give them owners, for restores; url's own when left out",
    ),
    pod: PodSelector.optional().describe("Where no address leads there: pg_dump runs in this pod, and must be in it"),
    database: text.optional().describe("With pod"),
    user: text
      .optional()
      .describe("With pod; it may read all, and logs in there without a password or by its PGPASSFILE"),
  })
  .refine((store) => (store.url === undefined) !== (store.pod === undefined), "name either url or pod")
  .refine(
    ({ pod, database, user }) => (pod === undefined) === (database === undefined && user === undefined),
    "database and user belong to pod: name both or neither",
  );
export type PostgresqlStore = z.infer<typeof PostgresqlStore>;

const ObjectsStore = ObjectPlace.extend({
  component,
  store: Name.default("objects"),
  kind: z.literal("objects"),
  versions: z
    .boolean()
    .optional()
    .describe("Also the older versions and delete markers that the bucket keeps, where it keeps any"),
  restoreAccessKey: SecretRefField.optional().describe(
    "Of a key that may write, for restores; accessKey when left out",
  ),
  restoreSecretKey: SecretRefField.optional(),
});
export type ObjectsStore = z.infer<typeof ObjectsStore>;

const Command = z.array(z.string()).min(1).describe("The program and its arguments; never a shell's line, no secret");

const Part = z.enum([
  "db",
  "repositories",
  "registry",
  "uploads",
  "artifacts",
  "lfs",
  "packages",
  "external_diffs",
  "terraform_state",
  "pages",
  "ci_secure_files",
]);
/** What a GitLab is made of, as backup-utility names it (gitlab-toolbox/scripts/bin/backup-utility @1e271f5e4). */
export type GitlabPart = z.infer<typeof Part>;

const GitlabStore = z.strictObject({
  component: component.default("gitlab"),
  store: Name.default("backup"),
  kind: z.literal("gitlab"),
  toolbox: PodSelector.describe("The chart's toolbox pod, with backup-utility in it"),
  backups: ObjectPlace.describe("The bucket that backup-utility writes to (global.appConfig.backups.bucket)"),
  skip: z.array(Part).default([]).describe("Parts left out of every backup"),
  weekly: z
    .array(Part)
    .default(["registry", "artifacts"])
    .describe("Parts that daily backups leave out; all other classes have them"),
  coveredBy: z
    .partialRecord(Part, z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "COMPONENT/STORE, such as gitlab/lfs"))
    .default({})
    .describe("Parts left out as a store of the kind objects copies their bucket: { lfs: gitlab/lfs }"),
  secrets: z
    .array(text)
    .default([])
    .describe("Secrets of the toolbox's namespace to keep beside it: gitlab-rails-secret"),
  bundles: z.boolean().default(false).describe("Each repository also as a Git bundle"),
  gitaly: z
    .strictObject({
      pod: PodSelector,
      path: absolute.default("/home/git/repositories").describe("Its storage"),
      git: Command.default(["git"]).describe("How Git is called there, where it is not on the container's path"),
    })
    .optional()
    .describe("With bundles: each repository by itself, as Gitaly's pod reads it; else the archive has to hold them"),
  databases: z
    .record(z.string().regex(/^[a-z]+$/, "main, ci"), z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "COMPONENT/STORE"))
    .optional()
    .describe(
      "Its databases among the stores of the kind postgresql, where it has more than one: { main: gitlab/database, ci: gitlab/ci }",
    ),
  keepInBucket: z
    .int()
    .min(0)
    .max(1000)
    .default(1)
    .describe("How many of the archives that were made here, and are proven, stay in the backups' bucket"),
});
export type GitlabStore = z.infer<typeof GitlabStore>;

const RedisStore = z
  .strictObject({
    component,
    store: Name.default("data"),
    kind: z.literal("redis"),
    url: SecretRefField.optional().describe("redis://USER:PASSWORD@HOST:6379 or rediss://…"),
    pod: PodSelector.optional(),
    password: SecretRefField.optional().describe("With pod"),
  })
  .refine((store) => (store.url === undefined) !== (store.pod === undefined), "name either url or pod");
export type RedisStore = z.infer<typeof RedisStore>;

const Selection = z.strictObject({
  apiVersion: text.describe("v1, argoproj.io/v1alpha1"),
  plural: Name,
  labels: text.optional().describe("As in kubectl -l"),
});

/**
 * What no chart makes again: the sealing key is among the Secrets of its controller's namespace. An Application without its project
 * does nothing, and one that an ApplicationSet makes is gone without that.
 */
const usualSelections = [
  { apiVersion: "v1", plural: "secrets" },
  { apiVersion: "v1", plural: "configmaps" },
  { apiVersion: "argoproj.io/v1alpha1", plural: "appprojects" },
  { apiVersion: "argoproj.io/v1alpha1", plural: "applications" },
  { apiVersion: "argoproj.io/v1alpha1", plural: "applicationsets" },
  { apiVersion: "bitnami.com/v1alpha1", plural: "sealedsecrets" },
  { apiVersion: "cert-manager.io/v1", plural: "certificates" },
] as const;

/** Git reads it as it stands, and takes what begins with a dash for an option. */
const Mirror = z
  .string()
  .regex(
    /^(?:\/|(?:https?|ssh|git):\/\/|[\w.-]+@[\w.-]+:)/,
    "write an absolute folder, or an https, ssh or git address",
  );

const KubernetesStore = z.strictObject({
  component: component.default("kubernetes"),
  store: Name.default("objects"),
  kind: z.literal("kubernetes"),
  namespaces: z.array(Name).min(1).describe("Those of the platform: gitlab, mlflow, argocd, kube-system"),
  selections: z
    .array(Selection)
    .min(1)
    .default([...usualSelections]),
  mirrors: z
    .record(text, Mirror)
    .optional()
    .describe(
      "Where a repository that Applications name is read instead of at its own address, without Argo CD's login",
    ),
});
export type KubernetesStore = z.infer<typeof KubernetesStore>;

const FilesStore = z.strictObject({
  component,
  store: Name.default("files"),
  kind: z.literal("files"),
  pod: PodSelector,
  paths: z.array(absolute).min(1),
  quiesce: z
    .strictObject({ before: Command, after: Command })
    .optional()
    .describe("Run in the pod before and, whatever happens, after its files are read"),
});
export type FilesStore = z.infer<typeof FilesStore>;

const SqliteStore = z.strictObject({
  component,
  store: Name.default("database"),
  kind: z.literal("sqlite"),
  pod: PodSelector,
  path: absolute.describe("The database's file in the pod"),
});
export type SqliteStore = z.infer<typeof SqliteStore>;

const MillwrightStore = z.strictObject({
  component: component.default("millwright"),
  store: Name.default("database"),
  kind: z.literal("millwright"),
  restoreUrl: SecretRefField.optional().describe(
    "Of a role that may make databases, for restores; database.url's own when left out",
  ),
});
export type MillwrightStore = z.infer<typeof MillwrightStore>;

export const BackupStore = z.discriminatedUnion("kind", [
  PostgresqlStore,
  ObjectsStore,
  GitlabStore,
  RedisStore,
  KubernetesStore,
  FilesStore,
  SqliteStore,
  MillwrightStore,
]);
export type BackupStore = z.infer<typeof BackupStore>;
