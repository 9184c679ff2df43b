import type { Spill } from "../../kernel/backup-ports.ts";
import { byText } from "../firsts.ts";
import { Filter } from "./filter.ts";
import { SortedRows } from "./sorted-rows.ts";

/** One row of a database that names something. */
export interface NamedRow {
  /** In the order in which they came, from 0. */
  readonly at: number;
  /** Which asking gave it first. */
  readonly asking: number;
  readonly name: string;
  readonly location: string;
}

export interface NewRow extends Pick<NamedRow, "name" | "location"> {
  /** What is looked for; undefined: nothing that could be found. */
  readonly path: string | undefined;
}

interface Waiting extends NewRow {
  readonly of: number;
  readonly at: number;
  readonly asking: number;
}

/** Rows by what they name, in a file; here some thousands of them are held, and two bytes for each. */
export class NamedRows {
  readonly #spill: Spill;
  readonly #filter = new Filter();
  readonly #counts = new Map<number, number>();
  readonly #waiting = new SortedRows<Waiting>(
    ({ path: a = "" }, { path: b = "" }) => byText(a, b),
    (row) => this.#write(row),
  );
  #next = 0;
  /** By place in the order: who has found it last, from 1. */
  #foundBy = new Uint16Array();

  constructor(spill: Spill) {
    this.#spill = spill;
    // Sorted by path, with all of a row beside it. Where a location is its own path it is not written twice.
    spill.run(`create table named (path text, "of" integer, name text, location text, at integer, asking integer,
      primary key (path, "of", name, location)) without rowid`);
  }

  /** Takes rows of an asking. `of`: one name and location among these is one row, whoever was asked. */
  add(asking: number, of: number, rows: readonly NewRow[]): void {
    for (const row of rows) {
      this.#waiting.add({ ...row, of, asking, at: this.#next });
      this.#next += 1;
    }
  }

  /** Rows of an asking that came to nothing. */
  drop(asking: number): void {
    this.#waiting.drop((row) => row.asking === asking);
    this.#spill.run("delete from named where asking = ?", asking);
    this.#counts.delete(asking);
  }

  /** How many rows an asking gave that none before it had. */
  countOf(asking: number): number {
    this.#waiting.write();
    return this.#counts.get(asking) ?? 0;
  }

  /** All rows, in no order. */
  *all(): Generator<NamedRow> {
    this.#waiting.write();
    for (const row of this.#spill.each("select * from named")) yield rowOf(row);
  }

  /** Those of one asking, in no order. */
  *of(asking: number): Generator<NamedRow> {
    this.#waiting.write();
    for (const row of this.#spill.each("select * from named where asking = ?", asking)) yield rowOf(row);
  }

  /** The rows that name this. */
  naming(path: string): readonly NamedRow[] {
    this.#waiting.write();
    if (!this.#filter.mayHave(path)) return [];
    return this.#spill.all("select * from named where path = ? and path <> ''", path).map(rowOf);
  }

  /** `by`: from 1. */
  find(row: NamedRow, by: number): void {
    if (this.#foundBy.length < this.#next) {
      const longer = new Uint16Array(this.#next);
      longer.set(this.#foundBy);
      this.#foundBy = longer;
    }
    this.#foundBy[row.at] = by;
  }

  /** Who has found a row last; undefined: nobody. */
  finderOf({ at }: NamedRow): number | undefined {
    const by = this.#foundBy[at] ?? 0;
    return by === 0 ? undefined : by;
  }

  #write({ path = "", of, name, location, at, asking }: Waiting): void {
    this.#filter.add(path);
    const own = location === path ? "" : location;
    if (this.#spill.run("insert or ignore into named values (?, ?, ?, ?, ?, ?)", path, of, name, own, at, asking))
      this.#counts.set(asking, (this.#counts.get(asking) ?? 0) + 1);
  }
}

function rowOf(row: Readonly<Record<string, unknown>>): NamedRow {
  const location = String(row["location"]);
  return {
    at: Number(row["at"]),
    asking: Number(row["asking"]),
    name: String(row["name"]),
    location: location === "" ? String(row["path"]) : location,
  };
}
