import type { Mask } from "./mask.ts";

/** A piece of text read as YAML, and how what is found in it maps to the outer file. */
export interface Source {
  /** What the parser sees: as long as `original`, with template expressions replaced. */
  readonly text: string;
  readonly original: string;
  /** Present when expressions were replaced. */
  readonly mask: Mask | undefined;
  /** Where the piece begins in the text the mask was made for. */
  readonly base: number;
  /** The outer file's offset of the character at an offset of the piece. */
  readonly place: (offset: number) => number;
  /** The outer file's offset just after the character before an offset of the piece. */
  readonly placeEnd: (offset: number) => number;
}

/** A text that is itself the outer file. */
export function wholeFile(text: string, mask: Mask | undefined): Source {
  return { text: mask?.text ?? text, original: text, mask, base: 0, place: itself, placeEnd: itself };
}

/** The part of a source from `start` to `end`, with the same outer file. */
export function pieceOf(source: Source, start: number, end: number): Source {
  return {
    text: source.text.slice(start, end),
    original: source.original.slice(start, end),
    mask: source.mask,
    base: source.base + start,
    place: (offset) => source.place(offset + start),
    placeEnd: (offset) => source.placeEnd(offset + start),
  };
}

function itself(offset: number): number {
  return offset;
}
