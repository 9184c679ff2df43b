import { isTrial } from "../../ask.ts";
import { isBackedUp } from "../../backup-evidence.ts";
import { defineRule } from "../../contract.ts";
import { deployedOf } from "../../deployed.ts";
import { type Store, storesIn } from "../../stores.ts";

function nameOf({ product, name }: Store): string {
  return `${product}/${name}`;
}

const titles: Readonly<Record<Store["product"], string>> = {
  postgresql: "PostgreSQL",
  redis: "Redis",
  mysql: "MySQL",
  mongodb: "MongoDB",
  minio: "MinIO",
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
  needs: ["manifests", "files", "scripts", "platform"],
  *check({ manifests, files, scripts, platform }) {
    for (const store of storesIn(deployedOf(manifests, files))) {
      const { manifest, hosts, product } = store;
      const { environment } = manifest;
      if (!store.persistent || isTrial(environment)) continue;
      if (platform.disposable.some((entry) => entry.store === nameOf(store))) continue;
      const here = manifests.filter((other) => other.environment === environment || other.environment === undefined);
      if (isBackedUp({ namespace: manifest.namespace, names: [store.name, ...hosts] }, { manifests: here, scripts }))
        continue;
      yield {
        kind: "finding",
        subject: nameOf(store),
        environment,
        at: manifest.file.locate(store.image ?? manifest.root),
        message: `${titles[product]} ${store.name} keeps data on a volume, and nothing in this repository backs it up`,
        fix: `Add a scheduled backup of ${store.name}, or declare ${nameOf(store)} disposable with the reason.`,
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
