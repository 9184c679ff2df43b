import { InputError } from "../kernel/errors.ts";

/** One stretch of a file to be replaced. */
export interface Splice {
  /** `[start, end)` in bytes; empty where text is only inserted. */
  readonly range: readonly [number, number];
  /** What stands there now. */
  readonly expect: string;
  readonly text: string;
}

/**
 * The bytes with each range replaced and everything else byte for byte as it was: order, comments, quotes, line ends, byte
 * order mark. The order of `splices` does not matter; one that is given twice counts once. Throws `InputError`, before
 * anything is replaced, when the file no longer holds what is expected or two ranges overlap. `label` names the file.
 */
export function splice(bytes: Uint8Array, splices: readonly Splice[], label: string): Uint8Array {
  const inOrder = splices.toSorted((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
  const pieces: Uint8Array[] = [];
  let end = 0;
  let last: Splice | undefined;
  for (const next of inOrder) {
    if (last !== undefined && isSame(last, next)) continue;
    if (last !== undefined && overlaps(last, next)) {
      throw new InputError(
        `${label}: two changes want the bytes ${next.range[0]}-${last.range[1]}; make one at a time.`,
      );
    }
    check(bytes, next, label);
    pieces.push(bytes.subarray(end, next.range[0]), new TextEncoder().encode(next.text));
    end = next.range[1];
    last = next;
  }
  pieces.push(bytes.subarray(end));
  return new Uint8Array(Buffer.concat(pieces));
}

function isSame(a: Splice, b: Splice): boolean {
  return a.range[0] === b.range[0] && a.range[1] === b.range[1] && a.text === b.text;
}

/** Two insertions at one place overlap as well: nothing says which comes first. */
function overlaps(a: Splice, b: Splice): boolean {
  return b.range[0] < a.range[1] || (b.range[0] === a.range[0] && b.range[1] === a.range[1]);
}

function check(bytes: Uint8Array, { range: [start, end], expect }: Splice, label: string): void {
  const holds = Buffer.from(bytes.subarray(start, end));
  if (start <= end && end <= bytes.length && holds.equals(Buffer.from(expect))) return;
  const found = JSON.stringify(holds.toString("utf8").slice(0, 80));
  throw new InputError(
    `${label} has changed since it was read: ${JSON.stringify(expect)} was expected at byte ${start}, ${found} stands there. Nothing was written; run it again.`,
  );
}
