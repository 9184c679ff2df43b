import type { Freeze, Window } from "../platform/schedule.ts";
import { type DayNumber, dayOfWall, turnOf, weekdayNumber, weekdayOf } from "./dates.ts";
import { type Opening, type TimeLine, timeLine } from "./time-line.ts";
import { day, minute, type Zone, zoneOf } from "./zone.ts";

/** A stretch of time; `until` is no longer in it. Milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * When a window is open between `from` and `until`, without the frozen times. A start that the clock skips is the first moment
 * after the gap; a start that comes twice is the first; how long it is open is elapsed time, so that four hours are four hours
 * in the night the clocks change. A window of a whole day ends where the next day begins, however long the day is.
 */
export function compileWindow(window: Window, frozen: readonly Span[], from: number, until: number): TimeLine {
  const zone = zoneOf(window.zone);
  const first = dayOfWall(zone.wallAt(from)) - 2;
  const last = dayOfWall(zone.wallAt(until)) + 1;
  const openings: Opening[] = [];
  for (let date = first; date <= last; date += 1) {
    if (!isOpenOn(window, date)) continue;
    const opening = { ...spanOn(window, zone, date), turn: turnFor(window, date) };
    if (opening.until > from && opening.from < until) append(openings, opening);
  }
  return timeLine(without(openings, frozen), from, until);
}

function isOpenOn({ days }: Window, date: DayNumber): boolean {
  const weekday = weekdayOf(date);
  if (days === "any") return true;
  if (days === "weekdays") return weekday < 5;
  if (days === "weekends") return weekday >= 5;
  return days.some((name) => weekdayNumber(name) === weekday);
}

function spanOn(window: Window, zone: Zone, date: DayNumber): Span {
  const opens = minutesOf(window.from);
  const length = lengthMinutes(window);
  const from = zone.atWall(date * day + opens * minute);
  if (length === 24 * 60) return { from, until: zone.atWall((date + 1) * day + opens * minute) };
  return { from, until: from + length * minute };
}

/** How long a window is open by its own words; the next day is meant when it closes no later than it opens. */
export function lengthMinutes({ from, to }: Pick<Window, "from" | "to">): number {
  const length = minutesOf(to) - minutesOf(from);
  return length > 0 ? length : length + 24 * 60;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function turnFor({ cadence }: Window, date: DayNumber): number | undefined {
  return cadence === "any" ? undefined : turnOf(date, cadence);
}

/** Adds an opening, as one with the last where they touch and share their turn. */
function append(openings: Opening[], opening: Opening): void {
  const last = openings.at(-1);
  if (last === undefined || last.until < opening.from || last.turn !== opening.turn) openings.push(opening);
  else openings[openings.length - 1] = { ...last, until: Math.max(last.until, opening.until) };
}

/** The openings with the frozen times cut out. Both sorted; the frozen times do not overlap. */
function without(openings: readonly Opening[], frozen: readonly Span[]): readonly Opening[] {
  if (frozen.length === 0) return openings;
  return openings.flatMap((opening) => {
    const left: Opening[] = [];
    let from = opening.from;
    for (const freeze of frozen) {
      if (freeze.until <= from) continue;
      if (freeze.from >= opening.until) break;
      if (freeze.from > from) left.push({ ...opening, from, until: freeze.from });
      from = Math.max(from, freeze.until);
    }
    if (from < opening.until) left.push({ ...opening, from });
    return left;
  });
}

/** The frozen times of an environment (undefined: of what belongs to none), sorted and without overlap. */
export function frozenIn(environment: string | undefined, freezes: readonly Freeze[]): readonly Span[] {
  const spans = freezes
    .filter((freeze) => freeze.environment === undefined || freeze.environment === environment)
    .map((freeze) => ({ from: Date.parse(freeze.from), until: Date.parse(freeze.until) }))
    .toSorted((a, b) => a.from - b.from);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last === undefined || last.until < span.from) merged.push(span);
    else merged[merged.length - 1] = { from: last.from, until: Math.max(last.until, span.until) };
  }
  return merged;
}
