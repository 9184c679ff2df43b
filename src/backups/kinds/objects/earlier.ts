import { InputError } from "../../../kernel/errors.ts";
import type { ListedObject } from "../../../kernel/object-store.ts";
import { readPart } from "../../parts.ts";
import type { Part } from "../../repository/manifest.ts";
import type { Taking } from "../../store-kind.ts";
import { type ObjectEntry, ObjectsBody } from "./body.ts";
import { type ObjectList, readList } from "./list.ts";

export const indexEnding = ".index.jsonl";

/** What was copied before and still lies in the repository. */
export interface Earlier {
  readonly entries: ReadonlyMap<string, Kept>;
  /** Keys of the backup before; those that are listed no more were deleted since. */
  readonly before: readonly string[];
  readonly adopted: number;
}

export interface Kept {
  readonly entry: ObjectEntry;
  readonly pack: Part;
}

/**
 * Objects of the last backup of the same bucket, unless its last proof failed, and those of whole packs that a run left which did not
 * come to its end.
 */
export async function earlierOf(taking: Taking, bucket: string, prefix: string): Promise<Earlier> {
  const there = new Set(taking.packs.map(({ snapshot }) => snapshot));
  const entries = new Map<string, Kept>();
  const add = (list: ObjectList): number => {
    let added = 0;
    for (const entry of list.entries) {
      const pack = list.packs[entry.pack];
      if (pack === undefined || !there.has(pack.snapshot)) continue;
      entries.set(entry.key, { entry, pack });
      added += 1;
    }
    return added;
  };
  const last = await lastList(taking, bucket, prefix);
  if (last !== undefined) add(last);
  let adopted = 0;
  for (const list of await leftBehind(taking, bucket)) adopted += add(list);
  return { entries, before: last?.entries.map(({ key }) => key) ?? [], adopted };
}

async function lastList(taking: Taking, bucket: string, prefix: string): Promise<ObjectList | undefined> {
  for (const backup of taking.earlier) {
    if (backup.proofs[0]?.verdict === "failed") continue;
    const body = ObjectsBody.safeParse(await taking.bodyOf(backup).catch(ignoreDamage));
    if (!body.success || body.data.bucket !== bucket || body.data.prefix !== prefix) continue;
    const list = await readList(readPart(taking.repository, body.data.list)).catch(ignoreDamage);
    if (list !== undefined) return list;
  }
  return undefined;
}

/** An index is stored only after its pack was stored whole, and ends with how many it lists. */
async function leftBehind(taking: Taking, bucket: string): Promise<readonly ObjectList[]> {
  const ended = new Set(taking.earlier.map(({ id }) => id));
  const lists: ObjectList[] = [];
  const indexes = taking.packs.filter(({ file, backup }) => file.endsWith(indexEnding) && !ended.has(backup));
  for (const { snapshot, file } of indexes.toSorted((a, b) => a.at.localeCompare(b.at))) {
    if (!file.startsWith(nameOf(bucket))) continue;
    const list = await readList(taking.repository.dump(snapshot, file)).catch(ignoreDamage);
    if (list !== undefined) lists.push(list);
  }
  return lists;
}

/** What cannot be read is copied anew. */
function ignoreDamage(thrown: unknown): undefined {
  if (!(thrown instanceof InputError)) throw thrown;
  return undefined;
}

/** The beginning of the names of a bucket's packs. */
export function nameOf(bucket: string): string {
  return `${bucket.replace(/^\w+:\/\//, "").replace(/[^\w.-]+/g, "_")}-`;
}

/** Whether an object is still the one that was copied. */
export function isSame({ size, etag, modified }: ListedObject, { entry }: Kept): boolean {
  return size === entry.size && etag === entry.etag && modified === entry.modified;
}

/**
 * Objects in packs of which less than half is still needed: they are copied anew, so that the rest can go. Packs below a megabyte cost
 * nothing to keep.
 */
export function thinned(kept: readonly Kept[]): ReadonlySet<string> {
  const live = new Map<string, number>();
  for (const { entry, pack } of kept) live.set(pack.snapshot, (live.get(pack.snapshot) ?? 0) + entry.size);
  return new Set(
    kept
      .filter(({ pack }) => pack.bytes > 1_000_000 && (live.get(pack.snapshot) ?? 0) < pack.bytes / 2)
      .map(({ entry }) => entry.key),
  );
}
