import type { Place } from "./place.ts";

/** What a row could name that a key stands for. */
export interface Naming {
  readonly path: string;
  /** What lies at its place, or objects below it. */
  readonly names: "object" | "folder";
  /** Where the path begins, the key begins. */
  readonly isWhole: boolean;
}

/** All that may name a key. `isBelow`: also where a key may begin with what no row knows. */
export function* namingsOf(key: string, { isBelow }: { readonly isBelow: boolean }): Generator<Naming> {
  for (const tail of isBelow ? tailsOf(key) : [key]) {
    const isWhole = tail === key;
    yield { path: tail, names: "object", isWhole };
    for (const path of foldersOf(tail)) yield { path, names: "folder", isWhole };
  }
}

/** Whether a key may begin with what the row does not know. */
export function isBelow({ place }: { readonly place: Place | undefined }): boolean {
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
