/** A stretch of time in which an environment may be worked on. Milliseconds since 1970; `until` is no longer in it. */
export interface Opening {
  readonly from: number;
  readonly until: number;
  /**
   * Which turn of the window's cadence it belongs to (a week, month or quarter by number): once one opening of a turn was used,
   * the others of that turn are not. Undefined: it may be used as often as it opens.
   */
  readonly turn: number | undefined;
}

/**
 * Openings compiled into two sorted lists: they overlap neither in their beginnings nor in their ends, so the next one is a
 * binary search. It knows the time from `from` to `until` and nothing outside.
 */
export interface TimeLine {
  readonly from: number;
  readonly until: number;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** NaN where there is none. */
  readonly turns: Float64Array;
  /** The length of the longest opening, in milliseconds: what is longer need not be looked for. */
  readonly longest: number;
}

/** Compiles openings that are sorted by `from` and by `until` alike. */
export function timeLine(openings: readonly Opening[], from: number, until: number): TimeLine {
  return {
    from,
    until,
    starts: Float64Array.from(openings, (opening) => opening.from),
    ends: Float64Array.from(openings, (opening) => opening.until),
    turns: Float64Array.from(openings, (opening) => opening.turn ?? Number.NaN),
    longest: openings.reduce((most, opening) => Math.max(most, opening.until - opening.from), 0),
  };
}

/** The place of the first opening that ends after `at`; the number of openings when there is none. */
export function indexAfter({ ends }: TimeLine, at: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The opening at a place; undefined past the last. */
export function openingAt({ starts, ends, turns }: TimeLine, index: number): Opening | undefined {
  const from = starts[index];
  const until = ends[index];
  const turn = turns[index];
  if (from === undefined || until === undefined || turn === undefined) return undefined;
  return { from, until, turn: Number.isNaN(turn) ? undefined : turn };
}

/** The place of the first opening after `at`, from `index` on, that is at least `length` long from then; undefined for none. */
export function longEnough(line: TimeLine, index: number, at: number, length: number): number | undefined {
  if (length > line.longest) return undefined;
  for (let place = index; place < line.ends.length; place += 1) {
    if ((line.ends[place] ?? 0) - Math.max(at, line.starts[place] ?? 0) >= length) return place;
  }
  return undefined;
}

/** The opening that `at` lies in, or else the next one; undefined when there is none before the line's end. */
export function nextOpening(line: TimeLine, at: number): Opening | undefined {
  return openingAt(line, indexAfter(line, at));
}

/** The opening that `at` lies in. */
export function openAt(line: TimeLine, at: number): Opening | undefined {
  const opening = nextOpening(line, at);
  return opening !== undefined && opening.from <= at ? opening : undefined;
}

/** The openings that have a part in `[from, until)`, in order. */
export function openingsIn(line: TimeLine, from: number, until: number): Opening[] {
  const found: Opening[] = [];
  for (let index = indexAfter(line, from); ; index += 1) {
    const opening = openingAt(line, index);
    if (opening === undefined || opening.from >= until) return found;
    found.push(opening);
  }
}
