import { InputError, SystemError } from "../../../kernel/errors.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { Part } from "../../repository/manifest.ts";
import type { OwnProving, SealedBody } from "../../store-kind.ts";
import { ahead } from "./ahead.ts";
import { type Aligned, alignObject, alignVersions, isOneOf, type Place } from "./align.ts";
import { atOnce } from "./beside.ts";
import type { ObjectEntry, ObjectsBody } from "./body.ts";
import type { Kept } from "./earlier.ts";
import { openList } from "./list.ts";
import { joined, type Pair } from "./merge.ts";
import { currentOf, type Listed, Listing } from "./order.ts";
import { versioningOf } from "./take.ts";
import { nothing } from "./there.ts";
import { batchesOf, unpack } from "./unpack.ts";

type Sealed = SealedBody<ObjectsBody>;
type Lent = Pick<OwnProving, "readPart" | "progress" | "signal">;

export interface ObjectsTarget {
  readonly bucket: ObjectBucket;
  /** What is restored: keys that begin so. */
  readonly only: string;
  /** What stands for `only` in the keys of what is restored; the same when restored in place. */
  readonly as: string;
  /** Whether what is there and is not the backup's is to stay as it is: it is looked for then, and counted as `taken`. */
  readonly spares?: boolean | undefined;
}

/** How many there are, and the first of them. */
export interface Some {
  readonly count: number;
  readonly first: readonly string[];
}

/** What restoring would do, or did; nothing in it grows with the number of objects. */
export interface ObjectsRestore {
  /** Keys as in the backup, of what is not at the target, or is another; once for each version. */
  readonly put: Some;
  /** How many of these are delete markers. */
  readonly markers: number;
  /** By the number of the pack, how many of them lie in it. */
  readonly packs: ReadonlyMap<number, number>;
  /** Keys that need nothing. */
  readonly same: number;
  /** Keys at a target that `spares`, with a content that the backup does not have there. */
  readonly taken: Some;
  /** Keys at the target that are not in the backup. Nothing deletes them. */
  readonly extra: Some;
  /** Keys as in the backup, of what is not at the target, or has another size or metadata there. */
  readonly wrong: Some;
  /** Keys as in the backup, of what is at the target with other tags. */
  readonly untagged: Some;
  /** Whether older versions and delete markers come back too: they are in the backup, and the target keeps versions. */
  readonly withVersions: boolean;
}

/** What restoring would put. An object counts as the same when its size, ETag, metadata and tags are. */
export async function planRestore(sealed: Sealed, target: ObjectsTarget, lent: Lent): Promise<ObjectsRestore> {
  const withVersions = sealed.body.versions !== undefined && (await versioningOf(target.bucket)) === "enabled";
  const tally = new Tally();
  for await (const one of aligned(sealed, target, withVersions, lent)) tally.add(one, target, withVersions);
  return { ...tally.told(), withVersions };
}

/**
 * Puts what the plan counted, some packs at a time. An object whose bytes are not those that were copied is not put, and throws. Versions
 * of a key are put one after the other: where they do not lie in the order of their packs it takes another round through these.
 */
export async function restore(
  sealed: Sealed,
  target: ObjectsTarget,
  planned: ObjectsRestore,
  lent: Lent,
): Promise<void> {
  const { packs } = await openList(lent.readPart(sealed.body.list));
  for (let plan = planned; ; ) {
    await putOnce(packs, sealed, target, plan, lent);
    if (!plan.withVersions) return;
    const next = await planRestore(sealed, target, lent);
    if (next.put.count === 0 || next.put.count >= plan.put.count) return;
    plan = next;
  }
}

async function putOnce(
  packs: readonly Part[],
  sealed: Sealed,
  target: ObjectsTarget,
  { put, packs: wanted, withVersions }: ObjectsRestore,
  lent: Lent,
): Promise<void> {
  let done = 0;
  const inOrder = new Map([...wanted].toSorted(([a], [b]) => a - b));
  for (const batch of batchesOf(inOrder)) {
    const inBatch = new Map<number, ObjectEntry[]>(batch.map((pack) => [pack, []]));
    for await (const { missing } of aligned(sealed, target, withVersions, lent))
      for (const entry of ascending(missing, inBatch)) inBatch.get(entry.pack)?.push(entry);
    for (const [number, entries] of inBatch)
      for await (const { entry, content } of unpack(packOf(packs, number), entries, lent.readPart)) {
        await putOne(entry, content, target, lent.signal);
        done += 1;
        if (done % 1000 === 0) lent.progress(`${done} of ${put.count} objects are restored`);
      }
  }
}

/** The first ones, as long as they come out of these packs in the order in which they are to be put. */
function* ascending(
  missing: readonly ObjectEntry[],
  packs: ReadonlyMap<number, unknown>,
): Generator<ObjectEntry, undefined> {
  let last: ObjectEntry | undefined;
  for (const entry of missing) {
    const isAfter =
      last === undefined || entry.pack > last.pack || (entry.pack === last.pack && entry.place > last.place);
    if (!isAfter || !packs.has(entry.pack)) return;
    last = entry;
    yield entry;
  }
}

function packOf(packs: readonly Part[], number: number): Part {
  const pack = packs[number];
  if (pack === undefined) throw new InputError(`the list names a pack ${number} that it does not have`);
  return pack;
}

