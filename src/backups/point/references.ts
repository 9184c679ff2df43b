import type { RestoredDatabase, Spill } from "../../kernel/backup-ports.ts";
import type { StoreReference, System } from "../../systems/contract.ts";
import type { LfsPointer } from "../store-kind.ts";
import { type Answer, askRows, type Dialect } from "./ask-rows.ts";
import { type FoundRow, LfsPointers, lfsRows, looseObjects } from "./lfs-pointers.ts";
import { type NamedRow, NamedRows } from "./named-rows.ts";
import { placeOf } from "./place.ts";
import type { PointCheck } from "./point-check.ts";
import { type JudgedRow, stateOf } from "./row-states.ts";
import { isBelow, namingsOf } from "./sought.ts";
import { holdersOf, type Named, type Source } from "./sources.ts";
import { componentOf } from "./store-name.ts";

interface Question {
  readonly reference: Pick<StoreReference, "id" | "what" | "names">;
  readonly askings: Asking[];
  /** Why rows are not known. */
  readonly refused: Set<string>;
}

/** One database that one question was put to. */
interface Asking extends Omit<Named, "place"> {
  /** In the order of all, from 0. */
  readonly number: number;
  readonly question: Question;
}

type Reference = Pick<StoreReference, "id" | "part" | "what" | "names">;

/**
 * What rows of restored databases name in object stores, and which of it was seen there. First all databases are asked, then `look`
 * says which stores can hold what, then each of these is read. Rows and pointers lie in a file, which has to stay open as long.
 */
export class References {
  readonly #rows: NamedRows;
  readonly #questions = new Map<string, Question>();
  readonly #askings: Asking[] = [];
  /** By question and component: rows of one are told apart by name and location. */
  readonly #groups = new Map<string, number>();
  readonly #pointers: LfsPointers;
  /** What no row names, and pointers do: what is not there of it is no loss. */
  readonly #loose: Question = { reference: looseObjects, askings: [], refused: new Set() };
  #sources: readonly Source[] = [];
  /** Whether a key may begin with what no row knows. */
  #isBelow = false;
  /** In which stores something of a component's was found. */
  readonly #holding = new Set<string>();
  /** Whose list could not be read. */
  readonly #unread = new Set<Source>();
  readonly #nowhere: string;

  /** `nowhere`: where what is not there is not. */
  constructor(spill: Spill, nowhere = "no backup of this point") {
    this.#rows = new NamedRows(spill);
    this.#pointers = new LfsPointers(spill);
    this.#nowhere = nowhere;
  }

  /**
   * Asks a restored database of this store (`mlflow/database`); to be called before it is thrown away. What several databases
   * are asked is one question, of whichever components: rows are told apart by theirs, and two backups of one database name the same.
   */
  async ask(
    db: RestoredDatabase,
    systems: readonly System[],
    store: string,
    dialect: Dialect = "postgresql",
  ): Promise<void> {
    for await (const { reference, isInBuckets, rows } of askRows(db, systems, dialect)) {
      const question = this.#questions.get(reference.id) ?? { reference, askings: [], refused: new Set() };
      this.#questions.set(reference.id, question);
      await this.#take(this.#asking(question, reference, componentOf(store), isInBuckets), rows);
    }
  }

  /** Takes what a file of a repository names, which that store's backup holds. */
  point(store: string, pointer: LfsPointer): void {
    this.#pointers.take(componentOf(store), pointer);
  }

