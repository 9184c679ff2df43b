import type { Severity } from "../systems/contract.ts";
import { clockHours } from "./clocks.ts";
import type { CompiledCalendar, CompiledWindow, EnvironmentCalendar } from "./compiled.ts";
import type { Duty } from "./duties.ts";
import { momentsIn } from "./recurrence.ts";
import { sayTimes, sayWindow } from "./say.ts";
import { type Opening, openAt, openingsIn } from "./time-line.ts";
import { day, hour, minute } from "./zone.ts";

/** Two rules that cannot both be kept, with the sum that shows it. */
export interface Collision {
  readonly kind:
    | "clock"
    | "preferred-time"
    | "too-few-openings"
    | "too-little-time"
    | "frozen-turn"
    | "never-catches-up";
  readonly title: string;
  /** The sum, line by line. */
  readonly arithmetic: readonly string[];
  readonly toDo: string;
}

/** The rules of a calendar that collide between two moments (milliseconds since 1970), environment by environment. */
export function collisionsIn(calendar: CompiledCalendar, from: number, until: number): readonly Collision[] {
  const changing = calendar.duties.filter(({ raises }) => raises?.disruptive === true);
  return [...calendar.environments.values()].flatMap((environment) => {
    const stretch = { environment, openings: usableOpenings(environment, from, until), from, until };
    const wanted = changing
      .filter((duty) => concerns(duty, environment))
      .map((duty) => ({ duty, turns: momentsIn(duty.recurrence, duty.zone, from, until) }))
      .filter(({ turns }) => turns.length > 0);
    return [
      ...clockCollision(stretch, calendar.until),
      ...preferredTimes(wanted, stretch),
      ...tooFewOpenings(wanted, stretch),
      ...tooLittleTime(wanted, stretch),
      ...frozenTurns(stretch),
    ];
  });
}

/** A duty that changes an environment, and when it is due there. */
interface Wanted {
  readonly duty: Duty;
  readonly turns: readonly number[];
}

interface Stretch {
  readonly environment: EnvironmentCalendar;
  /** Those that can be used: the first of each turn. */
  readonly openings: readonly Opening[];
  readonly from: number;
  readonly until: number;
}

function concerns(duty: Duty, { name, systems }: EnvironmentCalendar): boolean {
  if (duty.environment !== undefined) return duty.environment === name;
  const system = duty.raises?.system;
  return name !== "local" && (system === undefined || systems === undefined || systems.has(system));
}

/** The openings of an environment that can be used: one a turn, since once it is used the others of that turn are not. */
export function usableOpenings({ windows }: EnvironmentCalendar, from: number, until: number): readonly Opening[] {
  return windows
    .flatMap(({ line }) => {
      const seen = new Set<number>();
      return openingsIn(line, from, until).filter(({ turn }) => {
        if (turn === undefined) return true;
        const isFirst = !seen.has(turn);
        seen.add(turn);
        return isFirst;
      });
    })
    .toSorted((a, b) => a.from - b.from);
}

const severities: readonly Severity[] = ["critical", "high", "medium", "low"];

/** Clocks that are shorter than the wait for the next opening. */
function clockCollision({ environment, openings, from, until }: Stretch, horizon: number): Collision[] {
  const waits = waitsFor(usableOpenings(environment, from, horizon), from, until);
  const late = severities.flatMap((severity) => {
    const count = waits.filter((wait) => wait > clockHours[severity] * hour).length;
    return count === 0 ? [] : [{ severity, count }];
  });
  if (late.length === 0) return [];
  const names = late.map(({ severity }) => severity).join(", ");
  return [
    {
      kind: "clock",
      title: `${environment.name}: findings (${names}) may wait longer than their clocks allow`,
      arithmetic: [
        `${environment.name} opens ${sayWindows(environment.windows)}: ${openings.length} usable openings in ${days(until - from)}.`,
        `Once one is used, the wait for the next is up to ${days(Math.max(...waits))}.`,
        ...late.map(
          ({ severity, count }) =>
            `${severity} allows ${days(clockHours[severity] * hour)}: of a finding on ${count} of ${waits.length} days it runs out first.`,
        ),
      ],
      toDo: `Open ${environment.name} more often, or mend such findings there as emergencies, each with its reason.`,
    },
  ];
}

/** How long a finding of each day waits for the next opening. */
function waitsFor(openings: readonly Opening[], from: number, until: number): readonly number[] {
  const waits: number[] = [];
  let next = 0;
  for (let at = from; at < until; at += day) {
    while ((openings[next]?.until ?? Infinity) <= at) next += 1;
    const opening = openings[next];
    // Nothing is known of the time after the last opening, but for how long there was none.
    waits.push(opening === undefined ? until - at : Math.max(0, opening.from - at));
  }
  return waits;
}

