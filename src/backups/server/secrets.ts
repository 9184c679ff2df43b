import type { BackupRunner, RunnerCall } from "../../kernel/backup-runner.ts";
import { formatSecretRef, parseSecretRef, type SecretRef } from "../../platform/secret-ref.ts";
import type { ServerConfig } from "../../platform/server-config.ts";
import { databaseStores } from "../kinds/gitlab/databases.ts";
import { asksFence, goesToStores } from "./verbs.ts";

/*
 * Secrets that the cluster or our own database keeps are read by the server alone. It resolves those that a call of the runner
 * needs, in the step that makes the call, and hands them over; no other call sees them.
 */

/** Hands each call the secrets that it needs and cannot read itself. */
export function withSecrets(
  runner: BackupRunner,
  config: () => ServerConfig,
  resolve: (ref: SecretRef) => Promise<string>,
): BackupRunner {
  return {
    async call(call) {
      const secrets = new Map<string, string>();
      for (const ref of secretsNeeded(config(), call)) secrets.set(formatSecretRef(ref), await resolve(ref));
      return runner.call({ ...call, secrets });
    },
  };
}

type Needing = Pick<ServerConfig, "backups" | "clusters" | "database">;

/** Verbs that write to the copy elsewhere, or remove there, besides those that go to the stores. */
const copying: ReadonlySet<string | undefined> = new Set(["second", "prune"]);

function needsSecond(args: readonly string[]): boolean {
  return args.includes("--second") || goesToStores(args) || copying.has(args[1]);
}

/** Removals are signed, and are held against their signature. */
const removing: ReadonlySet<string | undefined> = new Set(["prune", "removals"]);

/** Receipts, and what a drill found, are signed too. */
function needsSigning(args: readonly string[]): boolean {
  return args[0] === "receipt" || removing.has(args[1]) || (args[1] === "drill" && goesToStores(args));
}

/** The references of a cluster and of our database that a call has to resolve, each once. */
export function secretsNeeded(
  config: Needing,
  { args, environment }: Pick<RunnerCall, "args" | "environment">,
): readonly SecretRef[] {
  const declared = config.backups.environments.find((one) => one.environment === environment);
  if (declared === undefined) return [];
  const { key, variables, second } = declared;
  const needed = [
    [key, variables],
    needsSecond(args) ? second : [],
    needsSigning(args) ? config.backups.signingKey : [],
    args[1] === "prune" ? archivesOf(declared) : [],
    goesToStores(args) ? ofStores(config, declared, args) : [],
    args[1] === "foreign" ? accountsOf(config, environment) : [],
    asksFence(args) ? ofFence(config, declared) : [],
  ];
  const found = needed.flatMap(refsIn).filter(({ kind }) => kind === "kubernetes" || kind === "store");
  return [...new Map(found.map((ref) => [formatSecretRef(ref), ref])).values()];
}

/** Buckets in which GitLab's archives are left, and removed. */
function archivesOf({ stores }: Declared): readonly unknown[] {
  return stores.flatMap((one) => (one.kind === "gitlab" ? [one.backups] : []));
}

function accountsOf({ clusters }: Needing, environment: string): readonly unknown[] {
  const cluster = clusters.find((one) => one.environment === environment);
  return [cluster?.kubeconfig, cluster?.backup];
}

function ofFence({ clusters }: Needing, { environment, fence }: Declared): readonly unknown[] {
  const cluster = clusters.find((one) => one.environment === environment);
  return [fence, cluster?.kubeconfig, cluster?.write];
}

function ofStores({ clusters, database }: Needing, declared: Declared, args: readonly string[]): readonly unknown[] {
  const stores = storesOf(declared, args);
  const cluster = clusters.find(({ environment }) => environment === declared.environment);
  return [
    stores,
    cluster === undefined ? [] : accountsAt(cluster, declared, args),
    declared.fence,
    declared.ask,
    stores.some(({ kind }) => kind === "millwright") ? database.url : [],
  ];
}

/** The accounts on one cluster: who reads the stores, who closes the fence, who brings back. */
function accountsAt(
  { kubeconfig, backup, write, restore }: Needing["clusters"][number],
  { fence }: Declared,
  args: readonly string[],
): readonly unknown[] {
  return [backup ?? kubeconfig, fence === undefined ? [] : write, isBroughtBack(args) ? (restore ?? write) : []];
}

/** Restored where the stores are, not to a folder: in place, taken back, or to a new database or bucket beside. */
function isBroughtBack(args: readonly string[]): boolean {
  const to = args[args.indexOf("--to") + 1] ?? "";
  return args[1] === "restore" && (!args.includes("--to") || /^(?:database|bucket):/.test(to));
}

type Declared = ServerConfig["backups"]["environments"][number];

/** Those that are named, or all; with a GitLab that is brought back its databases, in which is looked what came back. */
function storesOf({ stores }: Declared, args: readonly string[]): Declared["stores"] {
  const named = args.flatMap((arg, index) => (args[index - 1] === "--store" ? [arg] : []));
  if (named.length === 0) return stores;
  const isNamed = ({ component, store }: Declared["stores"][number]): boolean =>
    named.includes(`${component}/${store}`);
  const looksInto = new Set<Declared["stores"][number]>(
    stores.flatMap((one) =>
      args[1] === "restore" && one.kind === "gitlab" && isNamed(one) ? databaseStores(one, stores) : [],
    ),
  );
  return stores.filter((one) => isNamed(one) || looksInto.has(one));
}

/** Every reference in a part of the configuration, wherever it stands. */
function refsIn(value: unknown): readonly SecretRef[] {
  if (typeof value !== "object" || value === null) return [];
  const ref = asRef(value);
  return ref === undefined ? Object.values(value).flatMap(refsIn) : [ref];
}

/** A store of kind `kubernetes` is none: it does not format into what parses. */
function asRef(value: object): SecretRef | undefined {
  const fields = Object.keys(value).toSorted().join();
  if (!["kind,name", "kind,path", "key,kind,name,namespace"].includes(fields)) return undefined;
  return parseSecretRef(formatSecretRef(value as SecretRef) ?? "");
}
