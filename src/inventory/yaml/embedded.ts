import type { Scalar } from "../../kernel/tree.ts";
import { lineEnd } from "./scan.ts";
import type { Source } from "./source.ts";

/** The text inside a scalar with the place of each character, or why the places cannot be told. */
export type Embedded =
  | { readonly kind: "exact"; readonly source: Source }
  | { readonly kind: "inexact"; readonly why: string };

/** A stretch of inner text and the stretch of the outer file that writes it: of one length, or an escape or a line fold. */
interface Segment {
  readonly inner: number;
  readonly innerLength: number;
  readonly outer: number;
  readonly outerLength: number;
}

/** The text that `scalar` of the file `text` holds, with the way back to the file. */
export function embeddedSource(scalar: Scalar, text: string): Embedded {
  const writer = new Writer(text);
  if (!write(writer, scalar, text)) return inexact("its lines are indented less than its first one");
  const decoded = writer.text();
  if (!scalar.templated && !sameContent(decoded, scalar)) {
    return inexact("its line breaks could not be followed; write it as a block with |");
  }
  const { segments } = writer;
  return {
    kind: "exact",
    source: {
      text: decoded,
      original: decoded,
      mask: undefined,
      base: 0,
      place: (offset) => place(segments, offset, scalar),
      placeEnd: (offset) => placeEnd(segments, offset, scalar),
    },
  };
}

/** A block's text also has the blank lines before and after its content. */
function sameContent(decoded: string, scalar: Scalar): boolean {
  if (scalar.style !== "literal" && scalar.style !== "folded") return decoded === scalar.text;
  return decoded.trim() === scalar.text.trim();
}

function inexact(reason: string): Embedded {
  return { kind: "inexact", why: `the places in the document inside this string cannot be told: ${reason}` };
}

function place(segments: readonly Segment[], offset: number, scalar: Scalar): number {
  const segment = segmentAt(segments, offset);
  if (segment === undefined) return scalar.start;
  const within = offset - segment.inner;
  if (within >= segment.innerLength) return segment.outer + segment.outerLength;
  return segment.innerLength === segment.outerLength ? segment.outer + within : segment.outer;
}

function placeEnd(segments: readonly Segment[], offset: number, scalar: Scalar): number {
  const segment = offset === 0 ? undefined : segmentAt(segments, offset - 1);
  if (segment === undefined) return scalar.start;
  const within = offset - segment.inner;
  return segment.innerLength === segment.outerLength ? segment.outer + within : segment.outer + segment.outerLength;
}

/** The last segment that begins at or before `offset`. */
function segmentAt(segments: readonly Segment[], offset: number): Segment | undefined {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((segments[middle]?.inner ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return segments[low];
}

/** Collects the inner text and its segments. */
class Writer {
  readonly segments: Segment[] = [];
  private readonly outer: string;
  private readonly pieces: string[] = [];
  private length = 0;

  constructor(outer: string) {
    this.outer = outer;
  }

  copy(start: number, end: number): void {
    if (end > start) this.replace(start, end, this.outer.slice(start, end));
  }

  replace(start: number, end: number, by: string): void {
    if (by === "") return;
    this.segments.push({ inner: this.length, innerLength: by.length, outer: start, outerLength: end - start });
    this.pieces.push(by);
    this.length += by.length;
  }

  read({ start, end }: { readonly start: number; readonly end: number }): string {
    return this.outer.slice(start, end);
  }

  text(): string {
    return this.pieces.join("");
  }
}

/** False when the lines are not laid out as the style demands. */
function write(writer: Writer, scalar: Scalar, text: string): boolean {
  switch (scalar.style) {
    case "literal":
      return writeBlock(writer, blockLines(scalar, text), literalBreak);
    case "folded":
      return writeBlock(writer, blockLines(scalar, text), foldedBreak);
    case "double":
      writeFlow(writer, scalar, text, DOUBLE_QUOTED);
      return true;
    case "single":
      writeFlow(writer, scalar, text, SINGLE_QUOTED);
      return true;
    case "plain":
      writeFlow(writer, scalar, text, FOLD);
      return true;
  }
}

interface Line {
  readonly start: number;
  /** Before the line break. */
  readonly end: number;
  readonly next: number;
}

/**
 * The lines of a block scalar without their indentation, which is the column of the first; undefined when one other than a template
 * statement has less. */
function blockLines(scalar: Scalar, text: string): readonly Line[] | undefined {
  const indent = scalar.start - (text.lastIndexOf("\n", scalar.start - 1) + 1);
  const lines: Line[] = [];
  let start = scalar.start;
  while (start < scalar.end) {
    const next = Math.min(lineEnd(text, start) + 1, scalar.end);
    const end = text.slice(start, next).replace(/\r?\n$/, "").length + start;
    lines.push({ start, end, next });
    const lead = /^ */.exec(text.slice(next, next + indent))?.[0].length ?? 0;
    start = next + lead;
    if (lead < indent && start < scalar.end && !/\s/.test(text[start] ?? "") && !text.startsWith("{{", start))
      return undefined;
  }
  return lines;
}

/** What stands between a line and the one that follows it. */
type Break = (line: string, following: string, blankBetween: number) => string;

function literalBreak(_line: string, _following: string, blankBetween: number): string {
  return "\n".repeat(blankBetween + 1);
}

/** Only the break between two lines that are neither blank nor further indented becomes a space. */
function foldedBreak(line: string, following: string, blankBetween: number): string {
  if (/^[ \t]/.test(line) || /^[ \t]/.test(following)) return "\n".repeat(blankBetween + 1);
  return blankBetween === 0 ? " " : "\n".repeat(blankBetween);
}

function writeBlock(writer: Writer, lines: readonly Line[] | undefined, between: Break): boolean {
  if (lines === undefined) return false;
  let last: Line | undefined;
  let blank = 0;
  for (const line of lines) {
    if (line.start >= line.end) {
      blank += 1;
      continue;
    }
    if (last !== undefined) {
      writer.replace(last.end, last.next, between(writer.read(last), writer.read(line), blank));
    }
    writer.copy(line.start, line.end);
    last = line;
    blank = 0;
  }
  return true;
}

const FOLD = /[ \t]*\r?\n\s*/g;
const SINGLE_QUOTED = /''|[ \t]*\r?\n\s*/g;
const DOUBLE_QUOTED = /\\(?:\r?\n[ \t]*|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^])|[ \t]*\r?\n\s*/g;

/** A scalar on the lines of its quotes; `special` finds escapes and folded line breaks. */
function writeFlow(writer: Writer, scalar: Scalar, text: string, special: RegExp): void {
  const written = text.slice(scalar.start, scalar.end);
  let done = 0;
  for (const match of written.matchAll(special)) {
    writer.copy(scalar.start + done, scalar.start + match.index);
    done = match.index + match[0].length;
    writer.replace(scalar.start + match.index, scalar.start + done, meaningOf(match[0]));
  }
  writer.copy(scalar.start + done, scalar.end);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};

function meaningOf(special: string): string {
  if (special === "''") return "'";
  if (!special.startsWith("\\")) return foldOf(special);
  const name = special.slice(1);
  if (/^\r?\n/.test(name)) return "";
  if (name.length > 1) return String.fromCodePoint(Number.parseInt(name.slice(1), 16));
  return ESCAPES[name] ?? name;
}

function foldOf(gap: string): string {
  const breaks = gap.split("\n").length - 1;
  return breaks === 1 ? " " : "\n".repeat(breaks - 1);
}
