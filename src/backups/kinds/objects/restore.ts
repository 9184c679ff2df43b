import { InputError } from "../../../kernel/errors.ts";
import type { ListedObject, ObjectBucket } from "../../../kernel/object-store.ts";
import type { Part } from "../../repository/manifest.ts";
import type { OwnProving, SealedBody } from "../../store-kind.ts";
import type { ObjectEntry, ObjectsBody } from "./body.ts";
import type { Kept } from "./earlier.ts";
import { openList } from "./list.ts";
import { joined } from "./merge.ts";
import { Listing } from "./order.ts";
import { batchesOf, unpack } from "./unpack.ts";

type Sealed = SealedBody<ObjectsBody>;
type Lent = Pick<OwnProving, "readPart" | "progress" | "signal">;

export interface ObjectsTarget {
  readonly bucket: ObjectBucket;
  /** What is restored: keys that begin so. */
  readonly only: string;
  /** What stands for `only` in the keys of what is restored; the same when restored in place. */
  readonly as: string;
}

/** How many there are, and the first of them. */
export interface Some {
  readonly count: number;
  readonly first: readonly string[];
}

/** What restoring would do, or did; nothing in it grows with the number of objects. */
export interface ObjectsRestore {
  /** Keys as in the backup, of what is not at the target, or is another. */
  readonly put: Some;
  /** By the number of the pack, how many of them lie in it. */
  readonly packs: ReadonlyMap<number, number>;
  readonly same: number;
  /** Keys at the target that are not in the backup. Nothing deletes them. */
  readonly extra: Some;
  /** Keys as in the backup, of what is not at the target, or has another size there. */
  readonly wrong: Some;
}

/** What restoring would put. An object counts as the same when its size and ETag are. */
export async function planRestore(sealed: Sealed, target: ObjectsTarget, lent: Lent): Promise<ObjectsRestore> {
  const [put, extra, wrong] = [new First(), new First(), new First()];
  const packs = new Map<number, number>();
  let same = 0;
  for await (const { entry, object } of besides(sealed, target, lent)) {
    if (entry === undefined) extra.add(`${target.as}${object.key.slice(target.only.length)}`);
    else if (isSame(entry, object)) same += 1;
    else {
      put.add(entry.key);
      packs.set(entry.pack, (packs.get(entry.pack) ?? 0) + 1);
    }
    if (entry !== undefined && object?.size !== entry.size) wrong.add(entry.key);
  }
  return { put: put.told(), packs, same, extra: extra.told(), wrong: wrong.told() };
}

/** Puts what the plan counted, some packs at a time. An object whose bytes are not those that were copied is not put, and throws. */
export async function restore(
  sealed: Sealed,
  target: ObjectsTarget,
  { put, packs: wanted }: ObjectsRestore,
  lent: Lent,
): Promise<void> {
  const { packs } = await openList(lent.readPart(sealed.body.list));
  let done = 0;
  for (const batch of batchesOf(wanted)) {
    const inBatch = new Map<number, ObjectEntry[]>(batch.map((pack) => [pack, []]));
    for await (const { entry, object } of besides(sealed, target, lent))
      if (entry !== undefined && !isSame(entry, object)) inBatch.get(entry.pack)?.push(entry);
    for (const [number, entries] of inBatch)
      for await (const { entry, content } of unpack(packOf(packs, number), entries, lent.readPart)) {
        await target.bucket.put(`${target.as}${entry.key.slice(target.only.length)}`, content, lent.signal);
        done += 1;
        if (done % 1000 === 0) lent.progress(`${done} of ${put.count} objects are restored`);
      }
  }
}

function packOf(packs: readonly Part[], number: number): Part {
  const pack = packs[number];
  if (pack === undefined) throw new InputError(`the list names a pack ${number} that it does not have`);
  return pack;
}

function isSame({ size, etag }: ObjectEntry, object: ListedObject | undefined): boolean {
  return object !== undefined && object.size === size && etag !== undefined && object.etag === etag;
}

/** `object` has the key that it would have in the backup. */
type Beside =
  | { readonly entry: ObjectEntry; readonly object: ListedObject | undefined }
  | { readonly entry: undefined; readonly object: ListedObject };

/** The backup's list beside the target's, key by key; only a store that does not list in the order of keys is held whole. */
async function* besides({ body }: Sealed, target: ObjectsTarget, lent: Lent): AsyncGenerator<Beside> {
  const listing = new Listing(target.bucket, target.as, lent.signal);
  if (!(await isInOrder(listing))) await listing.hold();
  const source = { isBackup: true, read: () => entriesOf(body, target.only, lent) };
  for await (const { object, before } of joined(renamed(listing, target), [source])) {
    const entry = before?.kept[0]?.entry;
    if (entry !== undefined) yield { entry, object };
    else if (object !== undefined) yield { entry, object };
  }
  listing.refuseDisorder();
}

async function isInOrder(listing: Listing): Promise<boolean> {
  for await (const _ of listing.objects());
  return listing.inOrder;
}

/** What stands before all keys of the target alike changes nothing of their order. */
async function* renamed(listing: Listing, { only, as }: ObjectsTarget): AsyncGenerator<ListedObject> {
  for await (const object of listing.objects()) yield { ...object, key: `${only}${object.key.slice(as.length)}` };
}

async function* entriesOf({ list }: ObjectsBody, only: string, { readPart }: Lent): AsyncGenerator<Kept> {
  const { packs, entries } = await openList(readPart(list));
  for await (const entry of entries) if (entry.key.startsWith(only)) yield { entry, pack: packOf(packs, entry.pack) };
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
