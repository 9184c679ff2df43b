import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { OwnProving, SealedBody } from "../../store-kind.ts";
import type { ObjectEntry, ObjectsBody } from "./body.ts";
import { readList } from "./list.ts";
import { unpackAll } from "./unpack.ts";

export interface ObjectsTarget {
  readonly bucket: ObjectBucket;
  /** What is restored: keys that begin so. */
  readonly only: string;
  /** What stands for `only` in the keys of what is restored; the same when restored in place. */
  readonly as: string;
}

/** What restoring would do, or did. */
export interface ObjectsRestore {
  /** Keys as in the backup, of what is not at the target, or is another. */
  readonly put: readonly string[];
  readonly same: number;
  /** At the target, and not in the backup. Nothing deletes them. */
  readonly extra: readonly string[];
}

/** What restoring would put. An object counts as the same when its size and ETag are. */
export async function planRestore(
  { body }: SealedBody<ObjectsBody>,
  { bucket, only, as }: ObjectsTarget,
  { readPart }: Pick<OwnProving, "readPart">,
): Promise<ObjectsRestore> {
  const there = new Map<string, { readonly size: number; readonly etag: string | undefined }>();
  for await (const page of bucket.list(as)) for (const { key, size, etag } of page) there.set(key, { size, etag });
  const { entries } = await readList(readPart(body.list));
  const put: string[] = [];
  let same = 0;
  for (const { key, size, etag } of entries.filter((entry) => entry.key.startsWith(only))) {
    const target = `${as}${key.slice(only.length)}`;
    const found = there.get(target);
    there.delete(target);
    if (found !== undefined && found.size === size && etag !== undefined && found.etag === etag) same += 1;
    else put.push(key);
  }
  return { put, same, extra: [...there.keys()] };
}

/** Puts what the plan names. An object whose bytes are not those that were copied is not put, and throws. */
export async function restore(
  { body }: SealedBody<ObjectsBody>,
  { bucket, only, as }: ObjectsTarget,
  { put }: ObjectsRestore,
  { readPart, progress, signal }: Pick<OwnProving, "readPart" | "progress" | "signal">,
): Promise<void> {
  const list = await readList(readPart(body.list));
  const wanted = new Set(put);
  const isWanted = ({ key }: ObjectEntry): boolean => wanted.has(key);
  let done = 0;
  for await (const { entry, content } of unpackAll(list, readPart, isWanted)) {
    await bucket.put(`${as}${entry.key.slice(only.length)}`, content, signal);
    done += 1;
    if (done % 1000 === 0) progress(`${done} of ${put.length} objects are restored`);
  }
}