/** Tags that may not be written are missing then, and are said to be. */
async function putOne(
  { key, metadata, tags, deleted }: ObjectEntry,
  content: AsyncIterable<Uint8Array>,
  { bucket, only, as }: ObjectsTarget,
  signal: AbortSignal,
): Promise<void> {
  const name = `${as}${key.slice(only.length)}`;
  if (deleted === true) return bucket.delete(name);
  await bucket.put(name, content, { metadata, signal });
  if (tags === undefined || tags === "refused") return;
  await bucket.tag(name, tags).catch((thrown: unknown) => {
    if (!(thrown instanceof SystemError) || thrown.remedy === "retry") throw thrown;
  });
}

/** `key` as in the backup. `isTaken`: it has a content at the target that is to stay. */
type AlignedKey = Aligned & { readonly key: string; readonly isTaken: boolean };

/** The backup's list beside the target's, key by key; only a store that does not list in the order of keys is held whole. */
async function* aligned(
  { body, takenAt }: Sealed,
  target: ObjectsTarget,
  withVersions: boolean,
  lent: Lent,
): AsyncGenerator<AlignedKey> {
  const listing = new Listing(target.bucket, target.as, lent.signal, withVersions);
  if (!(await isInOrder(listing))) await listing.hold();
  const read = () => entriesOf(body, target.only, withVersions, lent);
  const place = placeOf(body, takenAt, target);
  const pairs = joined(renamed(listing, target), [{ isBackup: true, read }]);
  yield* ahead(pairs, atOnce, (pair) => alignOne(pair, target, withVersions, place));
  listing.refuseDisorder();
}

async function alignOne(
  { objects, before }: Pair,
  { only, as, spares }: ObjectsTarget,
  withVersions: boolean,
  place: Place,
): Promise<AlignedKey> {
  const entries = before?.kept[0]?.map(({ entry }) => entry) ?? [];
  const key = before?.key ?? objects[0]?.key ?? "";
  const there = objects.map((object) => ({ ...object, key: `${as}${object.key.slice(only.length)}` }));
  const isTaken = await isToStay(there, entries, spares, place);
  if (withVersions) return { key, isTaken, ...(await alignVersions(entries, there, place)) };
  const [entry] = entries;
  if (entry === undefined) return { key, isTaken, missing: [], isExtra: true, other: nothing };
  return { key, isTaken, ...(await alignObject(entry, there[0], place)) };
}

async function isToStay(
  there: readonly Listed[],
  entries: readonly ObjectEntry[],
  spares: boolean | undefined,
  place: Place,
): Promise<boolean> {
  const current = spares === true ? currentOf(there) : undefined;
  return current !== undefined && !(await isOneOf(entries, current, place));
}

function placeOf({ bucket: label }: ObjectsBody, takenAt: string, { bucket, only, as }: ObjectsTarget): Place {
  const isOwn = bucket.label === label && only === as;
  const began = takenAt.slice(0, 19);
  return {
    bucket,
    isUntouched({ modified, version }, object) {
      if (!isOwn) return false;
      // A version never changes; of others stores tell the time to the second.
      if (object.version !== undefined && object.version !== "null") return object.version === version;
      return object.modified === modified && modified.slice(0, 19) < began;
    },
  };
}

async function isInOrder(listing: Listing): Promise<boolean> {
  for await (const _ of listing.keys());
  return listing.inOrder;
}

/** What stands before all keys of the target alike changes nothing of their order. */
async function* renamed(listing: Listing, { only, as }: ObjectsTarget): AsyncGenerator<readonly Listed[]> {
  for await (const objects of listing.keys())
    yield objects.map((object) => ({ ...object, key: `${only}${object.key.slice(as.length)}` }));
}

async function* entriesOf(
  { list }: ObjectsBody,
  only: string,
  withVersions: boolean,
  { readPart }: Lent,
): AsyncGenerator<Kept> {
  const { packs, entries } = await openList(readPart(list));
  for await (const entry of entries) {
    const isWanted = withVersions || (entry.older !== true && entry.deleted !== true);
    if (isWanted && entry.key.startsWith(only)) yield { entry, pack: packOf(packs, entry.pack) };
  }
}

class Tally {
  readonly #packs = new Map<number, number>();
  readonly #lists = {
    put: new First(),
    taken: new First(),
    extra: new First(),
    wrong: new First(),
    untagged: new First(),
  };
  readonly #counts = { same: 0, markers: 0 };

  add({ key, isTaken, missing, isExtra, other }: AlignedKey, { only, as }: ObjectsTarget, withVersions: boolean): void {
    const { taken, extra, wrong, untagged } = this.#lists;
    const name = `${as}${key.slice(only.length)}`;
    if (isTaken) taken.add(name);
    if (isExtra) extra.add(name);
    else if (missing.length === 0) this.#counts.same += 1;
    if (other.size || other.metadata || (withVersions && missing.length > 0)) wrong.add(key);
    if (other.tags) untagged.add(key);
    for (const entry of missing) this.#addMissing(entry);
  }

  #addMissing({ key, pack, deleted }: ObjectEntry): void {
    this.#lists.put.add(key);
    this.#packs.set(pack, (this.#packs.get(pack) ?? 0) + 1);
    if (deleted === true) this.#counts.markers += 1;
  }

  told(): Omit<ObjectsRestore, "withVersions"> {
    const { put, taken, extra, wrong, untagged } = this.#lists;
    return {
      ...this.#counts,
      packs: this.#packs,
      put: put.told(),
      taken: taken.told(),
      extra: extra.told(),
      wrong: wrong.told(),
      untagged: untagged.told(),
    };
  }
}

const shown = 5;

class First {
  readonly #first: string[] = [];
  #count = 0;

  add(key: string): void {
    this.#count += 1;
    if (this.#first.length < shown) this.#first.push(key);
  }

  told(): Some {
    return { count: this.#count, first: this.#first };
  }
}
