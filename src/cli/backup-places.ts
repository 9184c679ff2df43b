import type { Command } from "commander";
import { type Catalogue, type CataloguedBackup, catalogueOf, findBackup } from "../backups/repository/catalogue.ts";
import { Repository, type RepositoryPlace, type StoredSnapshot } from "../backups/repository/restic.ts";
import { Copies } from "../backups/second/copies.ts";
import type { OwnDatabase } from "../backups/store-kind.ts";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { KubeWriter } from "../kernel/kube.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { BackupRepository, Backups } from "../platform/server-backups.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import { folderOf } from "./platform.ts";
import type { BackupShell, Shell } from "./shell.ts";

/** As `serverFile` of the server: loading that would load more than this needs. */
const usualConfig = "millwright.server.yaml";
/** As `serve --data` has it when it is left out; a server tells its runner where it really is. */
const usualData = "millwright-data";

export interface PlaceOptions {
  readonly environment?: string;
  readonly config?: string;
  /** Of the copy elsewhere, alone. */
  readonly second?: boolean;
}

/** Where the backups of one environment lie, ready to be used. */
export interface BackupPlace {
  readonly installation: string;
  /** `backups.receiptHours`, of all environments. */
  readonly receiptHours: number;
  readonly environment: string;
  readonly declared: Backups["environments"][number];
  readonly repository: Repository;
  /** Whether that is the copy elsewhere. */
  readonly isSecond: boolean;
  /** The copy elsewhere; undefined where none is declared. */
  readonly second: () => Promise<Copies | undefined>;
  readonly secret: (ref: SecretRef) => Promise<string>;
  /** The environment's cluster, opened when it is first asked for. */
  readonly cluster: () => Promise<KubeWriter>;
  /** The same by the observer's account. */
  readonly observer: () => Promise<KubeWriter>;
  readonly own: OwnDatabase;
  /** By the changer's account, which is loaded in mode act alone: throws `InputError` where none is declared. */
  readonly changer: () => Promise<KubeWriter>;
  /** By the account that restores; the same holds. */
  readonly restorer: () => Promise<KubeWriter>;
  /** Why nothing may be changed outside; undefined: it may. */
  readonly mayNotChange: string | undefined;
}

/** The options of every command that works on an environment's repository. */
export function withPlace(command: Command): Command {
  return command
    .option("--environment <name>", "whose backups; may be left out where only one environment has any")
    .option("--config <file>", `where stores and repositories are declared (${usualConfig})`)
    .option("--second", "look at the second repository alone, as if the first were gone");
}

/** What is declared under `backups:`; throws `InputError` when nothing is. */
export async function declaredBackups(shell: Shell, named: string | undefined): Promise<Backups> {
  return (await declaredConfig(shell, named)).backups;
}

async function declaredConfig(shell: Shell, named: string | undefined): Promise<ServerConfig> {
  const file = folderOf(shell, named ?? usualConfig);
  const text = await shell.readText(file);
  const toDo = "declare stores and a repository under backups: (docs/backups.md)";
  if (text === undefined)
    throw new InputError(`There is no ${named ?? usualConfig} here; name it by --config, or ${toDo}.`);
  const { parseServerConfig } = await import("../findings/server-file.ts");
  const config = parseServerConfig(text, named ?? usualConfig);
  if (config.backups.environments.length === 0)
    throw new InputError(`${named ?? usualConfig} declares no backups; ${toDo}.`);
  return config;
}

/** The repository of one environment. */
export async function placeOf(shell: Shell, binding: BackupShell, options: PlaceOptions): Promise<BackupPlace> {
  const config = await declaredConfig(shell, options.config);
  const { environments, installation, receiptHours } = config.backups;
  const names = environments.map(({ environment }) => environment);
  const wanted = options.environment ?? (names.length === 1 ? names[0] : undefined);
  if (wanted === undefined) throw new InputError(`Name the environment: --environment ${names.join(" or ")}.`);
  const found = environments.find(({ environment }) => environment === wanted);
  if (found === undefined)
    throw new InputError(`No backups of ${wanted} are declared; there are those of ${names.join(", ")}.`);
  const wantsSecond = options.second === true;
  // The first may be gone, and its key with it.
  const second = async (): Promise<Copies | undefined> =>
    found.second === undefined ? undefined : new Copies(await whereIs(found.second, binding), binding.ports);
  return {
    environment: wanted,
    installation,
    receiptHours,
    declared: found,
    repository: wantsSecond
      ? ((await second()) ?? noSecond(wanted))
      : new Repository(await whereIs(found, binding), binding.ports),
    isSecond: wantsSecond,
    second,
    secret: binding.secret,
    cluster: clusterOf(config, wanted, binding, (one) => one.backup ?? one.kubeconfig),
    observer: clusterOf(config, wanted, binding, (one) => one.kubeconfig),
    changer: clusterOf(config, wanted, binding, (one) => one.write),
    restorer: clusterOf(config, wanted, binding, (one) => one.restore ?? one.write),
    mayNotChange: mayNotChange(config),
    own: { ...ownFolder(shell, config), url: config.database.url, path: binding.path },
  };
}