/** Duties whose own time is outside the windows. */
function preferredTimes(wanted: readonly Wanted[], { environment }: Stretch): Collision[] {
  const outside = wanted.flatMap(({ duty, turns }) => {
    const inside = turns.filter((at) =>
      environment.windows.some(({ line }) => fits(openAt(line, at), at, duty)),
    ).length;
    return inside === turns.length ? [] : [{ duty, turns, inside }];
  });
  if (outside.length === 0) return [];
  return [
    {
      kind: "preferred-time",
      title: `${environment.name}: its windows are not when ${duties(outside.length)} would be done`,
      arithmetic: [
        `${environment.name} opens ${sayWindows(environment.windows)}.`,
        ...outside
          .slice(0, shownAtMost)
          .map(
            ({ duty, turns, inside }) =>
              `${duty.title}, ${sayTimes(duty.recurrence)} (${duty.zone.name}), ${duty.lengthMinutes} min: ${inside} of ${turns.length} fit.`,
          ),
        ...further(outside.slice(shownAtMost).map(({ duty }) => duty.title)),
      ],
      toDo: "Prepare each at its time and do it in the next opening, or move one of the two.",
    },
  ];
}

/** Duties that come more often than the environment opens. */
function tooFewOpenings(wanted: readonly Wanted[], { environment, openings, from, until }: Stretch): Collision[] {
  if (isNoLimit(openings)) return [];
  const often = wanted.filter(({ turns }) => turns.length > openings.length);
  if (often.length === 0) return [];
  return [
    {
      kind: "too-few-openings",
      title: `${environment.name}: ${duties(often.length)} ${often.length === 1 ? "comes" : "come"} more often than it opens`,
      arithmetic: [
        `${environment.name} has ${openings.length} usable openings in ${days(until - from)}.`,
        ...often.map(
          ({ duty, turns }) =>
            `${duty.title}: ${turns.length} times, so it is skipped ${turns.length - openings.length} times.`,
        ),
      ],
      toDo: `Let several turns go into one opening, make the duties rarer there, or open ${environment.name} more often.`,
    },
  ];
}

/** An environment that is open for days on end takes all the work there is. */
export function isNoLimit(openings: readonly Opening[]): boolean {
  return openings.some((opening) => opening.until - opening.from > 2 * day);
}

function fits(opening: Opening | undefined, at: number, duty: Duty): boolean {
  return opening !== undefined && at + duty.lengthMinutes * minute <= opening.until;
}

/** All that is to be done against all the time there is. */
function tooLittleTime(wanted: readonly Wanted[], { environment, openings }: Stretch): Collision[] {
  if (isNoLimit(openings)) return [];
  const available = openings.reduce((sum, opening) => sum + (opening.until - opening.from) / minute, 0);
  const needs = wanted
    .map(({ duty, turns }) => ({ duty, count: turns.length, minutes: turns.length * duty.lengthMinutes }))
    .toSorted((a, b) => b.minutes - a.minutes);
  const needed = sumOf(needs);
  if (needed <= available) return [];
  const rest = needs.slice(shownAtMost);
  return [
    {
      kind: "too-little-time",
      title: `${environment.name}: the duties need more time than its windows have`,
      arithmetic: [
        ...needs
          .slice(0, shownAtMost)
          .map(({ duty, count, minutes }) => `${duty.title}: ${count} × ${duty.lengthMinutes} min = ${hours(minutes)}`),
        ...(rest.length === 0 ? [] : [`${duties(rest.length)} more: ${hours(sumOf(rest))}`]),
        `Together ${hours(needed)}, without room for any rollback; ${openings.length} usable openings have ${hours(available)}.`,
      ],
      toDo: "Do what disturbs nobody outside the windows, join what can be joined, or open more.",
    },
  ];
}

function sumOf(needs: readonly { readonly minutes: number }[]): number {
  return needs.reduce((sum, { minutes }) => sum + minutes, 0);
}

/** Turns of a window's budget of which a freeze leaves nothing. */
function frozenTurns({ environment, from, until }: Stretch): Collision[] {
  if (environment.frozen.length === 0) return [];
  return environment.windows.flatMap(({ window, line }) => {
    const turns = [...new Set(openingsIn(line, from, until).flatMap(({ turn }) => (turn === undefined ? [] : [turn])))];
    const missing = turns.slice(1).reduce((sum, turn, index) => sum + turn - (turns[index] ?? turn) - 1, 0);
    if (missing === 0) return [];
    return [
      {
        kind: "frozen-turn",
        title: `${environment.name}: freezes take every opening of ${missing} ${window.cadence}${missing === 1 ? "" : "s"}`,
        arithmetic: [
          `${sayWindow(window)}: ${turns.length} ${window.cadence}s with an opening, ${missing} between them without any.`,
        ],
        toDo: "Shorten the freeze, or accept that nothing planned is done in that time.",
      } as const,
    ];
  });
}

/** Lines of one kind; the others are named in one. */
const shownAtMost = 5;

function further(titles: readonly string[]): readonly string[] {
  return titles.length === 0 ? [] : [`Nor: ${titles.join(", ")}.`];
}

function duties(count: number): string {
  return count === 1 ? "1 duty" : `${count} duties`;
}

function sayWindows(windows: readonly CompiledWindow[]): string {
  return windows.length === 0 ? "never" : windows.map(({ window }) => sayWindow(window)).join(" and ");
}

function days(millis: number): string {
  const count = millis / day;
  return count < 2 ? `${Math.round(millis / hour)} h` : `${Math.floor(count)} days`;
}

function hours(minutes: number): string {
  return `${Math.round(minutes / 6) / 10} h`;
}
