/**
 * Time zones as tables of their changes. Asking `Intl` or a Temporal polyfill for one offset takes 5 to 10 µs, a table some 50 ns
 * (docs/decisions/calendar.md); it is filled from `Intl` itself, a year at a time.
 *
 * Times are milliseconds since 1970. A *wall* time is what a clock on the wall shows, written as if that were UTC.
 */
export interface Zone {
  readonly name: string;
  /** Milliseconds to add to UTC to get the wall time. */
  offsetAt(utc: number): number;
  wallAt(utc: number): number;
  /** The moment at which the wall shows `wall`: the first of two; the first valid moment after a gap when it never does. */
  atWall(wall: number): number;
}

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A stretch of the table. Changes inside come in order; `offsets[0]` holds before the first of them. */
interface Stretch {
  readonly changes: readonly number[];
  readonly offsets: readonly number[];
}

const stretchLength = 366 * day;
/** No zone has changed its offset and back within so short a time since 1970. */
const step = 3 * day;

const known = new Map<string, Zone>();

/** The zone of that name. Throws `RangeError` for a name that the runtime's zone data do not have. */
export function zoneOf(name: string): Zone {
  const found = known.get(name);
  if (found !== undefined) return found;
  const zone = makeZone(name);
  known.set(name, zone);
  return zone;
}

function makeZone(name: string): Zone {
  const ask = asker(name);
  const stretches = new Map<number, Stretch>();

  function stretchAt(utc: number): Stretch {
    const index = Math.floor(utc / stretchLength);
    let stretch = stretches.get(index);
    if (stretch === undefined) {
      stretch = readStretch(index * stretchLength, ask);
      stretches.set(index, stretch);
    }
    return stretch;
  }

  function offsetAt(utc: number): number {
    const { changes, offsets } = stretchAt(utc);
    let passed = 0;
    while (passed < changes.length && (changes[passed] ?? 0) <= utc) passed += 1;
    return offsets[passed] ?? 0;
  }

  function atWall(wall: number): number {
    const before = offsetAt(wall - day);
    const after = offsetAt(wall + day);
    const earlier = wall - Math.max(before, after);
    const later = wall - Math.min(before, after);
    if (offsetAt(earlier) === wall - earlier) return earlier;
    if (offsetAt(later) === wall - later) return later;
    return firstChange(earlier, later, offsetAt);
  }

  return { name, offsetAt, atWall, wallAt: (utc) => utc + offsetAt(utc) };
}

function readStretch(from: number, ask: (utc: number) => number): Stretch {
  const changes: number[] = [];
  const offsets = [ask(from)];
  for (let at = from; at < from + stretchLength; at += step) {
    const next = Math.min(at + step, from + stretchLength);
    const offset = ask(next);
    if (offset === offsets.at(-1)) continue;
    changes.push(firstChange(at, next, ask));
    offsets.push(offset);
  }
  return { changes, offsets };
}

/** The first moment, to the second, at which the offset is no longer that of `from`; it differs at `until`. */
function firstChange(from: number, until: number, ask: (utc: number) => number): number {
  const offset = ask(from);
  let same = from;
  let other = until;
  while (other - same > 1000) {
    const middle = same + Math.floor((other - same) / 2000) * 1000;
    if (ask(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}

function asker(name: string): (utc: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (utc) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(utc)) parts[type] = Number(value);
    const { year = 0, month = 1, day: date = 1, hour: hours = 0, minute: minutes = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, date, hours, minutes, second) - utc;
  };
}
