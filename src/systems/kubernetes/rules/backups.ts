import { isOff, isOn, isTrial } from "../../ask.ts";
import { isBackedUp } from "../../backup-evidence.ts";
import { type Configuration, defineRule } from "../../contract.ts";
import { deployedOf } from "../../deployed.ts";
import { sampleApplication } from "../../sample.ts";
import { type Store, storesIn } from "../../stores.ts";

function nameOf({ product, name }: Store): string {
  return `${product}/${name}`;
}

/**
 * A store with its namespace, `postgresql/shop/db`. Where none is written, the folder tells namesakes apart, as far as theirs
 * differ: a move of the whole tree changes no name.
 */
function subjectOf(store: Store, stores: readonly Store[]): string {
  const { product, name, manifest } = store;
  if (manifest.namespace !== undefined) return `${product}/${manifest.namespace}/${name}`;
  const folders = stores
    .filter((other) => nameOf(other) === nameOf(store) && other.manifest.namespace === undefined)
    .filter((other) => other.manifest.environment === manifest.environment)
    .map((other) => foldersOf(other));
  const own = foldersOf(store);
  const common = own.findIndex((folder, index) => folders.some((other) => other[index] !== folder));
  return [product, ...(common < 0 ? [] : own.slice(common)), name].join("/");
}

function foldersOf({ manifest }: Store): readonly string[] {
  return manifest.file.path.split("/").slice(0, -1);
}

const titles: Readonly<Record<Store["product"], string>> = {
  postgresql: "PostgreSQL",
  redis: "Redis",
  mysql: "MySQL",
  mongodb: "MongoDB",
  minio: "MinIO",
};

/** Kinds of a server's stores that hold one. */
const servedBy: Readonly<Record<Store["product"], readonly string[]>> = {
  postgresql: ["postgresql", "files"],
  redis: ["redis", "files"],
  mysql: ["files"],
  mongodb: ["files"],
  minio: ["objects", "files"],
};

const server = (extra = ""): string =>
  [
    "apiVersion: apps/v1",
    "kind: StatefulSet",
    "metadata: {name: tracking-db, namespace: tracking}",
    "spec:",
    "  template:",
    "    spec:",
    '      containers: [{name: db, image: "postgres:16.9"}]',
    "  volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 8Gi}}}}]",
    extra,
  ].join("\n");

const dump = [
  "apiVersion: batch/v1",
  "kind: CronJob",
  "metadata: {name: dump, namespace: tracking}",
  "spec:",
  "  schedule: 0 1 * * *",
  "  jobTemplate: {spec: {template: {spec: {containers: [{name: dump, image: 'postgres:16.9', args: [pg_dump, --host=tracking-db]}]}}}}",
  "",
].join("\n");

export const storeWithoutBackup = defineRule({
  id: "backups-store-without-backup",
  title: "A datastore that nothing backs up",
  group: "backups",
  severity: "high",
  why: "The volume survives a restart of its pod and nothing else: not a deleted namespace, a pruned Application, a broken disk or an upgrade that went wrong.",
  sources: ["https://kubernetes.io/docs/concepts/storage/persistent-volumes/"],
  fix: "Back it up on a schedule (a CronJob with the product's own tool, a CloudNativePG ScheduledBackup, Velero), or declare it under disposable: in millwright.yaml with the reason.",
  needs: ["manifests", "files", "scripts", "platform", "served"],
  *check({ manifests, files, scripts, platform, served }) {
    const stores = storesIn(deployedOf(manifests, files));
    for (const store of stores) {
      const { manifest, hosts, product } = store;
      const subject = subjectOf(store, stores);
      const { environment } = manifest;
      if (!store.persistent || isTrial(environment)) continue;
      if (platform.disposable.some((entry) => entry.store === nameOf(store) || entry.store === subject)) continue;
      const here = manifests.filter((other) => other.environment === environment || other.environment === undefined);
      const what = { namespace: manifest.namespace, names: [store.name, ...hosts], environment };
      if (isBackedUp({ ...what, kinds: servedBy[product] }, { manifests: here, scripts, served })) continue;
      yield {
        kind: "finding",
        subject,
        environment,
        at: manifest.file.locate(store.image ?? manifest.root),
        message: `${titles[product]} ${store.name} keeps data on a volume, and nothing in this repository backs it up`,
        fix: `Add a scheduled backup of ${store.name}, or declare ${subject} disposable with the reason.`,
        severity: product === "redis" ? "medium" : "high",
      };
    }
  },
  examples: {
    failing: [{ name: "a PostgreSQL with a volume", files: { "db.yaml": server() } }],
    passing: [
      { name: "dumped at night", files: { "db.yaml": server(), "dump.yaml": dump } },
      {
        name: "declared disposable",
        files: {
          "db.yaml": server(),
          "millwright.yaml":
            "disposable:\n  - store: postgresql/tracking-db\n    reason: filled anew from the data lake every night\n",
        },
      },
      { name: "a development environment", files: { "dev/db.yaml": server() } },
    ],
  },
});

