import type { Spill } from "../../kernel/backup-ports.ts";
import { counted } from "../../kernel/count.ts";
import type { StoreReference } from "../../systems/contract.ts";
import { byText, Firsts } from "../firsts.ts";
import type { LfsPointer } from "../store-kind.ts";
import type { PointCheck } from "./point-check.ts";
import { SortedRows } from "./sorted-rows.ts";

/*
 * What files of repositories name in the store of LFS objects. GitLab has a row for each object that was ever uploaded, and gives out no
 * other. It refuses a push whose pointers have none, but not where LFS is off for the project, nor from a mirror or an import
 * (gitlabhq/gitlabhq lib/gitlab/checks/lfs_check.rb, lfs_integrity.rb @0af35d7e; a file `.lfsconfig` may name another server:
 * git-lfs/git-lfs docs/spec.md @02b89e38). So a pointer without a row is no loss of the backup: it is told. One with a row has to be there.
 */

/** The question to GitLab's database that gives a row for each object; its names are their oids. */
export const lfsRows = "lfs-objects";

/** What is asked for objects that pointers name and no row. */
export const looseObjects: Pick<StoreReference, "id" | "part" | "what" | "names"> = {
  id: "lfs-pointers",
  part: "lfs",
  what: "",
  names: "object",
};

/** A row, and what became of what it names. */
export interface FoundRow {
  readonly component: string;
  readonly name: string;
  readonly state: "found" | "gone" | "open";
}

interface LooseObject {
  readonly component: string;
  readonly name: string;
  readonly location: string;
}

interface Pointer {
  readonly component: string;
  readonly oid: Uint8Array;
  /** `team/model: data/train.bin` */
  readonly place: string;
}

/** What goes with the rows. */
interface Besides {
  readonly loose: Iterable<FoundRow>;
  /** A database said of which objects it has rows. */
  readonly isTold: boolean;
  readonly nowhere: string;
}

const shown = 20;

/** Pointers of all repositories of a point, in a file: each object once, by where it was seen first. */
export class LfsPointers {
  readonly #spill: Spill;
  readonly #waiting = new SortedRows<Pointer>(
    (a, b) => byText(a.component, b.component) || Buffer.compare(a.oid, b.oid),
    ({ component, oid, place }) =>
      this.#spill.run("insert or ignore into pointers values (?, ?, ?, 0)", component, oid, place),
  );
  #isNone = true;

  constructor(spill: Spill) {
    this.#spill = spill;
    spill.run(`create table pointers (component text, oid blob, place text, has_row integer,
      primary key (component, oid)) without rowid`);
  }

  take(component: string, { repository, oid, path }: LfsPointer): void {
    this.#isNone = false;
    this.#waiting.add({ component, oid: bytesOf(oid), place: `${repository}: ${path}` });
  }

  /** Those of which no row knows, in no order; to be asked once, when all rows are there. */
  *without(rows: Iterable<FoundRow>): Generator<LooseObject> {
    if (this.#isNone) return;
    this.#waiting.write();
    for (const { component, name } of rows)
      this.#spill.run("update pointers set has_row = 1 where component = ? and oid = ?", component, bytesOf(name));
    for (const row of this.#spill.each("select component, oid, place from pointers where has_row = 0"))
      yield looseObject(row as unknown as Pointer);
  }

  /** None where there is no pointer. */
  checks(rows: Iterable<FoundRow>, { loose, isTold, nowhere }: Besides): readonly PointCheck[] {
    if (this.#isNone) return [];
    const { asked, gone, open, named } = this.#withRow(rows);
    const { lost, told } = toldOf(loose, isTold);
    const about = { id: "lfs-pointers", what: "each LFS pointer of the repositories whose object GitLab has", asked };
    if (gone > 0) {
      const head = `${gone} of ${asked} name an object that the database has and ${nowhere} holds`;
      return [{ ...about, state: "failed", why: [head, ...named, ...told] }];
    }
    const unknown = [
      ...(open === 0 ? [] : [`whether the objects of ${open} of ${asked} are there is not known`]),
      ...(isTold || lost === 0 ? [] : ["no database was asked which of the others GitLab has"]),
    ];
    return [{ ...about, state: unknown.length > 0 ? "unknown" : "passed", why: [...unknown, ...told] }];
  }

  /** Of pointers with a row; the first of those whose object is gone by name. */
  #withRow(rows: Iterable<FoundRow>) {
    const counts = { found: 0, gone: 0, open: 0 };
    const named = new Firsts<string>(shown, byText);
    for (const { component, name, state } of rows) {
      const place = this.#placeOf(component, name);
      if (place === undefined) continue;
      counts[state] += 1;
      if (state === "gone") named.add(wordsOf(place, name));
    }
    return { ...counts, asked: counts.found + counts.gone + counts.open, named: named.first };
  }

  /** Undefined: no pointer names it. */
  #placeOf(component: string, name: string): string | undefined {
    const sql = "select place from pointers where component = ? and oid = ?";
    const [row] = this.#spill.all(sql, component, bytesOf(name));
    return row === undefined ? undefined : String(row["place"]);
  }
}

/** What became of those without a row. */
function toldOf(
  loose: Iterable<FoundRow>,
  isTold: boolean,
): { readonly lost: number; readonly told: readonly string[] } {
  const missing = new Firsts<string>(shown, byText);
  let there = 0;
  for (const { state, name } of loose)
    if (state === "found") there += 1;
    else missing.add(name);
  const all = there + missing.count;
  if (all === 0) return { lost: 0, told: [] };
  const why = isTold
    ? "the database has no row of it (never uploaded here, on another server, or removed since)"
    : "no database was asked for it";
  return {
    lost: missing.count,
    told: [
      `${counted(all, "more pointer")} ${all === 1 ? "names" : "name"} an object, and ${why}; ${there} of them lie in the point`,
      ...missing.first,
    ],
  };
}

const bytesOf = (oid: string): Uint8Array => Buffer.from(oid, "hex");

function looseObject({ component, oid: bytes, place }: Pointer): LooseObject {
  const oid = Buffer.from(bytes).toString("hex");
  return { component, name: wordsOf(place, oid), location: `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid.slice(4)}` };
}

function wordsOf(place: string, oid: string): string {
  return `${place} (${oid})`;
}