async function whereIs(
  { repository, key, variables }: BackupRepository,
  binding: BackupShell,
): Promise<RepositoryPlace> {
  return {
    repository,
    password: await binding.secret(key),
    environment: { ...binding.environment, ...(await secretsOf(variables, binding)) },
  };
}

function noSecond(environment: string): never {
  throw new InputError(`No second repository of ${environment} is declared; name it as second beside its repository.`);
}

function ownFolder(shell: Shell, { database }: ServerConfig): Pick<OwnDatabase, "embedded"> {
  return { embedded: folderOf(shell, database.embedded ?? shell.variable("MILLWRIGHT_DATA") ?? usualData) };
}

function mayNotChange({ mode, stopped }: ServerConfig): string | undefined {
  if (stopped) return "the emergency stop is on (stopped: true)";
  return mode === "act" ? undefined : `nothing outside is changed in mode ${mode} (mode: act)`;
}

type Cluster = ServerConfig["clusters"][number];

function clusterOf(
  { clusters }: ServerConfig,
  environment: string,
  binding: BackupShell,
  account: (cluster: Cluster) => SecretRef | undefined,
): BackupPlace["cluster"] {
  let opened: Promise<KubeWriter> | undefined;
  return () => {
    const found = clusters.find((one) => one.environment === environment);
    if (found === undefined)
      throw new InputError(`no cluster of ${environment} is declared; name it under clusters (docs/backups.md)`);
    const kubeconfig = account(found);
    if (kubeconfig === undefined && !found.inCluster)
      throw new InputError(
        `clusters of ${environment} names no kubeconfig for this (write, for a fence: docs/backups.md)`,
      );
    opened ??= binding.cluster(kubeconfig, found.context);
    return opened;
  };
}

async function secretsOf(
  refs: Readonly<Record<string, SecretRef>>,
  { secret }: BackupShell,
): Promise<Readonly<Record<string, string>>> {
  const found: [string, string][] = [];
  for (const [name, ref] of Object.entries(refs)) found.push([name, await secret(ref)]);
  return Object.fromEntries(found);
}

/** What lies in a repository; throws `InputError` where there is none. */
export async function catalogueAt(place: BackupPlace): Promise<Catalogue> {
  return catalogueOf(await snapshotsAt(place));
}

/** All snapshots of a repository; throws `InputError` where there is none. */
export async function snapshotsAt(place: BackupPlace): Promise<readonly StoredSnapshot[]> {
  try {
    return await place.repository.snapshots();
  } catch (thrown) {
    if (thrown instanceof SystemError && (await place.repository.id()) === undefined) noRepository(place, thrown);
    throw thrown;
  }
}

function noRepository({ environment, isSecond }: BackupPlace, cause?: unknown): never {
  throw new InputError(
    `There is no repository yet, or its folder is not mounted: make it once by millwright backup init --environment ${environment}${isSecond ? " --second" : ""}; where there was one, its config is gone: copy it back from another copy of the repository.`,
    { cause },
  );
}

/** A backup, and whose it must be. */
export async function backupAt(
  place: BackupPlace,
  id: string,
): Promise<{
  readonly backup: CataloguedBackup;
  readonly identity: { readonly installation: string; readonly environment: string; readonly repository: string };
  readonly catalogue: Catalogue;
}> {
  const catalogue = await catalogueAt(place);
  const backup = findBackup(catalogue, id);
  return { backup, identity: await identityAt(place), catalogue };
}

export async function identityAt(place: BackupPlace): Promise<{
  readonly installation: string;
  readonly environment: string;
  readonly repository: string;
}> {
  const { installation, environment, repository } = place;
  const id = (await repository.id()) ?? noRepository(place);
  return { installation, environment, repository: id };
}

/** Runs work that Ctrl-C ends. */
export async function interruptible<T>(binding: BackupShell, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, release } = binding.interrupted();
  try {
    return await work(signal);
  } finally {
    release();
  }
}
