import { refuseOthers } from "../backups/own-repository.ts";
import { keepRemoval, type Removal } from "../backups/removal/record.ts";
import type { StoredSnapshot } from "../backups/repository/restic.ts";
import type { Freed } from "../backups/repository/restic-prune.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import { sized } from "../reports/backup/words.ts";
import {
  type BackupPlace,
  declaredBackups,
  identityAt,
  interruptible,
  type PlaceOptions,
  snapshotsAt,
} from "./backup-places.ts";
import type { BackupShell, Shell } from "./shell.ts";

export interface RemovalOptions extends PlaceOptions {
  readonly why?: string;
  readonly mark?: string;
}

/**
 * What lies in a repository that something may be removed from. Throws `InputError` for the second one, and where backups of another
 * environment lie: their retention, and what their runs wait with, is not known here.
 */
export async function removableAt(place: BackupPlace): Promise<readonly StoredSnapshot[]> {
  if (place.isSecond)
    throw new InputError("Nothing is removed from the second repository by Millwright; it has a retention of its own.");
  const snapshots = await snapshotsAt(place);
  refuseOthers(snapshots, place);
  return snapshots;
}

/** By whom: a server's run, or somebody on a machine. */
function whoRemoves(shell: Shell, { host }: Pick<BackupShell, "host">, mark: string | undefined): string {
  if (mark !== undefined) return `run ${mark.split("/", 1)[0] ?? mark}`;
  return `${shell.variable("USER") ?? "unknown"}@${host}`;
}

/** What is written down of a removal; undefined where nothing is removed. */
type Going = Pick<Removal, "backups" | "points" | "packs" | "debris">;

/** A removal as it was written down, or why it was not. */
export interface Written {
  readonly record: string | undefined;
  readonly unwritten: string | undefined;
}

/**
 * Writes down what is about to be removed. A repository that takes nothing more (its disk is full) is made room in all the same: then
 * it is said that a server finds these gone.
 */
export async function writeDown(
  going: Going,
  place: BackupPlace,
  {
    shell,
    binding,
    options,
  }: { readonly shell: Shell; readonly binding: BackupShell; readonly options: RemovalOptions },
): Promise<Written> {
  const { backups, points, packs, debris } = going;
  if (backups.length + points.length + packs + debris.length === 0) return { record: undefined, unwritten: undefined };
  const { signingKey } = await declaredBackups(shell, options.config);
  const key = signingKey === undefined ? undefined : await binding.secret(signingKey);
  const at = shell.clock.now();
  const id = `removal-${at.replace(/[-:]|\.\d+/g, "")}-${shell.uniqueId().slice(0, 8)}`;
  const { why, mark } = options;
  const removal: Removal = {
    schema: "millwright/removal/1",
    id,
    ...(await identityAt(place)),
    at,
    by: whoRemoves(shell, binding, mark),
    ...(why === undefined ? {} : { why }),
    ...going,
  };
  try {
    await interruptible(binding, (signal) => keepRemoval(place.repository, removal, key, signal));
    return { record: id, unwritten: undefined };
  } catch (thrown) {
    if (!(thrown instanceof SystemError || thrown instanceof InputError)) throw thrown;
    return { record: undefined, unwritten: messageOf(thrown) };
  }
}

/** What there is to say of a removal that was done. */
export function freedLines({ bytes, stuck }: Freed, { unwritten }: Written): readonly string[] {
  return [
    bytes === undefined ? "restic does not say how much that freed." : `Freed ${sized(bytes)}.`,
    ...(stuck === undefined ? ["Whether all of it is really gone could not be asked: somebody works there."] : []),
    ...(stuck === undefined || stuck === 0
      ? []
      : [
          `${sized(stuck)} that nothing uses any more could not be removed: the store refuses (a key that may only add, a lock, rights).`,
        ]),
    ...(unwritten === undefined
      ? []
      : [`It could not be written down, so that a server will say that a backup is gone: ${unwritten}`]),
  ];
}
