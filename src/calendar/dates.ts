import type { Weekday } from "../platform/schedule.ts";
import { day } from "./zone.ts";

/** A day of the calendar as days since 1970-01-01. */
export type DayNumber = number;

/** How long a turn of a duty, or of a window's budget, is. Weeks begin on Monday, quarters in January. */
export type Turn = "day" | "week" | "month" | "quarter" | "half-year" | "year";

type WeekdayName = (typeof Weekday)["options"][number];

const weekdays: readonly WeekdayName[] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** 0 is Monday, 6 is Sunday. */
export function weekdayOf(date: DayNumber): number {
  return (((date + 3) % 7) + 7) % 7;
}

/** The weekday's place in the week, Monday 0; -1 for a text that is none. */
export function weekdayNumber(name: string): number {
  return weekdays.findIndex((weekday) => weekday === name);
}

/** The day on which a wall time falls. */
export function dayOfWall(wall: number): DayNumber {
  return Math.floor(wall / day);
}

const monthsIn: Readonly<Record<Exclude<Turn, "day" | "week">, number>> = {
  month: 1,
  quarter: 3,
  "half-year": 6,
  year: 12,
};

/**
 * The turn that a day belongs to, counted from 1970: turns that follow each other have numbers that do. The week of the first
 * of January 1970 is week 0.
 */
export function turnOf(date: DayNumber, turn: Turn): number {
  if (turn === "day") return date;
  if (turn === "week") return Math.floor((date + 3) / 7);
  const at = new Date(date * day);
  const months = (at.getUTCFullYear() - 1970) * 12 + at.getUTCMonth();
  return Math.floor(months / monthsIn[turn]);
}

/** The first day of a turn. That of the next one is where it ends. */
export function firstDayOf(number: number, turn: Turn): DayNumber {
  if (turn === "day") return number;
  if (turn === "week") return number * 7 - 3;
  return Date.UTC(1970, number * monthsIn[turn], 1) / day;
}
