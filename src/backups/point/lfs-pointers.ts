import { counted } from "../../kernel/count.ts";
import type { StoreReference } from "../../systems/contract.ts";
import { Firsts } from "../firsts.ts";
import type { LfsPointer } from "../store-kind.ts";
import type { PointCheck } from "./point-check.ts";

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
  /** In the order in which rows came. */
  readonly at: number;
  readonly component: string;
  readonly name: string;
  readonly state: "found" | "gone" | "open";
}

interface LooseObject {
  readonly component: string;
  readonly name: string;
  readonly location: string;
}

interface Known {
  /** `team/model: data/train.bin`; undefined where there are too many to keep it. */
  readonly place: string | undefined;
  hasRow: boolean;
}

/** What goes with the rows. */
interface Besides {
  readonly loose: Iterable<FoundRow>;
  /** A database said of which objects it has rows. */
  readonly isTold: boolean;
  readonly nowhere: string;
}

/** So many are kept with their places, and as many without a row are looked for. A million pointers take 170 MB (measured). */
const most = 100_000;
const shown = 20;

/** Pointers of all repositories of a point: each object once, by where it was seen first. */
export class LfsPointers {
  readonly #known = new Map<string, Known>();
  /** Without a row, and too many to be looked for. */
  #unsought = 0;

  take(component: string, { repository, oid, path }: LfsPointer): void {
    const id = idOf(component, oid);
    if (this.#known.has(id)) return;
    const place = this.#known.size < most ? `${repository}: ${path}` : undefined;
    this.#known.set(id, { place, hasRow: false });
  }

  /** Those of which no row knows; to be asked once, when all rows are there. */
  *without(rows: Iterable<FoundRow>): Generator<LooseObject> {
    if (this.#known.size === 0) return;
    for (const { component, name } of rows) {
      const known = this.#known.get(idOf(component, name));
      if (known !== undefined) known.hasRow = true;
    }
    let sought = 0;
    for (const [id, { place, hasRow }] of this.#known) {
      if (hasRow) continue;
      sought += 1;
      if (sought <= most) yield looseObject(id, place);
    }
    this.#unsought = Math.max(0, sought - most);
  }

  /** None where there is no pointer. */
  checks(rows: Iterable<FoundRow>, { loose, isTold, nowhere }: Besides): readonly PointCheck[] {
    if (this.#known.size === 0) return [];
    const { asked, gone, open, named } = this.#withRow(rows);
    const { lost, told } = this.#told(loose, isTold);
    const about = { id: "lfs-pointers", what: "each LFS pointer of the repositories whose object GitLab has", asked };
    if (gone > 0) {
      const head = `${gone} of ${asked} name an object that the database has and ${nowhere} holds`;
      return [{ ...about, state: "failed", why: [head, ...named, ...told] }];
    }
    const isClear = isTold || (this.#unsought === 0 && lost === 0);
    const unknown = [
      ...(open === 0 ? [] : [`whether the objects of ${open} of ${asked} are there is not known`]),
      ...(isClear ? [] : ["no database was asked which of the others GitLab has"]),
    ];
    return [{ ...about, state: unknown.length > 0 ? "unknown" : "passed", why: [...unknown, ...told] }];
  }

  /** Of pointers with a row; the first of those whose object is gone by name. */
  #withRow(rows: Iterable<FoundRow>) {
    const counts = { found: 0, gone: 0, open: 0 };
    const named = new Firsts<{ readonly at: number; readonly words: string }>(shown, (a, b) => a.at - b.at);
    for (const { at, component, name, state } of rows) {
      const known = this.#known.get(idOf(component, name));
      if (known === undefined) continue;
      counts[state] += 1;
      if (state === "gone") named.add({ at, words: wordsOf(known.place, name) });
    }
    return {
      ...counts,
      asked: counts.found + counts.gone + counts.open,
      named: named.first.map(({ words }) => words),
    };
  }

  #told(loose: Iterable<FoundRow>, isTold: boolean): { readonly lost: number; readonly told: readonly string[] } {
    const missing = new Firsts<FoundRow>(shown, (a, b) => a.at - b.at);
    let there = 0;
    for (const one of loose)
      if (one.state === "found") there += 1;
      else missing.add(one);
    const all = there + missing.count + this.#unsought;
    if (all === 0) return { lost: 0, told: [] };
    const why = isTold
      ? "the database has no row of it (never uploaded here, on another server, or removed since)"
      : "no database was asked for it";
    return {
      lost: missing.count,
      told: [
        `${counted(all, "more pointer")} ${all === 1 ? "names" : "name"} an object, and ${why}; ${there} of them lie in the point`,
        ...(this.#unsought === 0 ? [] : [`${this.#unsought} of them were not looked for`]),
        ...missing.first.map(({ name }) => name),
      ],
    };
  }
}

const idOf = (component: string, oid: string): string => `${component}\0${Buffer.from(oid, "hex").toString("latin1")}`;

function looseObject(id: string, place: string | undefined): LooseObject {
  const at = id.indexOf("\0");
  const oid = Buffer.from(id.slice(at + 1), "latin1").toString("hex");
  const location = `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid.slice(4)}`;
  return { component: id.slice(0, at), name: wordsOf(place, oid), location };
}

function wordsOf(place: string | undefined, oid: string): string {
  return place === undefined ? oid : `${place} (${oid})`;
}
