import { InputError, SystemError } from "../../../kernel/errors.ts";
import { type Instant, instantOf } from "../../../kernel/instant.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { Taking } from "../../store-kind.ts";
import { backupsBefore, currentEntry, isSame, type Kept, leftBehind, type Source } from "./earlier.ts";
import { type Before, joined } from "./merge.ts";
import { currentOf, type Listed, type Listing } from "./order.ts";

/** What a bucket is beside what was copied of it before; nothing in it grows with the number of objects. A version counts as one. */
export interface Survey {
  readonly sources: readonly Source[];
  readonly listed: number;
  readonly wanted: number;
  /** Objects that a run which did not come to its end had copied. */
  readonly adopted: number;
  readonly deleted: Deleted;
  /** Packs of which less than half is still needed: what they hold is copied anew, so that the rest can go. */
  readonly thin: ReadonlySet<string>;
}

/** Looks through the list once, beside the newest earlier list that is whole. */
export async function survey(bucket: ObjectBucket, prefix: string, listing: Listing, taking: Taking): Promise<Survey> {
  const left = leftBehind(taking, bucket.label);
  for await (const before of backupsBefore(taking, bucket.label, prefix)) {
    try {
      return await look([...left, before], listing);
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown; // it is damaged: the one before it, then
    }
  }
  return look(left, listing);
}

interface Live {
  readonly bytes: number;
  live: number;
  objects: number;
}

async function look(sources: readonly Source[], listing: Listing): Promise<Survey> {
  const counts = { listed: 0, wanted: 0, adopted: 0 };
  const deleted = new Deleted();
  const packs = new Map<string, Live>();
  for await (const { objects, before } of joined(listing.keys(), sources)) {
    if (currentOf(objects) === undefined) deleted.add(lastCopied(before, sources));
    for (const copy of copiesOf(objects, before)) {
      counts.listed += 1;
      if (copy === undefined) counts.wanted += 1;
      else note(packs, copy.kept);
      if (isAdopted(sources[copy?.source ?? -1])) counts.adopted += 1;
    }
  }
  if (!listing.inOrder) {
    await listing.hold();
    return look(sources, listing);
  }
  const thin = [...packs].filter(([, { bytes, live }]) => bytes > 1_000_000 && live < bytes / 2);
  const anew = thin.reduce((sum, [, { objects }]) => sum + objects, 0);
  return { ...counts, wanted: counts.wanted + anew, sources, deleted, thin: new Set(thin.map(([name]) => name)) };
}

function isAdopted(source: Source | undefined): boolean {
  return source?.isBackup === false;
}

function note(packs: Map<string, Live>, { entry, pack }: Kept): void {
  const live = packs.get(pack.snapshot) ?? { bytes: pack.bytes, live: 0, objects: 0 };
  packs.set(pack.snapshot, live);
  live.live += entry.size;
  live.objects += 1;
}

/** What was copied before and is still the same, and the place of the source that has it. */
export interface Copy {
  readonly source: number;
  readonly kept: Kept;
}

/** The copy of each object or version of a key, if there is one. */
export function copiesOf(objects: readonly Listed[], before: Before | undefined): readonly (Copy | undefined)[] {
  const copies = (before?.kept ?? []).flatMap((kept, source) => kept.map((one): Copy => ({ source, kept: one })));
  if (objects.length * copies.length < 64)
    return objects.map((object) => copies.find(({ kept }) => isSame(object, kept)));
  const byVersion = Map.groupBy(copies, ({ kept }) => kept.entry.version ?? "null");
  return objects.map((object) => {
    const candidates = object.version === undefined ? copies : byVersion.get(object.version);
    return candidates?.find(({ kept }) => isSame(object, kept));
  });
}

/** The object of a key as the backup before had it. */
export function lastCopied(before: Before | undefined, sources: readonly Source[]): Kept | undefined {
  const place = before?.kept.findIndex((kept, index) => kept.length > 0 && sources[index]?.isBackup === true) ?? -1;
  return currentEntry(before?.kept[place] ?? []);
}

const asked = 16;

/** Keys that have no object any more: how many, and some of them, evenly. */
export class Deleted {
  count = 0;
  #some: Kept["entry"][] = [];
  #step = 1;

  /** What the backup before had; nothing where it had none. */
  add(kept: Pick<Kept, "entry"> | undefined): void {
    if (kept === undefined) return;
    if (this.count % this.#step === 0) this.#some.push(kept.entry);
    this.count += 1;
    if (this.#some.length < asked * 2) return;
    this.#some = this.#some.filter((_, index) => index % 2 === 0);
    this.#step *= 2;
  }

  /**
   * Throws where the bucket has one of them after all: the same as before, or another that was there when the listing began. What was
   * put there since then was not there for it to list.
   */
  async refuseLies(bucket: ObjectBucket, since: Instant): Promise<void> {
    // The store tells moments to the second.
    const began = instantOf(Math.floor(Date.parse(since) / 1000) * 1000);
    for (const { key, modified } of this.#some.slice(0, asked)) {
      const there = await bucket.head(key);
      if (there !== undefined && (there.modified === modified || there.modified < began))
        throw new SystemError(
          `${bucket.label} does not list ${JSON.stringify(key)}, and has it: the list is not to be trusted`,
          "retry",
        );
    }
  }
}
