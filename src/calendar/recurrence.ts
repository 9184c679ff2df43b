import { InputError } from "../kernel/errors.ts";
import { type DayNumber, dayOfWall, firstDayOf, type Turn, turnOf, weekdayNumber, weekdayOf } from "./dates.ts";
import { minute, type Zone } from "./zone.ts";

/** Which day of a turn. */
export type Day =
  | {
      readonly kind: "nth-weekday";
      readonly weekday: number;
      readonly nth: "first" | "second" | "third" | "fourth" | "last";
    }
  /** Counted from 1; a turn that is shorter has its last day instead. */
  | { readonly kind: "date"; readonly date: number }
  /** The last day from Monday to Friday. */
  | { readonly kind: "last-working-day" };

/** Once in every turn, on one of its days, at a time of the wall clock. */
export interface Recurrence {
  readonly every: Turn;
  readonly on: Day;
  /** After midnight. */
  readonly minutes: number;
}

const nine = 9 * 60;

/** What is meant where only the turn is said: B's own preferred times, and the 15th where it names none. */
const usual: Readonly<Record<Turn, Day>> = {
  day: { kind: "date", date: 1 },
  week: { kind: "nth-weekday", weekday: 0, nth: "first" },
  month: { kind: "nth-weekday", weekday: 4, nth: "first" },
  quarter: { kind: "last-working-day" },
  "half-year": { kind: "date", date: 15 },
  year: { kind: "date", date: 15 },
};

const words =
  /^(?:(?:(first|second|third|fourth|last) )?((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)|(end) of (?:month|quarter|year)|day (\d{1,3}))?(?:(?:^| )(\d{1,2}):(\d\d))?$/;

/**
 * Reads `Monday 9:00`, `first Friday`, `end of quarter`, `day 15`, `09:00`, as `duties[].on` is written. Without a time 9:00 is
 * meant. Throws `InputError` for another text.
 */
export function readRecurrence(every: Turn, on: string | undefined): Recurrence {
  if (on === undefined) return { every, on: usual[every], minutes: nine };
  const found = words.exec(on);
  const [, nth, weekday, end, date, hours, minutes] = found ?? [];
  const time = hours === undefined ? nine : Number(hours) * 60 + Number(minutes);
  if (found === null || time >= 24 * 60 || Number(minutes ?? 0) > 59)
    throw new InputError(
      `"${on}" is not a day and time such as Monday 9:00, first Friday, end of quarter, day 15, 09:00`,
    );
  return { every, on: dayOf(every, { nth, weekday, end, date }), minutes: time };
}

interface Words {
  readonly nth: string | undefined;
  readonly weekday: string | undefined;
  readonly end: string | undefined;
  readonly date: string | undefined;
}

function dayOf(every: Turn, { nth, weekday, end, date }: Words): Day {
  if (weekday !== undefined) return { kind: "nth-weekday", weekday: weekdayNumber(weekday), nth: readNth(nth) };
  if (end !== undefined) return { kind: "last-working-day" };
  return date === undefined ? usual[every] : { kind: "date", date: Math.max(1, Number(date)) };
}

function readNth(nth: string | undefined): "first" | "second" | "third" | "fourth" | "last" {
  return nth === "second" || nth === "third" || nth === "fourth" || nth === "last" ? nth : "first";
}

/** The moment of a turn, by its number. */
function momentOf(number: number, { every, on, minutes }: Recurrence, zone: Zone): number {
  const first = firstDayOf(number, every);
  const last = firstDayOf(number + 1, every) - 1;
  return zone.atWall(pick(on, first, last) * 24 * 60 * minute + minutes * minute);
}

const weeks = { first: 0, second: 1, third: 2, fourth: 3 } as const;

function pick(on: Day, first: DayNumber, last: DayNumber): DayNumber {
  switch (on.kind) {
    case "date":
      return Math.min(first + on.date - 1, last);
    case "last-working-day":
      // From a Saturday or Sunday back to Friday; a turn of one day has no other.
      return Math.max(first, last - Math.max(0, weekdayOf(last) - 4));
    case "nth-weekday": {
      if (on.nth === "last") return Math.max(first, last - ((weekdayOf(last) - on.weekday + 7) % 7));
      const wanted = first + ((on.weekday - weekdayOf(first) + 7) % 7) + 7 * weeks[on.nth];
      return Math.min(wanted, last);
    }
  }
}

/** The moments after `from` up to and including `until`, in order; no more than `most` of them, the last ones. */
export function momentsIn(recurrence: Recurrence, zone: Zone, from: number, until: number, most = Infinity): number[] {
  const lastTurn = turnAt(until, recurrence, zone) + 1;
  const found: number[] = [];
  for (let number = lastTurn; found.length < most; number -= 1) {
    const moment = momentOf(number, recurrence, zone);
    if (moment <= from) break;
    if (moment <= until) found.push(moment);
  }
  return found.reverse();
}

/** The first moment after `after`. */
export function momentAfter(recurrence: Recurrence, zone: Zone, after: number): number {
  let number = turnAt(after, recurrence, zone) - 1;
  for (;;) {
    const moment = momentOf(number, recurrence, zone);
    if (moment > after) return moment;
    number += 1;
  }
}

function turnAt(utc: number, { every }: Recurrence, zone: Zone): number {
  return turnOf(dayOfWall(zone.wallAt(utc)), every);
}

/** Whether two moments fall into the same turn by the wall clock. */
export function inSameTurn(recurrence: Recurrence, zone: Zone, one: number, other: number): boolean {
  return turnAt(one, recurrence, zone) === turnAt(other, recurrence, zone);
}
