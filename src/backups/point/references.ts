import type { SourceDatabase } from "../../kernel/backup-ports.ts";
import type { StoreReference, System } from "../../systems/contract.ts";
import { askRows, type Dialect } from "./ask-rows.ts";
import { type Place, placeOf } from "./place.ts";
import { Sought } from "./sought.ts";
import { holdersOf, type Named, type Source } from "./sources.ts";

/** What one question about a point came to. */
export interface PointCheck {
  readonly id: string;
  readonly what: string;
  readonly state: "passed" | "failed" | "unknown";
  /** How many rows name something. */
  readonly asked: number;
  /** The first of those that are not there, or why it cannot be told. */
  readonly why: readonly string[];
}

interface Question {
  readonly reference: Pick<StoreReference, "id" | "what" | "names">;
  /** By component, name and location. */
  readonly rows: Map<string, Row>;
  /** Why rows are not known. */
  readonly refused: Set<string>;
}

interface Row extends Omit<Named, "place"> {
  readonly name: string;
  readonly location: string;
  /** Undefined: in no store that could be backed up. */
  readonly place: Place | undefined;
  holders: readonly Source[];
  isSure: boolean;
  isFound: boolean;
}

const shown = 20;

/**
 * What rows of restored databases name in object stores, and which of it was seen there. First all databases are asked, then `look`
 * says which stores can hold what, then each of these is read.
 */
export class References {
  readonly #questions = new Map<string, Question>();
  /** In which stores something of a component's was found. */
  readonly #holding = new Set<string>();
  /** Whose list could not be read. */
  readonly #unread = new Set<Source>();

  /**
   * Asks a restored database of this store (`mlflow/database`); to be called before it is thrown away. What several databases
   * are asked is one question, of whichever components: rows are told apart by theirs, and two backups of one database name the same.
   */
  async ask(
    db: Pick<SourceDatabase, "query">,
    systems: readonly System[],
    store: string,
    dialect: Dialect = "postgresql",
  ): Promise<void> {
    const component = store.split("/", 1)[0] ?? store;
    for (const { reference, isInBuckets, rows, refused } of await askRows(db, systems, dialect)) {
      const known = this.#questions.get(reference.id) ?? { reference, rows: new Map(), refused: new Set() };
      this.#questions.set(reference.id, known);
      if (refused !== undefined) known.refused.add(refused);
      for (const { name, location } of rows)
        known.rows.set(`${component}\0${name}\0${location}`, {
          component,
          part: reference.part,
          isInBuckets,
          name,
          location,
          place: placeOf(location),
          holders: [],
          isSure: false,
          isFound: false,
        });
    }
  }

  /** Of all stores of the point that list what they hold those that rows may name something of: they are to be read. */
  look(sources: readonly Source[]): readonly Source[] {
    const wanted = new Set<Source>();
    for (const { rows } of this.#questions.values())
      for (const row of rows.values()) {
        const { place, ...named } = row;
        if (place === undefined) continue;
        const { holders, isSure } = holdersOf({ ...named, place }, sources);
        row.holders = holders;
        row.isSure = isSure;
        for (const source of row.holders) wanted.add(source);
      }
    return sources.filter((source) => wanted.has(source));
  }

  /** Sees each key of a source. Where that throws, what it may hold stays open. */
  async read(source: Source, keys: AsyncIterable<string>): Promise<void> {
    const sought = new Sought<Row>();
    for (const { reference, rows } of this.#questions.values())
      for (const row of rows.values()) if (row.holders.includes(source)) sought.add(row, reference.names);
    this.#unread.add(source);
    for await (const key of keys)
      for (const row of sought.take(key.replace(/^(?:\.?\/)+/, ""))) {
        row.isFound = true;
        this.#holding.add(idOf(row, source));
      }
    this.#unread.delete(source);
  }

  /** What the questions came to, once every source was read. */
  checks(): readonly PointCheck[] {
    return [...this.#questions.values()].map((question) => ({
      id: question.reference.id,
      what: question.reference.what,
      asked: question.rows.size,
      ...this.#stateOf(question),
    }));
  }

  #stateOf({ rows, refused }: Question): Pick<PointCheck, "state" | "why"> {
    const all = [...rows.values()];
    const missing = all.filter(({ isFound }) => !isFound);
    const gone = missing.filter((row) => this.#isGone(row));
    if (gone.length > 0)
      return {
        state: "failed",
        why: [
          `${gone.length} of ${all.length} are in no backup of this point`,
          ...gone.slice(0, shown).map(({ name, location, place }) => `${name}: ${place?.path ?? location}`),
        ],
      };
    const open = Map.groupBy(missing, (row) => this.#whyOpen(row));
    const why = [...refused, ...[...open].map(([words, those]) => openWords(words, those, all.length))];
    return why.length === 0 ? { state: "passed", why } : { state: "unknown", why: why.slice(0, shown) };
  }

  /** Not there, where it has to be: in a store that surely holds such, or that holds others of the same. */
  #isGone({ holders, isSure, ...row }: Row): boolean {
    if (holders.length === 0 || holders.some((source) => this.#unread.has(source))) return false;
    return isSure || holders.some((source) => this.#holding.has(idOf(row, source)));
  }

  #whyOpen({ place, holders }: Row): string {
    const unread = holders.find((source) => this.#unread.has(source));
    if (unread !== undefined) return `what ${unread.store} holds cannot be read`;
    if (holders.length > 0)
      return `nothing of it is in ${holders.map(({ store }) => store).join(", ")}, and no backup of this point lists the objects that rows name`;
    switch (place?.kind) {
      case undefined:
        return "no kind of store that is backed up here lies there";
      case "bucket":
        return `no backup of this point is of the bucket ${place.bucket}`;
      case "volume":
        return "no backup of the kind files in this point has that folder";
      case "below":
        return "no backup of this point lists the objects that rows name";
    }
  }
}

function idOf({ component, part }: Pick<Row, "component" | "part">, { store }: Source): string {
  return `${component}\0${part}\0${store}`;
}

function openWords(words: string, rows: readonly Row[], all: number): string {
  const [first] = rows;
  return `${words}: ${rows.length} of ${all}, as ${first?.name}: ${first?.location}`;
}
