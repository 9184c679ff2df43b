import type { Kept, Source } from "./earlier.ts";
import { type Before, mergedBefore } from "./merge.ts";
import type { Copy } from "./survey.ts";

/** A copy that stays; `older`: it is not the newest version of its key any more. */
export interface Stay extends Copy {
  readonly older: boolean;
}

const [goes, staysNewest, staysOlder] = [0, 1, 2];

/**
 * Which entries of earlier lists stay: one byte for each of them; and, where the versions of a key come from more than one list, whose is
 * next, one byte for each of these.
 */
export class Staying {
  readonly #marks = new Bytes();
  readonly #turns = new Bytes();

  /** To be called with every key of the earlier lists, in their order; `stays` in the order in which they are listed now. */
  add({ kept }: Before, stays: readonly Stay[]): void {
    const marks = new Map(stays.map((stay) => [stay.kept, stay.older ? staysOlder : staysNewest]));
    for (const list of kept) for (const one of list) this.#marks.push(marks.get(one) ?? goes);
    if (isMixed(stays.map(({ source }) => source))) for (const { source } of stays) this.#turns.push(source);
  }

  /** The lists are read again. */
  async *entries(sources: readonly Source[]): AsyncGenerator<Kept> {
    let [place, turn] = [0, 0];
    for await (const { kept } of mergedBefore(sources)) {
      const stays = kept.map((list) => {
        const begin = place;
        place += list.length;
        return list.flatMap((one, index) => ifStays(one, this.#marks.at(begin + index)));
      });
      const owners = stays.flatMap((list, source) => list.map(() => source));
      const begin = turn;
      const mixed = isMixed(owners);
      if (mixed) turn += owners.length;
      for (const [index, owner] of owners.entries()) {
        const one = stays[mixed ? this.#turns.at(begin + index) : owner]?.shift();
        if (one !== undefined) yield one;
      }
    }
  }
}

function ifStays({ entry, pack }: Kept, mark: number): readonly Kept[] {
  if (mark === goes) return [];
  return [{ entry: { ...entry, older: mark === staysOlder ? true : undefined }, pack }];
}

function isMixed(sources: readonly number[]): boolean {
  return sources.some((source) => source !== sources[0]);
}

/** A list of bytes that grows. */
class Bytes {
  #bytes = new Uint8Array(65_536);
  #count = 0;

  push(byte: number): void {
    if (this.#count === this.#bytes.length) {
      const longer = new Uint8Array(this.#bytes.length * 2);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[this.#count] = byte;
    this.#count += 1;
  }

  at(place: number): number {
    return this.#bytes[place] ?? 0;
  }
}
