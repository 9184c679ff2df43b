import type { Command } from "commander";
import { type Catalogue, type CataloguedBackup, catalogueOf, findBackup } from "../backups/repository/catalogue.ts";
import { Repository } from "../backups/repository/restic.ts";
import { InputError } from "../kernel/errors.ts";
import type { SecretRef } from "../platform/secret-ref.ts";
import type { Backups } from "../platform/server-backups.ts";
import { folderOf } from "./platform.ts";
import type { BackupShell, Shell } from "./shell.ts";

/** As `serverFile` of the server: loading that would load more than this needs. */
const usualConfig = "millwright.server.yaml";

export interface PlaceOptions {
  readonly environment?: string;
  readonly config?: string;
}

/** Where the backups of one environment lie, ready to be used. */
export interface BackupPlace {
  readonly environment: string;
  readonly installation: string;
  readonly stores: Backups["environments"][number]["stores"];
  readonly repository: Repository;
}

/** The options of every command that works on an environment's repository. */
export function withPlace(command: Command): Command {
  return command
    .option("--environment <name>", "whose backups; may be left out where only one environment has any")
    .option("--config <file>", `where stores and repositories are declared (${usualConfig})`);
}

/** What is declared under `backups:`; throws `InputError` when nothing is. */
export async function declaredBackups(shell: Shell, named: string | undefined): Promise<Backups> {
  const file = folderOf(shell, named ?? usualConfig);
  const text = await shell.readText(file);
  const toDo = "declare stores and a repository under backups: (docs/backups.md)";
  if (text === undefined)
    throw new InputError(`There is no ${named ?? usualConfig} here; name it by --config, or ${toDo}.`);
  const { parseServerConfig } = await import("../findings/server-file.ts");
  const { backups } = parseServerConfig(text, named ?? usualConfig);
  if (backups.environments.length === 0) throw new InputError(`${named ?? usualConfig} declares no backups; ${toDo}.`);
  return backups;
}

/** The repository of one environment. */
export async function placeOf(shell: Shell, binding: BackupShell, options: PlaceOptions): Promise<BackupPlace> {
  const declared = await declaredBackups(shell, options.config);
  const names = declared.environments.map(({ environment }) => environment);
  const wanted = options.environment ?? (names.length === 1 ? names[0] : undefined);
  if (wanted === undefined) throw new InputError(`Name the environment: --environment ${names.join(" or ")}.`);
  const found = declared.environments.find(({ environment }) => environment === wanted);
  if (found === undefined)
    throw new InputError(`No backups of ${wanted} are declared; there are those of ${names.join(", ")}.`);
  const { environment, stores, repository, key, variables } = found;
  const place = {
    repository,
    password: await binding.secret(key),
    environment: { ...binding.environment, ...(await secretsOf(variables, binding)) },
  };
  return {
    environment,
    installation: declared.installation,
    stores,
    repository: new Repository(place, binding.ports),
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
export async function catalogueAt({ repository }: BackupPlace): Promise<Catalogue> {
  return catalogueOf(await repository.snapshots());
}

/** A backup, and whose it must be. */
export async function backupAt(
  place: BackupPlace,
  id: string,
): Promise<{
  readonly backup: CataloguedBackup;
  readonly identity: { readonly installation: string; readonly environment: string; readonly repository: string };
}> {
  const backup = findBackup(await catalogueAt(place), id);
  return { backup, identity: await identityAt(place) };
}

export async function identityAt({ installation, environment, repository }: BackupPlace): Promise<{
  readonly installation: string;
  readonly environment: string;
  readonly repository: string;
}> {
  const id = await repository.id();
  if (id === undefined)
    throw new InputError(`There is no repository yet: millwright backup init --environment ${environment}.`);
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