/** Charts that are a store, and what their product is called. */
const chartStores: Readonly<Record<string, Store["product"]>> = {
  postgresql: "postgresql",
  "postgresql-ha": "postgresql",
  redis: "redis",
  "redis-cluster": "redis",
  "redis-ha": "redis",
  valkey: "redis",
  minio: "minio",
};

/** Whether the values keep nothing, or ask the chart for a backup of its own. */
function needsNone(configuration: Configuration): boolean {
  const volumes = [["persistence"], ["primary", "persistence"], ["master", "persistence"]];
  if (isOn(configuration.written("backup", "enabled"))) return true;
  return volumes.some((path) => {
    const enabled = configuration.written(...path, "enabled");
    return enabled.kind === "known" && isOff(enabled);
  });
}

const release = (values: string): string =>
  sampleApplication({
    name: "tracking-db",
    namespace: "tracking",
    repoURL: "https://charts.example.org",
    chart: "postgresql",
    targetRevision: "16.4.1",
    values,
  });

export const chartWithoutBackup = defineRule({
  id: "backups-chart-without-backup",
  title: "A datastore installed by its chart that nothing backs up",
  group: "backups",
  severity: "high",
  why: "A chart's database keeps its volume through restarts and upgrades of the pod, not through a deleted namespace, a pruned Application or an upgrade that went wrong.",
  sources: ["https://kubernetes.io/docs/concepts/storage/persistent-volumes/"],
  fix: "Back it up on a schedule, by the chart's own backup where it has one, or declare it under disposable: in millwright.yaml with the reason.",
  needs: ["configurations", "applications", "manifests", "scripts", "platform", "served"],
  *check({ configurations, applications, manifests, scripts, platform, served }) {
    for (const configuration of configurations) {
      const product = chartStores[configuration.chart ?? ""];
      const { component, environment } = configuration;
      if (product === undefined || isTrial(environment) || needsNone(configuration)) continue;
      if (platform.disposable.some(({ store }) => store === `${product}/${component}`)) continue;
      const application = applications.find(({ name }) => name === component);
      if (application === undefined) continue;
      const { namespace } = application;
      const what = { namespace, names: [component], environment, kinds: servedBy[product] };
      if (isBackedUp(what, { manifests, scripts, served })) continue;
      yield {
        kind: "finding",
        subject: `${product}/${component}`,
        environment,
        at: configuration.at,
        message: `${titles[product]} ${component} keeps data, and nothing in this repository backs it up`,
        fix: `Add a scheduled backup of ${component}, or declare ${product}/${component} disposable with the reason.`,
        severity: product === "redis" ? "medium" : "high",
      };
    }
  },
  examples: {
    failing: [{ name: "a PostgreSQL by its chart", files: { "db.yaml": release("auth:\n  database: tracking") } }],
    passing: [
      { name: "the chart's own backup", files: { "db.yaml": release("backup:\n  enabled: true") } },
      { name: "nothing kept", files: { "db.yaml": release("primary:\n  persistence:\n    enabled: false") } },
      { name: "dumped at night", files: { "db.yaml": release("auth:\n  database: tracking"), "dump.yaml": dump } },
    ],
  },
});

export const disposableNamesNothing = defineRule({
  id: "backups-disposable-names-nothing",
  title: "millwright.yaml declares a store disposable that is not there",
  group: "backups",
  severity: "low",
  why: "The entry excuses nothing. If the store was renamed, its new name has no backup and no excuse; if it was removed, the next store of that name is excused by accident.",
  sources: ["docs/operations.md, living with a finding"],
  fix: "Write the store as its finding names it, or remove the entry.",
  needs: ["platform", "files", "manifests", "configurations", "components"],
  *check({ platform, files, manifests, configurations, components }) {
    const file = files.find(({ path }) => path === "millwright.yaml");
    if (file === undefined) return;
    const known = new Set([
      ...storesIn(manifests).map(({ name }) => name),
      ...configurations.map(({ component }) => component),
      ...components.map(({ name }) => name),
    ]);
    for (const { store } of platform.disposable) {
      if (known.has(store.slice(store.lastIndexOf("/") + 1))) continue;
      yield {
        kind: "finding",
        subject: `store/${store}`,
        at: file.locate(Math.max(0, file.text.indexOf(store))),
        message: `${store} is declared disposable, and nothing here is called so.`,
        fix: "Write PRODUCT/NAME or PRODUCT/NAMESPACE/NAME of the store that is meant, or remove the entry.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a store of another name",
        files: {
          "db.yaml": server(),
          "millwright.yaml":
            "disposable:\n  - store: postgresql/traking-db\n    reason: filled anew from the data lake every night\n",
        },
      },
    ],
    passing: [
      {
        name: "with its namespace",
        files: {
          "db.yaml": server(),
          "millwright.yaml":
            "disposable:\n  - store: postgresql/tracking/tracking-db\n    reason: filled anew from the data lake every night\n",
        },
      },
    ],
  },
});
