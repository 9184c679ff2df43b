import { itemsAt, textAt } from "../kernel/tree.ts";
import type { Manifest, Script, ServedStore } from "./contract.ts";
import { podSpecOf, wordsIn } from "./stores.ts";

/** What a backup of something would name. */
export interface BackedUp {
  readonly namespace: string | undefined;
  /** Names of the store, of its hosts and volumes. */
  readonly names: readonly string[];
  /** Undefined: of any. */
  readonly environment: string | undefined;
  /** Kinds of a server's stores that hold it. */
  readonly kinds: readonly string[];
}

export interface BackupSources {
  readonly manifests: readonly Manifest[];
  readonly scripts: readonly Script[];
  readonly served: readonly ServedStore[];
}

const tool =
  /\b(?:pg_dump(?:all)?|pg_basebackup|pgbackrest|wal-g|barman|mysqldump|mariadb-(?:dump|backup)|xtrabackup|mongodump|restic|kopia|velero|backup-utility|mc\s+mirror|rclone|aws\s+s3\s+(?:cp|sync)|sqlite3\b.{0,200}\.backup)\b|redis-cli\b.{0,200}--rdb|\bBGSAVE\b/;

/**
 * Whether something in the repository backs this up: a Velero or K8up schedule over its namespace, a CloudNativePG
 * ScheduledBackup, a VolSync source, or a CronJob or script that runs a backup tool and names it or stands in its
 * namespace; or whether the server that asks does. In doubt yes: a wrong alarm about a backup that exists makes the right ones unread.
 */
export function isBackedUp(what: BackedUp, { manifests, scripts, served }: BackupSources): boolean {
  return (
    isServed(what, served) ||
    manifests.some((manifest) => backsUp(manifest, what)) ||
    scripts.some(({ file }) => tool.test(file.text) && what.names.some((name) => mentions(file.text, name)))
  );
}

/** Whether a server's store of these kinds belongs to a component that it is named after; what is found of that is told by its own rules. */
export function isServed(
  { names, environment, kinds }: Pick<BackedUp, "names" | "environment" | "kinds">,
  served: readonly ServedStore[],
): boolean {
  return served.some(
    (one) =>
      kinds.includes(one.kind) &&
      (environment === undefined || environment === one.environment) &&
      names.some((name) => name === one.component || name.startsWith(`${one.component}-`)),
  );
}

/** The repository's CronJobs and scripts in which `pattern` occurs. */
export function runs(pattern: RegExp, { manifests, scripts }: Omit<BackupSources, "served">): boolean {
  return (
    scripts.some(({ file }) => pattern.test(file.text)) ||
    manifests.some((manifest) => isJob(manifest) && pattern.test(wordsIn(manifest.root)))
  );
}

/** Whether a Velero or K8up schedule takes in the namespace; an unknown namespace is taken in by any. */
export function isScheduled(namespace: string | undefined, manifests: readonly Manifest[]): boolean {
  return manifests.some((manifest) => schedules(manifest, namespace));
}

export function isJob({ kind }: Manifest): boolean {
  return kind === "CronJob" || kind === "CronWorkflow" || kind === "Job";
}

function backsUp(manifest: Manifest, what: BackedUp): boolean {
  if (schedules(manifest, what.namespace)) return true;
  switch (manifest.kind) {
    case "ScheduledBackup":
      return what.names.includes(textAt(manifest.root, "spec", "cluster", "name") ?? "");
    case "ReplicationSource":
    case "SnapshotSchedule":
    case "RecurringJob":
      return sameNamespace(manifest.namespace, what.namespace);
    case "CronJob":
    case "CronWorkflow":
      return jobBacksUp(manifest, what);
    default:
      return false;
  }
}

function schedules(manifest: Manifest, namespace: string | undefined): boolean {
  if (manifest.kind !== "Schedule") return false;
  if (manifest.apiVersion.startsWith("k8up.io/")) return sameNamespace(manifest.namespace, namespace);
  if (!manifest.apiVersion.startsWith("velero.io/")) return false;
  const included = itemsAt(manifest.root, "spec", "template", "includedNamespaces").map((item) => textAt(item));
  const excluded = itemsAt(manifest.root, "spec", "template", "excludedNamespaces").map((item) => textAt(item));
  if (namespace === undefined) return true;
  return (
    !excluded.includes(namespace) && (included.length === 0 || included.includes("*") || included.includes(namespace))
  );
}

function jobBacksUp(manifest: Manifest, what: BackedUp): boolean {
  const words = wordsIn(podSpecOf(manifest) ?? manifest.root);
  if (!tool.test(words) && !/backup/i.test(`${manifest.name} ${words}`)) return false;
  return what.names.some((name) => mentions(words, name)) || sameNamespace(manifest.namespace, what.namespace);
}

function sameNamespace(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

function mentions(text: string, name: string): boolean {
  return name.length > 2 && text.includes(name);
}
