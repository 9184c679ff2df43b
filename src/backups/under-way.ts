import { InputError, SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Clock } from "../kernel/ports.ts";
import type { Debris } from "./repository/catalogue.ts";
import type { Repository, StoredSnapshot } from "./repository/restic.ts";
import { type Tagged, taggedAs, tagsOf } from "./repository/tags.ts";

/*
 * What a run under way has stored looks like what a killed one left. How old it is tells nothing: a run may take days, and restic
 * locks the repository only while it stores. So a run that takes long writes each hour that it goes on, and what it stored is cleaned
 * by the age of its last sign.
 */

/** Of records, as `RecordKind` names others. */
const goesOn = "goes-on";

export interface Going extends Pick<Tagged, "installation" | "environment"> {
  readonly repository: Repository;
  /** What the names of all its backups end with. */
  readonly unique: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Between two signs; an hour when left out. */
  readonly everyMillis?: number;
}

/** Does the work, and writes meanwhile that it goes on. A sign that cannot be written ends nothing; the next one is tried. */
export async function whileGoingOn<T>(going: Going, work: () => Promise<T>): Promise<T> {
  const { everyMillis = 3_600_000 } = going;
  let writing: Promise<void> | undefined;
  const timer = setInterval(() => {
    writing ??= writeSign(going).finally(() => {
      writing = undefined;
    });
  }, everyMillis);
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    // A restic that is killed leaves its lock.
    await writing;
  }
}

/** So long a repository that does not answer is waited for. */
const signMillis = 120_000;

async function writeSign({ repository, unique, clock, signal, ...whose }: Going): Promise<void> {
  const { installation, environment } = whose;
  const until = AbortSignal.any([signal, AbortSignal.timeout(signMillis)]);
  const at = clock.now();
  const tags = tagsOf({
    part: "record",
    backup: unique,
    installation,
    environment,
    store: goesOn,
    provenAt: at,
  });
  try {
    await repository.record("goes-on.txt", tags, `${unique} went on at ${at}\n`, until);
  } catch (thrown) {
    if (!until.aborted && !(thrown instanceof InputError || thrown instanceof SystemError)) throw thrown;
  }
}

/** So much longer a run is waited for when no other has given a sign since. */
const aloneHours = 7 * 24;

/**
 * What of the debris is of runs that gave no sign for so many hours, and the signs of those runs. The hours are counted back from the
 * newest sign of any run: by a clock that runs ahead all looks old, also what a run under way has just stored.
 */
export function leftOver(
  debris: readonly Debris[],
  snapshots: readonly StoredSnapshot[],
  { now, hours }: { readonly now: Instant; readonly hours: number },
): { readonly debris: readonly Debris[]; readonly signs: readonly string[] } {
  const told = snapshots.flatMap((snapshot) => {
    const tagged = taggedAs(snapshot);
    return tagged === undefined ? [] : signIn(tagged, snapshot);
  });
  const newest = told.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  const moment = Math.max(Math.min(Date.parse(now), newest), Date.parse(now) - aloneHours * 3_600_000);
  const last = new Map<string, number>();
  for (const { run, at } of told) last.set(run, Math.max(at, last.get(run) ?? 0));
  const isOver = (run: string): boolean => (last.get(run) ?? 0) <= moment - hours * 3_600_000;
  return {
    debris: debris.filter(({ backup }) => isOver(runOf(backup))),
    signs: told.flatMap(({ run, mark }) => (mark === undefined || !isOver(run) ? [] : [mark])),
  };
}

interface Sign {
  readonly run: string;
  readonly at: number;
  /** The snapshot, where it is nothing but a sign. */
  readonly mark: string | undefined;
}

/** Each thing that a run stored says that it went on then; a proof and other records are of others. */
function signIn({ part, backup, store, provenAt }: Tagged, { id, time }: StoredSnapshot): readonly Sign[] {
  const run = runOf(backup);
  if (part === "record") return store === goesOn ? [{ run, at: Date.parse(provenAt ?? time), mark: id }] : [];
  return part === "proof" ? [] : [{ run, at: Date.parse(time), mark: undefined }];
}

/** All backups of a run end with the same letters. */
function runOf(backup: string): string {
  return backup.slice(backup.lastIndexOf("-") + 1);
}
