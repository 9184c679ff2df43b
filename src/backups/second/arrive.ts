import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Clock } from "../../kernel/ports.ts";
import { refuseAborted } from "../parts.ts";
import type { Follow } from "../progress/follow.ts";
import { type CataloguedBackup, catalogueOf, foreignSeal } from "../repository/catalogue.ts";
import type { Identity } from "../repository/manifest.ts";
import { manifestOf } from "../repository/read-manifest.ts";
import { writeRecord } from "../repository/records.ts";
import type { Repository, StoredSnapshot } from "../repository/restic.ts";
import { type TaggedPart, taggedAs } from "../repository/tags.ts";
import type { Arrival, Copies } from "./copies.ts";
import { followCopy } from "./follow-copy.ts";

export interface CopyOptions {
  readonly first: Repository;
  readonly second: Copies;
  readonly identity: Omit<Identity, "component" | "store">;
  readonly clock: Clock;
  readonly progress: (text: string) => void;
  readonly follow: Follow;
  readonly signal: AbortSignal;
}

const brokenOff = "the copy was broken off; do it again";

/** Seals come after all that they seal, so that a copy that was killed shows no backup that is not whole. */
const turns: readonly (readonly TaggedPart[])[] = [["part", "pack"], ["seal"], ["proof", "record"]];

/**
 * Copies what the second repository lacks, and looks whether it is really there: sealed, its manifest the same, the repository
 * without damage. What is wrong is told and written down; throws when it could not be copied at all, which the first repository
 * keeps.
 */
export async function copyAll(options: CopyOptions): Promise<Arrival> {
  try {
    const arrival = await copied(options);
    await writeDown(arrival, options, [options.second, options.first]);
    return arrival;
  } catch (thrown) {
    // It is begun again by who broke it off, who is told that before what it made of the work.
    if (options.signal.aborted)
      throw new SystemError(
        "the copy was broken off; what did not arrive whole is no backup there: do it again",
        "stop",
        {
          cause: thrown,
        },
      );
    if (thrown instanceof InputError || thrown instanceof SystemError)
      // Where the first does not answer either, why is all there is to say.
      await writeDown(notBegun(messageOf(thrown), options), options, [options.first]).catch(() => undefined);
    throw thrown;
  }
}

function notBegun(why: string, { clock, identity }: CopyOptions): Arrival {
  return { schema: "millwright/arrival/1", at: clock.now(), of: identity.repository, backups: [], wrong: [why] };
}

async function writeDown(
  arrival: Arrival,
  { identity, signal }: CopyOptions,
  repositories: readonly Repository[],
): Promise<void> {
  const verdict = arrival.wrong.length === 0 ? "arrived" : "failed";
  const record = { kind: "arrival" as const, id: "arrival", at: arrival.at as Instant, verdict };
  for (const repository of repositories) await writeRecord(repository, record, identity, arrival, signal);
}

async function copied(options: CopyOptions): Promise<Arrival> {
  const { first, second, identity, signal } = options;
  if ((await second.ownId()) === undefined)
    throw new InputError(
      `there is no second repository yet, or it is not mounted; make it once: millwright backup init --second --environment ${identity.environment}`,
    );
  const here = await second.snapshots(signal);
  refuseOthers(here, identity);
  const there = new Set(here.map(({ id }) => id));
  const listed = await first.snapshots(signal);
  const ours = listed.flatMap((snapshot) => {
    const tagged = taggedAs(snapshot);
    return tagged === undefined || there.has(snapshot.id) ? [] : [{ id: snapshot.id, part: tagged.part }];
  });
  await copyEach(ours, options);
  const sealed = new Set(ours.flatMap(({ id, part }) => (part === "seal" ? [id] : [])));
  return lookedAt(sealed, listed, options);
}

async function copyEach(
  ours: readonly { readonly id: string; readonly part: TaggedPart }[],
  { first, second, progress, follow, signal }: CopyOptions,
): Promise<void> {
  progress(`${ours.length} snapshots are to be copied to the second repository`);
  if (ours.length === 0) return;
  const ids = ours.map(({ id }) => id);
  // They only help to tell: without them it is copied all the same.
  const sizes = await first.sizes(ids, signal).catch(() => undefined);
  refuseAborted(signal, brokenOff);
  const followed = followCopy(follow, ids, sizes);
  try {
    for (const turn of turns) {
      const some = ours.filter(({ part }) => turn.includes(part)).map(({ id }) => id);
      await second.copyFrom(first, some, signal, followed.told);
    }
  } finally {
    followed.end();
  }
}

function refuseOthers(
  snapshots: readonly StoredSnapshot[],
  { installation, environment }: CopyOptions["identity"],
): void {
  const foreign = foreignSeal(snapshots, { installation, environment });
  if (foreign !== undefined)
    throw new InputError(
      `the second repository holds backups of ${foreign.environment} of ${foreign.installation}: each environment has one of its own`,
    );
}

/**
 * What arrived now, or when nothing did, what the newest of each store is; each is read back there. What was sealed in the first
 * while this was copied is the next copy's, and what went meanwhile is missed by nobody.
 */
async function lookedAt(
  sealed: ReadonlySet<string>,
  listed: readonly StoredSnapshot[],
  { first, second, identity, clock, signal }: CopyOptions,
): Promise<Arrival> {
  const now = new Set(catalogueOf(await first.snapshots(signal)).backups.map(({ id }) => id));
  const wanted = catalogueOf(listed).backups.filter(({ id }) => now.has(id));
  const stored = await second.snapshots(signal);
  const there = new Set(stored.map(({ id }) => id));
  const found = new Map(catalogueOf(stored).backups.map((one) => [one.id, one]));
  const wrong: string[] = [];
  const arrived: CataloguedBackup[] = [];
  for (const backup of wanted) {
    const copy = found.get(backup.id);
    if (copy === undefined) wrong.push(`${backup.id} did not arrive`);
    else if (sealed.has(backup.manifest) || isNewest(backup, wanted)) {
      const why = await misread(copy, second, there, signal);
      if (why === undefined) arrived.push(backup);
      else wrong.push(why);
    }
  }
  const damage = await second.check(false, signal);
  refuseAborted(signal, brokenOff);
  wrong.push(...damage.map((words) => `the second repository is damaged: ${words}`));
  return {
    schema: "millwright/arrival/1",
    at: clock.now(),
    of: identity.repository,
    backups: arrived.map(({ id, store, takenAt, digest }) => ({ id, store, takenAt, digest })),
    wrong,
  };
}

function isNewest(backup: CataloguedBackup, all: readonly CataloguedBackup[]): boolean {
  return all.find(({ store }) => store === backup.store)?.id === backup.id;
}

/** Its manifest is read in the copy and held against the seal; all of its parts have to lie there. */
async function misread(
  copy: CataloguedBackup,
  second: Copies,
  there: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { manifest } = await manifestOf(copy, second, signal);
    const gone = [...manifest.parts, ...manifest.packs].filter(({ snapshot }) => !there.has(snapshot));
    return gone.length === 0 ? undefined : `${copy.id} lacks ${gone.length} of its parts in the second repository`;
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return `${copy.id} cannot be read in the second repository: ${messageOf(thrown)}`;
  }
}
