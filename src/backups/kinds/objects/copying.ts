import type { ObjectBucket } from "../../../kernel/object-store.ts";
import { refuseAborted } from "../../parts.ts";
import type { Part } from "../../repository/manifest.ts";
import type { Taking } from "../../store-kind.ts";
import { completed } from "./beside.ts";
import type { ObjectEntry } from "./body.ts";
import { indexEnding, type Kept, nameOf } from "./earlier.ts";
import { readEntries, writeList } from "./list.ts";
import type { Before } from "./merge.ts";
import { byKey } from "./order.ts";
import { type Copied, isFull, packed, type Wanted } from "./pack.ts";
import { type Stay, Staying } from "./staying.ts";
import { Sums } from "./sums.ts";
import type { Survey } from "./survey.ts";

/** New entries are held up to this many; then they are read from their packs' indexes again. */
const heldEntries = 20_000;

/** Ages of packs beside those of the earlier list, which are their numbers there. */
const [adopted, made] = [1_000_000_000, 2_000_000_000];

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
  readonly #staying = new Staying();
  readonly #indexes: Part[] = [];
  #held: Kept[] | undefined = [];
  #group: Wanted[] = [];
  #groupBytes = 0;
  readonly #packs = new Map<string, { readonly pack: Part; readonly age: number }>();

  constructor(bucket: ObjectBucket, found: Survey, taking: Taking) {
    this.#bucket = bucket;
    this.#survey = found;
    this.#taking = taking;
  }

  /** To be called with every key of the earlier lists, in their order: the copies that stay, in the order of the list of now. */
  keep(before: Before, stays: readonly Stay[]): void {
    this.#staying.add(before, stays);
    for (const { source, kept } of stays)
      this.#add(kept.pack, this.#survey.sources[source]?.isBackup === true ? kept.entry.pack : adopted);
  }

  #add(pack: Part, age: number): void {
    if (!this.#packs.has(pack.snapshot)) this.#packs.set(pack.snapshot, { pack, age });
  }

  async add(object: Wanted): Promise<void> {
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
    this.#add(pack, made);
    this.#hold(own.entries, pack);
    progress(`${this.counts.objects} of ${this.#survey.wanted} objects are copied`);
  }

  #hold(entries: readonly ObjectEntry[], pack: Part): void {
    this.counts.objects += entries.length;
    this.counts.bytes += entries.reduce((all, { size }) => all + size, 0);
    if (this.counts.objects > heldEntries) this.#held = undefined;
    for (const entry of entries) this.#held?.push({ entry, pack });
  }

  /** Stores the list of all objects, copied now and before. */
  async writeList(): Promise<{ readonly list: Part; readonly packs: readonly Part[]; readonly sums: Sums }> {
    // The oldest first, as far as the earlier list says: then versions mostly lie in the order in which they come back.
    const packs = [...this.#packs.values()].toSorted((a, b) => a.age - b.age).map(({ pack }) => pack);
    const numbers = new Map(packs.map(({ snapshot }, index) => [snapshot, index]));
    const sums = new Sums();
    const all = completed(this.#all(numbers), this.#bucket);
    const list = await this.#taking.storePart("objects.jsonl", writeList(packs, sums.counting(all)));
    return { list, packs, sums };
  }

  /** What was copied now among what stays of its key, where it was listed. */
  async *#all(numbers: ReadonlyMap<string, number>): AsyncGenerator<ObjectEntry> {
    const numbered = ({ entry, pack }: Kept): ObjectEntry => ({
      ...entry,
      behind: undefined,
      pack: numbers.get(pack.snapshot) ?? 0,
    });
    const fresh = this.#fresh();
    let next = await fresh.next();
    let last: string | undefined;
    let passed = 0;
    for await (const old of this.#staying.entries(this.#survey.sources)) {
      passed = old.entry.key === last ? passed + 1 : 0;
      last = old.entry.key;
      for (; next.done !== true && comesBefore(next.value.entry, last, passed); next = await fresh.next())
        yield numbered(next.value);
      yield numbered(old);
    }
    for (; next.done !== true; next = await fresh.next()) yield numbered(next.value);
  }

  async *#fresh(): AsyncGenerator<Kept> {
    if (this.#held !== undefined) {
      yield* this.#held;
      return;
    }
    for (const { snapshot, file } of this.#indexes)
      yield* readEntries(this.#taking.repository.dump(snapshot, file, this.#taking.signal));
  }
}

/** After `passed` of the key that stay. */
function comesBefore({ key, behind = 0 }: ObjectEntry, staying: string, passed: number): boolean {
  const order = byKey(key, staying);
  return order < 0 || (order === 0 && behind <= passed);
}
