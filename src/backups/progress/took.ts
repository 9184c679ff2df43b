import { InputError, SystemError } from "../../kernel/errors.ts";
import { type Catalogue, type CataloguedBackup, catalogueOf } from "../repository/catalogue.ts";
import type { Repository } from "../repository/restic.ts";
import type { Turn } from "./turns.ts";

/** Milliseconds that the last proof of a store's backups took; undefined where none is known that ended well. */
export function lastProofMillis(backups: readonly CataloguedBackup[], store: string): number | undefined {
  const proofs = backups.filter((one) => one.store === store).flatMap((one) => one.proofs);
  const [last] = proofs
    .filter(({ verdict }) => verdict === "proven" || verdict === "sampled")
    .toSorted((a, b) => b.provenAt.localeCompare(a.provenAt));
  return believed(last?.millis);
}

/** Milliseconds that the last backup of a store took; undefined where none says so: backups of earlier versions do not. */
export function lastBackupMillis(backups: readonly CataloguedBackup[], store: string): number | undefined {
  return believed(backups.find((one) => one.store === store && one.millis !== undefined)?.millis);
}

/** What the next backup of a store may be expected to take. How many bytes is not known where it takes over what earlier ones stored. */
export function lastBackup(
  { backups, packs }: Catalogue,
  store: string,
): { readonly bytes: number | undefined; readonly millis: number | undefined } {
  const bytes = backups.find((one) => one.store === store)?.bytes;
  const isPacked = packs.some((one) => one.store === store);
  return { bytes: isPacked ? undefined : bytes, millis: lastBackupMillis(backups, store) };
}

/** Work on one of several stores, in the time that its last backup took, or its last proof: what restores it is never timed by itself. */
export function turnOf(what: Turn["what"], store: string, backups: readonly CataloguedBackup[]): Turn {
  return { what, store, millis: (what === "backups" ? lastBackupMillis : lastProofMillis)(backups, store) };
}

/** What a repository has of backups, for their times; none where it cannot be asked now: no time is known then. */
export async function timedBackups(repository: Repository, signal: AbortSignal): Promise<readonly CataloguedBackup[]> {
  try {
    return catalogueOf(await repository.snapshots(signal)).backups;
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof SystemError)) throw thrown;
    return [];
  }
}

const yearMillis = 366 * 86_400_000;

/** By a clock that was set back it took less than no time; in a tag anybody may have written any number who may write there. */
function believed(millis: number | undefined): number | undefined {
  return millis === undefined || millis < 0 || millis > yearMillis ? undefined : millis;
}
