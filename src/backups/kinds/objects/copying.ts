import type { ListedObject, ObjectBucket } from "../../../kernel/object-store.ts";
import { refuseAborted } from "../../parts.ts";
import type { Part } from "../../repository/manifest.ts";
import type { Taking } from "../../store-kind.ts";
import type { ObjectEntry } from "./body.ts";
import { indexEnding, nameOf } from "./earlier.ts";
import { readEntries, writeList } from "./list.ts";
import { type Before, mergedBefore } from "./merge.ts";
import { byKey } from "./order.ts";
import { type Copied, isFull, packed } from "./pack.ts";
import type { Survey } from "./survey.ts";

/** New entries are held up to this many; then they are read from their packs' indexes again. */
const heldEntries = 20_000;

/**
 * Copies objects in the order of their keys, pack by pack, each with an index of its own once it is whole, so that the next run goes
 * on where this one ends; and writes the list of all at the end.
 */
export class Copying {
  readonly copied: Copied = { entries: [], changed: [], gone: [], left: [] };
  readonly lefts = { count: 0 };
  readonly counts = { objects: 0, bytes: 0 };
  readonly #bucket: ObjectBucket;
  readonly #survey: Survey;
  readonly #taking: Taking;
  readonly #packs: Part[] = [];
  readonly #indexes: Part[] = [];
  #held: ObjectEntry[] | undefined = [];
  #group: ListedObject[] = [];
  #groupBytes = 0;
  /** By the place of a key in the earlier lists: whose entry is kept, counted from 1. */
  #kept = new Uint8Array(65_536);
  #keys = 0;
  readonly #numbers = new Map<string, number>();

  constructor(bucket: ObjectBucket, found: Survey, taking: Taking) {
    this.#bucket = bucket;
    this.#survey = found;
    this.#taking = taking;
  }

  /** To be called with every key of the earlier lists, in their order: the source whose entry stays, if any. */
  keep(source: number | undefined, { kept }: Before): void {
    if (this.#keys === this.#kept.length) {
      const longer = new Uint8Array(this.#kept.length * 2);
      longer.set(this.#kept);
      this.#kept = longer;
    }
    this.#kept[this.#keys] = source === undefined ? 0 : source + 1;
    this.#keys += 1;
    const pack = source === undefined ? undefined : kept[source]?.pack;
    if (pack !== undefined && !this.#numbers.has(pack.snapshot)) this.#numbers.set(pack.snapshot, this.#add(pack));
  }

  #add(pack: Part): number {
    return this.#packs.push(pack) - 1;
  }

  async add(object: ListedObject): Promise<void> {
    if (isFull(this.#group.length, this.#groupBytes, object.size)) await this.flush();
    this.#group.push(object);
    this.#groupBytes += object.size;
  }

  /** Copies what was added. */
  async flush(): Promise<void> {
    const { signal, progress } = this.#taking;
    const group = this.#group;
    this.#group = [];
    this.#groupBytes = 0;
    if (group.length === 0) return;
    refuseAborted(signal);
    const own: Copied = { ...this.copied, entries: [], left: [] };
    const name = `${nameOf(this.#bucket.label)}${String(this.#indexes.length + 1).padStart(7, "0")}`;
    const stream = packed(this.#bucket, group, 0, own, signal);
    const pack = await this.#taking.storePack(`${name}.tar`, stream, signal);
    this.lefts.count += own.left.length;
    this.copied.left.push(...own.left.slice(0, 100 - this.copied.left.length));
    if (own.entries.length === 0) return;
    const index = writeList([pack], own.entries);
    this.#indexes.push(await this.#taking.storePack(`${name}${indexEnding}`, index, signal));
    this.#numbers.set(pack.snapshot, this.#add(pack));
    this.#hold(own.entries, pack);
    progress(`${this.counts.objects} of ${this.#survey.wanted} objects are copied`);
  }

  #hold(entries: readonly ObjectEntry[], { snapshot }: Part): void {
    this.counts.objects += entries.length;
    this.counts.bytes += entries.reduce((all, { size }) => all + size, 0);
    const pack = this.#numbers.get(snapshot) ?? 0;
    if (this.counts.objects > heldEntries) this.#held = undefined;
    for (const entry of entries) this.#held?.push({ ...entry, pack });
  }

  /** Stores the list of all objects, copied now and before. */
  async writeList(): Promise<{
    readonly list: Part;
    readonly packs: readonly Part[];
    readonly objects: number;
    readonly bytes: number;
  }> {
    const sums = { objects: 0, bytes: 0 };
    const counted = async function* (entries: AsyncIterable<ObjectEntry>): AsyncGenerator<ObjectEntry> {
      for await (const entry of entries) {
        sums.objects += 1;
        sums.bytes += entry.size;
        yield entry;
      }
    };
    const packs = this.#packs;
    const list = await this.#taking.storePart("objects.jsonl", writeList(packs, counted(this.#all())));
    return { list, packs, ...sums };
  }

  async *#all(): AsyncGenerator<ObjectEntry> {
    const fresh = this.#fresh();
    let next = await fresh.next();
    for await (const old of this.#stayed()) {
      while (next.done !== true && byKey(next.value.key, old.key) < 0) {
        yield next.value;
        next = await fresh.next();
      }
      yield old;
    }
    for (; next.done !== true; next = await fresh.next()) yield next.value;
  }

  async *#stayed(): AsyncGenerator<ObjectEntry> {
    let place = 0;
    for await (const { kept } of mergedBefore(this.#survey.sources)) {
      const one = kept[(this.#kept[place] ?? 0) - 1];
      place += 1;
      if (one !== undefined) yield { ...one.entry, pack: this.#numbers.get(one.pack.snapshot) ?? 0 };
    }
  }

  async *#fresh(): AsyncGenerator<ObjectEntry> {
    if (this.#held !== undefined) {
      yield* this.#held;
      return;
    }
    for (const { snapshot, file } of this.#indexes)
      for await (const { entry, pack } of readEntries(
        this.#taking.repository.dump(snapshot, file, this.#taking.signal),
      ))
        yield { ...entry, pack: this.#numbers.get(pack.snapshot) ?? 0 };
  }
}
