import type { Place } from "./place.ts";

interface Placed {
  readonly place: Place | undefined;
}

/** Rows by what is looked for in one store. */
export class Sought<Row extends Placed> {
  readonly #objects = new Map<string, Row[]>();
  readonly #folders = new Map<string, Row[]>();
  /** Whether a key may begin with what no row knows. */
  #isBelow = false;

  /** `names`: what lies at its place, an object or objects below it. */
  add(row: Row, names: "object" | "folder"): void {
    const { place } = row;
    if (place === undefined) return;
    this.#isBelow ||= isBelow(row);
    const map = names === "object" ? this.#objects : this.#folders;
    const there = map.get(place.path);
    if (there === undefined) map.set(place.path, [row]);
    else there.push(row);
  }

  /** The rows that name this key; they are looked for no longer. */
  *take(key: string): Generator<Row> {
    for (const tail of this.#isBelow ? tailsOf(key) : [key]) {
      if (this.#objects.size + this.#folders.size === 0) return;
      yield* takeFrom(this.#objects, tail, tail === key);
      if (this.#folders.size === 0) continue;
      for (const folder of foldersOf(tail)) yield* takeFrom(this.#folders, folder, tail === key);
    }
  }
}

/** `isWhole`: where the path begins, the key begins. */
function takeFrom<Row extends Placed>(map: Map<string, Row[]>, path: string, isWhole: boolean): readonly Row[] {
  const rows = map.get(path);
  if (rows === undefined) return [];
  const [found, left] = [
    rows.filter((row) => isWhole || isBelow(row)),
    rows.filter((row) => !isWhole && !isBelow(row)),
  ];
  if (left.length === 0) map.delete(path);
  else map.set(path, left);
  return found;
}

function isBelow({ place }: Placed): boolean {
  return place?.kind === "below" || (place?.kind === "volume" && !place.isWhole);
}

/** A bucket may keep an application's keys below a prefix of its own: each of its ends may be what is named. */
function* tailsOf(key: string): Generator<string> {
  yield key;
  for (let at = key.indexOf("/"); at !== -1; at = key.indexOf("/", at + 1)) yield key.slice(at + 1);
}

function* foldersOf(key: string): Generator<string> {
  for (let at = key.indexOf("/"); at !== -1; at = key.indexOf("/", at + 1)) yield key.slice(0, at);
}
