import { createHash } from "node:crypto";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { ObjectEntry } from "./body.ts";
import { currentOf, type Listed } from "./order.ts";
import { nothing, type Other, otherThan } from "./there.ts";

/** What a key needs to be as it was copied. */
export interface Aligned {
  /** To be put, in this order. */
  readonly missing: readonly ObjectEntry[];
  /** What is there is none of what was copied, or the key was deleted then: it stays. */
  readonly isExtra: boolean;
  /** Of the one that was the newest when it was copied; what is there in its place. */
  readonly other: Other;
}

/** Where objects are restored to. `isUntouched`: nobody wrote to it since it was copied. */
export interface Place {
  readonly bucket: ObjectBucket;
  readonly isUntouched: (entry: ObjectEntry, object: Listed) => boolean;
}

/** An object beside the one that was copied. */
export async function alignObject(entry: ObjectEntry, object: Listed | undefined, place: Place): Promise<Aligned> {
  const isUntouched = object !== undefined && place.isUntouched(entry, object);
  const other = await otherThan(entry, object, place.bucket, isUntouched);
  const isSame = !(other.content || other.size || other.metadata || other.tags);
  return { missing: isSame ? [] : [entry], isExtra: false, other };
}

/**
 * The versions of a key beside those that were copied, both the oldest first. Nothing can be put between two that are there: as many of
 * the first ones as are there in their order stay, the others are put after all that is there. So what was begun is gone on with, and
 * done again nothing is put. What comes last is last again, but that a key which was deleted then and has another content now keeps it.
 */
export async function alignVersions(
  copied: readonly ObjectEntry[],
  there: readonly Listed[],
  place: Place,
): Promise<Aligned> {
  const entries = fromFirstContent(copied);
  const { found, isTopFound } = await foundIn(there, entries, place);
  const [last, top] = [entries.at(-1), there.at(-1)];
  if (last === undefined || (last.deleted === true && !isTopFound && top !== undefined && top.deleted !== true))
    return { missing: [], isExtra: currentOf(there) !== undefined, other: nothing };
  if (top === undefined || found < entries.length) return lacking(entries.slice(found));
  if (!isTopFound && !(await isVersion(last, top, place))) return lacking([last]);
  return { missing: [], isExtra: false, other: await otherTags(last, top, place) };
}

/** A delete marker before anything deletes nothing; some stores make none then. */
function fromFirstContent(copied: readonly ObjectEntry[]): readonly ObjectEntry[] {
  const first = copied.findIndex(({ deleted }) => deleted !== true);
  return first === -1 ? [] : copied.slice(first);
}

function lacking(missing: readonly ObjectEntry[]): Aligned {
  return { missing, isExtra: false, other: nothing };
}

async function otherTags(entry: ObjectEntry, object: Listed, { bucket }: Place): Promise<Other> {
  if (entry.deleted === true) return nothing;
  const { tags } = await otherThan(entry, object, bucket, true);
  return { ...nothing, tags };
}

/** How many of the first ones are there in their order, and whether what is there last is the last of these. */
async function foundIn(
  there: readonly Listed[],
  entries: readonly ObjectEntry[],
  place: Place,
): Promise<{ readonly found: number; readonly isTopFound: boolean }> {
  let found = 0;
  let isTopFound = false;
  for (const object of there) {
    const entry = entries[found];
    isTopFound = entry !== undefined && (await isVersion(entry, object, place));
    if (isTopFound) found += 1;
  }
  return { found, isTopFound };
}

/** Whether what is there is one of those that were copied, as it was then. */
export async function isOneOf(copied: readonly ObjectEntry[], object: Listed, place: Place): Promise<boolean> {
  for (const entry of copied) if (await isVersion(entry, object, place)) return true;
  return false;
}

async function isVersion(entry: ObjectEntry, object: Listed, place: Place): Promise<boolean> {
  const isDeleted = object.deleted === true;
  if (entry.deleted === true || isDeleted) return entry.deleted === true && isDeleted;
  if (object.size !== entry.size) return false;
  if (place.isUntouched(entry, object)) return true;
  const { content, metadata } = await otherThan({ ...entry, tags: undefined }, object, place.bucket, false);
  return !metadata && (!content || (await hasBytes(entry, object, place.bucket)));
}

/** Where ETags differ, the bytes may still be the same: put in other parts, or encrypted by another key. */
async function hasBytes(
  { sha256 }: ObjectEntry,
  { key, version, etag }: Listed,
  bucket: ObjectBucket,
): Promise<boolean> {
  const read = await bucket.get(key, { version, etag });
  if (read.kind !== "read") return false;
  const digest = createHash("sha256");
  for await (const chunk of read.content) digest.update(chunk);
  return digest.digest("hex") === sha256;
}