  /** Of all stores of the point that list what they hold those that rows may name something of: they are to be read. */
  look(sources: readonly Source[]): readonly Source[] {
    this.#sources = sources;
    const loose = new Map<string, Asking>();
    for (const { component, ...row } of this.#pointers.without(this.#rowsOf(this.#questions.get(lfsRows)))) {
      const asking = loose.get(component) ?? this.#asking(this.#loose, looseObjects, component, false);
      loose.set(component, asking);
      this.#add(asking, [row]);
    }
    const wanted = new Set<Source>();
    for (const row of this.#rows.all()) {
      for (const source of this.#judged(row)?.holders ?? []) wanted.add(source);
      if (wanted.size === sources.length) break;
    }
    return sources.filter((source) => wanted.has(source));
  }

  /** Sees each key of a source. Where that throws, what it may hold stays open. */
  async read(source: Source, keys: AsyncIterable<string>): Promise<void> {
    this.#unread.add(source);
    const by = this.#sources.indexOf(source) + 1;
    for await (const key of keys)
      for (const naming of namingsOf(key.replace(/^(?:\.?\/)+/, ""), { isBelow: this.#isBelow }))
        for (const row of this.#rows.naming(naming.path)) {
          if (this.#rows.finderOf(row) === by) continue;
          const judged = this.#judged(row);
          if (judged?.names !== naming.names || !(naming.isWhole || isBelow(judged))) continue;
          if (!judged.holders.includes(source)) continue;
          this.#rows.find(row, by);
          this.#holding.add(idOf(judged, source));
        }
    this.#unread.delete(source);
  }

  /** What the questions came to, once every source was read. */
  checks(): readonly PointCheck[] {
    const asked = this.#questions.get(lfsRows);
    const isTold = asked !== undefined && asked.refused.size === 0;
    return [
      ...[...this.#questions.values()].map((question) => {
        const { id, what } = question.reference;
        const all = question.askings.reduce((sum, { number }) => sum + this.#rows.countOf(number), 0);
        return {
          id,
          what,
          asked: all,
          ...stateOf(this.#judgedOf(question), { all, refused: question.refused, nowhere: this.#nowhere }),
        };
      }),
      ...this.#pointers.checks(this.#rowsOf(asked), {
        loose: this.#rowsOf(this.#loose),
        isTold,
        nowhere: this.#nowhere,
      }),
    ];
  }

  #asking(question: Question, { part }: Reference, component: string, isInBuckets: boolean): Asking {
    const asking = { number: this.#askings.length, question, component, part, isInBuckets };
    this.#askings.push(asking);
    question.askings.push(asking);
    return asking;
  }

  async #take(asking: Asking, rows: Answer["rows"]): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await rows.next();
        if (done !== true) this.#add(asking, value);
        else if (value === undefined) return;
        else {
          this.#rows.drop(asking.number);
          asking.question.refused.add(value);
          return;
        }
      }
    } finally {
      await rows.return(undefined);
    }
  }

  #add(
    { number, question, component }: Asking,
    rows: readonly { readonly name: string; readonly location: string }[],
  ): void {
    const group = `${question.reference.id}\0${component}`;
    const of = this.#groups.get(group) ?? this.#groups.size;
    this.#groups.set(group, of);
    const placed = rows.map((row) => ({ ...row, place: placeOf(row.location) }));
    this.#isBelow ||= placed.some(isBelow);
    this.#rows.add(
      number,
      of,
      placed.map(({ place, ...row }) => ({ ...row, path: place?.path })),
    );
  }

  *#judgedOf(question: Question): Generator<JudgedRow> {
    for (const { number } of question.askings)
      for (const row of this.#rows.of(number)) {
        const judged = this.#judged(row);
        if (judged !== undefined) yield judged;
      }
  }

  *#rowsOf(question: Question | undefined): Generator<FoundRow> {
    if (question === undefined) return;
    for (const row of this.#judgedOf(question))
      yield { ...row, state: row.isFound ? "found" : row.isGone ? "gone" : "open" };
  }

  #judged(row: NamedRow): (JudgedRow & { readonly names: StoreReference["names"] }) | undefined {
    const asking = this.#askings[row.asking];
    if (asking === undefined) return undefined;
    const { question, ...named } = asking;
    const place = placeOf(row.location);
    const { holders, isSure } =
      place === undefined ? { holders: [], isSure: false } : holdersOf({ ...named, place }, this.#sources);
    const unread = holders.find((source) => this.#unread.has(source));
    return {
      ...row,
      ...named,
      names: question.reference.names,
      place,
      holders,
      unread,
      isFound: this.#rows.finderOf(row) !== undefined,
      // Where it has to be: in a store that surely holds such, or that holds others of the same.
      isGone:
        holders.length > 0 &&
        unread === undefined &&
        (isSure || holders.some((source) => this.#holding.has(idOf(named, source)))),
    };
  }
}

function idOf({ component, part }: Pick<Named, "component" | "part">, { store }: Source): string {
  return `${component}\0${part}\0${store}`;
}
