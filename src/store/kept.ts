import { sql } from "kysely";
import type { Store } from "./store.ts";
import { type TableMarks, tableMarks } from "./table-marks.ts";

interface Made<T> {
  readonly value: T;
  /** The tables that it was made from, as they were; undefined: one of them is not watched. */
  readonly from: TableMarks | undefined;
}

interface Entry<T> {
  /** When its making began, by the count of all that is asked. */
  readonly turn: number;
  /** What it is made from: one made within a transaction shows what that sees, which may be older, or never committed. */
  readonly store: Store;
  readonly at: number;
  readonly given: readonly unknown[];
  readonly making: Promise<Made<T>>;
  bytes: number;
}

export interface Wanted<T> {
  /** All that tells it from others that are made otherwise, or for others. */
  readonly key: string;
  readonly store: Store;
  /** The moment of asking, milliseconds. */
  readonly at: number;
  /** No longer than so many milliseconds, where it tells of the moment; left out: until it changes. */
  readonly forMillis?: number | undefined;
  /** What else it is made from, told apart by identity: configuration. */
  readonly given?: readonly unknown[];
  /** Reads from the store it is given alone, which shows one moment of the database. */
  readonly make: (store: Store) => Promise<T>;
}

export interface KeptLimits<T> {
  readonly mostEntries: number;
  readonly mostBytes?: number;
  readonly bytesOf?: (value: T) => number;
}

/**
 * What is being made, by the store that it reads from: the tables of parts that were kept and went into it. A part holds no
 * parts of its own.
 */
const parts = new WeakMap<Store, Set<string>>();

/**
 * What takes long to make from the database, made once and kept until a table that it was made from changes. PostgreSQL itself
 * says which tables were read, so that nobody has to list them and none is forgotten. Whoever asks after a write was committed
 * gets what holds since then: the marks of all tables are read at each asking (migration 92), in one statement.
 */
export class Kept<T> {
  readonly #limits: KeptLimits<T>;
  readonly #entries = new Map<string, Entry<T>>();
  #turn = 0;

  constructor(limits: KeptLimits<T>) {
    this.#limits = limits;
  }

  async get(wanted: Wanted<T>): Promise<T> {
    this.#turn += 1;
    const asked = this.#turn;
    const now = await tableMarks(wanted.store);
    for (;;) {
      const entry = this.#entries.get(wanted.key);
      if (entry === undefined || !isFor(entry, wanted)) return this.#make(wanted);
      const made = await entry.making.catch(() => undefined);
      // Another's failure is not ours; what was begun after we asked, from where we ask, is as new as we need it.
      const isNewer = entry.turn > asked && entry.store === wanted.store;
      if (made !== undefined && (isNewer || isSame(made.from, now))) {
        this.#entries.delete(wanted.key);
        this.#entries.set(wanted.key, entry);
        return noteParts(wanted.store, made);
      }
      if (this.#entries.get(wanted.key) === entry) this.#entries.delete(wanted.key);
    }
  }

  async #make(wanted: Wanted<T>): Promise<T> {
    this.#turn += 1;
    const { at, given = [], key, store } = wanted;
    const entry: Entry<T> = { turn: this.#turn, store, at, given, making: makeFrom(wanted), bytes: 0 };
    this.#entries.set(key, entry);
    try {
      const made = await entry.making;
      entry.bytes = this.#limits.bytesOf?.(made.value) ?? 0;
      if (made.from === undefined && this.#entries.get(key) === entry) this.#entries.delete(key);
      this.#dropOldest();
      return noteParts(wanted.store, made);
    } catch (thrown) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw thrown;
    }
  }

  #dropOldest(): void {
    const { mostEntries, mostBytes = Number.POSITIVE_INFINITY } = this.#limits;
    let bytes = [...this.#entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= mostEntries && bytes <= mostBytes) return;
      this.#entries.delete(key);
      bytes -= entry.bytes;
    }
  }
}

function isFor<T>(entry: Entry<T>, { at, forMillis = Number.POSITIVE_INFINITY, given = [] }: Wanted<T>): boolean {
  if (given.length !== entry.given.length || given.some((one, index) => one !== entry.given[index])) return false;
  const age = at - entry.at;
  return forMillis === Number.POSITIVE_INFINITY || (age >= 0 && age < forMillis);
}

function isSame(from: TableMarks | undefined, now: TableMarks): boolean {
  return from !== undefined && [...from].every(([table, mark]) => now.get(table) === mark);
}

/** What is kept and goes into something else that is kept hands on the tables it was made from. */
function noteParts<T>(store: Store, { value, from }: Made<T>): T {
  const whole = parts.get(store);
  if (whole !== undefined) for (const table of from?.keys() ?? [unwatched]) whole.add(table);
  return value;
}

/** Stands for a table without marks: what was made from it cannot be kept. */
const unwatched = "";
const ownTable = "change_mark";

async function makeFrom<T>({ store, make }: Wanted<T>): Promise<Made<T>> {
  if (parts.has(store)) return makeIn(store, make, new Set());
  const inSnapshot = async (snapshot: Store): Promise<Made<T>> => {
    const ofParts = new Set<string>();
    parts.set(snapshot, ofParts);
    return makeIn(snapshot, make, ofParts);
  };
  return store.transaction(inSnapshot, { isolation: "repeatable read" });
}

/** What else reads from the same store meanwhile counts as read for this, too. */
async function makeIn<T>(store: Store, make: Wanted<T>["make"], ofParts: ReadonlySet<string>): Promise<Made<T>> {
  const before = await readsOf(store);
  const marks = await tableMarks(store);
  const value = await make(store);
  const read = [...(await readsOf(store))].filter(([table, count]) => before.get(table) !== count);
  return { value, from: marksOf(new Set([...read.map(([table]) => table), ...ofParts]), marks) };
}

function marksOf(tables: ReadonlySet<string>, marks: TableMarks): TableMarks | undefined {
  // The marks themselves are always read: a server that counts nothing (`track_counts = off`) cannot say what else was.
  if (!tables.has(ownTable)) return undefined;
  const read = [...tables].filter((table) => table !== ownTable);
  if (read.some((table) => !marks.has(table))) return undefined;
  return new Map(read.map((table) => [table, marks.get(table) ?? ""]));
}

/**
 * Every table that was read on this connection and how often, by PostgreSQL's own count of what it has not yet added to its
 * statistics: all of this transaction, and perhaps some of those before
 * (https://www.postgresql.org/docs/15/monitoring-stats.html: `pg_stat_xact_all_tables`).
 */
async function readsOf(store: Store): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ table: string; count: string }>`
    select relname as table, seq_scan + coalesce(idx_scan, 0) as count from pg_stat_xact_user_tables
    where seq_scan > 0 or idx_scan > 0`.execute(store.tables());
  return new Map(rows.map(({ table, count }) => [table, Number(count)]));
}
