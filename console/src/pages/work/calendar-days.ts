import type { Reply } from "../../api/types.ts";
import { dateFormat } from "../../parts/date-format.ts";

export type CalendarEntry = Reply<"/calendar">["items"][number];
export type Span = "week" | "month";

export const kinds = ["work", "freeze", "window", "duty"] as const;

/** A day as `2026-11-20`: a date and no moment, so that it is the same in each zone. */
export type Day = string;

export interface DayOfEntries {
  readonly day: Day;
  readonly entries: readonly CalendarEntry[];
  /** Belongs to the month before or after, and is there to fill the week. */
  readonly outside: boolean;
}

/** The duty that an entry is a turn of; undefined: it is none. */
export function dutyOf({ kind, id }: Pick<CalendarEntry, "kind" | "id">): string | undefined {
  return kind === "duty" ? /^duty-(.+)-\d+$/.exec(id)?.[1] : undefined;
}

/** The day that a moment (milliseconds) falls on in a zone. */
export function dayOf(millis: number, zone: string): Day {
  return dateFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(millis);
}

export function plusDays(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** The day that an address names, where it is one; today otherwise. */
export function dayAsked(text: string | undefined, today: Day): Day {
  if (text === undefined || !/^2[01]\d\d-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text))) return today;
  return plusDays(text, 0) === text ? text : today;
}

/** The days of the week or month in which a day lies, whole weeks from Monday on. */
export function daysOf(span: Span, on: Day): readonly Day[] {
  const first = span === "week" ? on : `${on.slice(0, 8)}01`;
  const start = plusDays(first, -((new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7));
  if (span === "week") return Array.from({ length: 7 }, (_, index) => plusDays(start, index));
  const next = monthAfter(on, 1);
  const weeks = Math.ceil((Date.parse(next) - Date.parse(start)) / (7 * 86_400_000));
  return Array.from({ length: weeks * 7 }, (_, index) => plusDays(start, index));
}

function monthAfter(day: Day, count: number): Day {
  const date = new Date(`${day.slice(0, 8)}01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + count);
  return date.toISOString().slice(0, 10);
}

/** A day in the span before (-1) or after (1). */
export function stepped(span: Span, on: Day, count: 1 | -1): Day {
  return span === "week" ? plusDays(on, 7 * count) : monthAfter(on, count);
}

/** When a day begins in a zone, in milliseconds, on days on which clocks change too. */
export function beginOf(day: Day, zone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const guess = midnight - offsetAt(midnight, zone);
  return midnight - offsetAt(guess, zone);
}

function offsetAt(millis: number, zone: string): number {
  const parts = Object.fromEntries(
    dateFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    })
      .formatToParts(millis)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(millis / 1000) * 1000;
}

/** Entries by the days that they touch, work first and duties last. */
export function entriesByDay(
  entries: readonly CalendarEntry[],
  days: readonly Day[],
  span: Span,
  on: Day,
  zone: string,
): readonly DayOfEntries[] {
  const bounds = [...days, plusDays(days.at(-1) ?? on, 1)].map((day) => beginOf(day, zone));
  return days.map((day, index) => {
    const [from = 0, until = 0] = bounds.slice(index, index + 2);
    const own = entries.filter((entry) => {
      const begins = Date.parse(entry.from);
      return begins < until && Math.max(Date.parse(entry.until), begins + 1) > from;
    });
    const rank = ({ kind }: CalendarEntry): number => kinds.indexOf(kind);
    return {
      day,
      entries: own.toSorted((a, b) => rank(a) - rank(b) || Date.parse(a.from) - Date.parse(b.from)),
      outside: span === "month" && day.slice(0, 7) !== on.slice(0, 7),
    };
  });
}

/** When an entry is on that day: `06:00–08:00`, `all day`, `from 22:00`, `until 02:00`. */
export function timesOn(entry: Pick<CalendarEntry, "from" | "until">, day: Day, zone: string): string {
  const from = beginOf(day, zone);
  const until = beginOf(plusDays(day, 1), zone);
  const begins = Date.parse(entry.from);
  const ends = Date.parse(entry.until);
  if (begins <= from && ends >= until) return "all day";
  if (begins < from) return `until ${clock(ends, zone)}`;
  if (ends > until) return `from ${clock(begins, zone)}`;
  return `${clock(begins, zone)}–${ends === until ? "24:00" : clock(ends, zone)}`;
}

function clock(millis: number, zone: string): string {
  return dateFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(millis);
}

/** `Fri 20 November`, `November 2026`, `16 to 22 November 2026`. */
export function dayText(day: Day): string {
  return worded(day, { weekday: "short", day: "numeric", month: "long" });
}

export function spanText(span: Span, days: readonly Day[], on: Day): string {
  if (span === "month") return worded(on, { month: "long", year: "numeric" });
  const [first = on] = days;
  return `${worded(first, { day: "numeric", month: "long" })} to ${worded(days.at(-1) ?? on, { day: "numeric", month: "long", year: "numeric" })}`;
}

function worded(day: Day, how: Intl.DateTimeFormatOptions): string {
  return dateFormat("en-GB", { ...how, timeZone: "UTC" }).format(Date.parse(`${day}T00:00:00Z`));
}
