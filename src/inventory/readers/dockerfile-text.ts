/** A text put together from stretches of a file: `offsets[i]` is where the file has its character `i`. */
export interface PlacedText {
  readonly text: string;
  readonly offsets: readonly number[];
}

/** A text whose `$NAME` are replaced; `written[i]` is the stretch of the unreplaced text that character `i` comes from. */
export interface ExpandedText extends PlacedText {
  readonly written: readonly (readonly [number, number])[];
}

/** What a name stands for; undefined when nothing in the file says. */
export type Lookup = (name: string) => PlacedText | undefined;

/** A stretch of a file as it stands there. */
export function placedText(text: string, start: number): PlacedText {
  return { text, offsets: Array.from({ length: text.length }, (_, index) => start + index) };
}

export function slicePlaced(whole: PlacedText, from: number, to = whole.text.length): PlacedText {
  return { text: whole.text.slice(from, to), offsets: whole.offsets.slice(from, to) };
}

export function joinPlaced(parts: readonly PlacedText[]): PlacedText {
  return { text: parts.map(({ text }) => text).join(""), offsets: parts.flatMap(({ offsets }) => offsets) };
}

/** `[start, end)` in the file, from the first character to the last; undefined for an empty text. */
export function spanOf({ offsets }: PlacedText): readonly [number, number] | undefined {
  const first = offsets[0];
  const last = offsets.at(-1);
  return first === undefined || last === undefined ? undefined : [first, last + 1];
}

/** The span of a text that the file holds in one piece. */
export function contiguousSpan({ offsets }: PlacedText): readonly [number, number] | undefined {
  const first = offsets[0];
  if (first === undefined || offsets.some((offset, index) => offset !== first + index)) return undefined;
  return [first, first + offsets.length];
}

const variable = /\\\$|\$\{([A-Za-z_]\w*)(?:(:?[-?])([^{}]*))?\}|\$([A-Za-z_]\w*)/g;

/**
 * Replaces `$NAME`, `${NAME}` and `${NAME:-default}` by what they stand for; whatever else a shell might do
 * (`${NAME%.*}`, `$(command)`) and names nothing is known of stay as they are written.
 */
export function expand(whole: PlacedText, lookup: Lookup): ExpandedText {
  const text: string[] = [];
  const offsets: number[] = [];
  const written: (readonly [number, number])[] = [];
  const add = (part: PlacedText, from: (index: number) => readonly [number, number]): void => {
    text.push(part.text);
    for (const [index, offset] of part.offsets.entries()) {
      offsets.push(offset);
      written.push(from(index));
    }
  };
  let done = 0;
  for (const found of whole.text.matchAll(variable)) {
    const end = found.index + found[0].length;
    const value = replacement(whole, found, lookup);
    if (value === undefined) continue;
    const before = done;
    add(slicePlaced(whole, before, found.index), (index) => [before + index, before + index + 1]);
    add(value, () => [found.index, end]);
    done = end;
  }
  add(slicePlaced(whole, done), (index) => [done + index, done + index + 1]);
  return { text: text.join(""), offsets, written };
}

function replacement(whole: PlacedText, found: RegExpExecArray, lookup: Lookup): PlacedText | undefined {
  const name = found[1] ?? found[4];
  if (name === undefined) return undefined;
  const value = lookup(name);
  const operator = found[2];
  if (operator === undefined || !operator.endsWith("-")) return value;
  if (value !== undefined && (value.text !== "" || operator === "-")) return value;
  const start = found.index + 2 + name.length + operator.length;
  return slicePlaced(whole, start, start + (found[3] ?? "").length);
}

/** Where a version is fixed: whole in one constant, or composed at the reference. */
export interface FixedAt {
  readonly version: string;
  readonly place: readonly [number, number];
  /** What a composed version comes to. */
  readonly composed?: string;
  /** The key path of the constant that holds it, when it does not stand in the reference itself. */
  readonly path?: string;
}

/** Begins the key path of a constant: `constants.MLFLOW_VERSION`. */
export const constantPath = "constants.";

/**
 * The place that fixes the characters `from` to `to` of an expanded text. When the file holds them in one piece it is that
 * piece, wherever it stands; otherwise the stretch of the reference they come from, as written.
 */
export function fixedAt(reference: PlacedText, expanded: ExpandedText, from: number, to: number): FixedAt | undefined {
  const part = slicePlaced(expanded, from, to);
  const whole = contiguousSpan(part);
  const start = expanded.written[from]?.[0];
  const end = expanded.written[to - 1]?.[1];
  if (start === undefined || end === undefined) return undefined;
  if (whole !== undefined) {
    const isElsewhere = !reference.offsets.includes(whole[0]);
    const name = /\w+/.exec(reference.text.slice(start, end))?.[0];
    return { version: part.text, place: whole, ...(isElsewhere && name ? { path: `${constantPath}${name}` } : {}) };
  }
  const written = slicePlaced(reference, start, end);
  // Quotes or a line break inside the version: no stretch of the file is the version, so that none can be pointed at.
  const place = contiguousSpan(written);
  return place === undefined ? undefined : { version: written.text, place, composed: part.text };
}
