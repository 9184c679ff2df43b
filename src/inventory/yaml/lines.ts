/** How far apart the remembered places are, in UTF-16 units: a look-up counts at most this many characters. */
const STRIDE = 512;

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters (code points). A byte order mark is none. */
  readonly column: number;
}

/** Line and column of an offset; cheap when asked again and again about the same text. */
export function positionOf(text: string, offset: number): Position {
  return indexOf(text).positionOf(offset);
}

/** The bytes `[start, end)` of the UTF-8 file, byte order mark included, that hold the characters from `start` to `end`. */
export function byteRange(text: string, start: number, end: number): readonly [number, number] {
  return indexOf(text).byteRange(start, end);
}

/** Files are looked at one after the other, so the tables of the last text are enough. */
let last: LineIndex | undefined;

function indexOf(text: string): LineIndex {
  if (last?.text !== text) last = new LineIndex(text);
  return last;
}

/** Lines, columns and bytes of a file's text. The tables are made when first asked for. */
class LineIndex {
  readonly text: string;
  private lineStarts: readonly number[] | undefined;
  /** Bytes and code points before each multiple of `STRIDE`; empty when the text is ASCII. */
  private counts: { readonly bytes: readonly number[]; readonly points: readonly number[] } | undefined;

  constructor(text: string) {
    this.text = text;
  }

  positionOf(offset: number): Position {
    this.lineStarts ??= lineStartsOf(this.text);
    const line = lastAtMost(this.lineStarts, offset);
    const start = this.lineStarts[line] ?? 0;
    const counted = this.pointsBefore(offset) - this.pointsBefore(start);
    const mark = line === 0 && offset > 0 && this.text.charCodeAt(0) === 0xfeff ? 1 : 0;
    return { line: line + 1, column: counted - mark + 1 };
  }

  byteRange(start: number, end: number): readonly [number, number] {
    return [this.bytesBefore(start), this.bytesBefore(end)];
  }

  private bytesBefore(offset: number): number {
    const { bytes } = this.count();
    if (bytes.length === 0) return offset;
    const step = Math.floor(offset / STRIDE);
    return (bytes[step] ?? 0) + bytesIn(this.text, step * STRIDE, offset);
  }

  private pointsBefore(offset: number): number {
    const { points } = this.count();
    if (points.length === 0) return offset;
    const step = Math.floor(offset / STRIDE);
    return (points[step] ?? 0) + pointsIn(this.text, step * STRIDE, offset);
  }

  private count(): { readonly bytes: readonly number[]; readonly points: readonly number[] } {
    this.counts ??= countsOf(this.text);
    return this.counts;
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return starts;
}

function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

function countsOf(text: string): { readonly bytes: readonly number[]; readonly points: readonly number[] } {
  const bytes: number[] = [];
  const points: number[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant
  if (/^[\0-\x7f]*$/.test(text)) return { bytes, points };
  let byteCount = 0;
  let pointCount = 0;
  for (let offset = 0; offset <= text.length; offset += STRIDE) {
    bytes.push(byteCount);
    points.push(pointCount);
    byteCount += bytesIn(text, offset, Math.min(offset + STRIDE, text.length));
    pointCount += pointsIn(text, offset, Math.min(offset + STRIDE, text.length));
  }
  return { bytes, points };
}

/** A surrogate pair's four bytes are counted two and two, so that a piece may begin or end inside it. */
function bytesIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let offset = start; offset < end; offset += 1) {
    const unit = text.charCodeAt(offset);
    if (unit < 0x80) count += 1;
    else if (unit < 0x800 || isSurrogate(unit)) count += 2;
    else count += 3;
  }
  return count;
}

function pointsIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let offset = start; offset < end; offset += 1) {
    if ((text.charCodeAt(offset) & 0xfc00) !== 0xdc00) count += 1;
  }
  return count;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** The text of a file, or why it has none. */
export type Decoded = { readonly text: string } | { readonly problem: string };

/** Decodes UTF-8 and keeps a byte order mark, so that byte ranges stay those of the file. */
export function decode(bytes: Uint8Array): Decoded {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { problem: "the file is UTF-16; save it as UTF-8" };
  }
  if (bytes.indexOf(0) !== -1) return { problem: "the file is binary (it has a NUL byte)" };
  try {
    return { text: UTF8.decode(bytes) };
  } catch {
    return { problem: "the file is not UTF-8 text; save it as UTF-8" };
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
