/**
 * How fast the calendar is: next-window look-ups on a compiled time line of ten years, compiling one, and a simulated year of the
 * guides' duties and windows. `npm run bench:calendar [ROUNDS]`; medians of the rounds, the first one (cold) beside them.
 */
import { compileCalendar } from "../src/calendar/compiled.ts";
import { simulate } from "../src/calendar/simulate.ts";
import { freshState } from "../src/calendar/state.ts";
import { nextOpening } from "../src/calendar/time-line.ts";
import { compileWindow } from "../src/calendar/windows.ts";
import { day } from "../src/calendar/zone.ts";
import type { Window } from "../src/platform/schedule.ts";

const rounds = Number(process.argv[2] ?? 9);
const from = Date.UTC(2026, 0, 1);
const window: Window = {
  environment: "production",
  days: "weekends",
  from: "02:00",
  to: "06:00",
  zone: "Europe/Paris",
  cadence: "week",
};

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function report(name: string, unit: string, work: () => void, value: (millis: number) => number): void {
  const times = Array.from({ length: rounds }, () => timed(work));
  const sorted = times.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(rounds / 2)] ?? 0;
  const shown = (millis: number): string => value(millis).toLocaleString("en", { maximumFractionDigits: 1 });
  console.log(`${name}: ${shown(median)} ${unit} (first ${shown(times[0] ?? 0)})`);
}

const year = { environments: [], components: [], windows: [], freezes: [], duties: [] };

report(
  "a simulated year",
  "ms",
  () => {
    const calendar = compileCalendar(year, from - 100 * day, from + 465 * day);
    simulate({ state: freshState(calendar), from, until: from + 365 * day, dutiesAreDone: true });
  },
  (millis) => millis,
);
report(
  "ten years of a window compiled",
  "ms",
  () => void compileWindow(window, [], from, from + 3652 * day),
  (millis) => millis,
);

const line = compileWindow(window, [], from, from + 3652 * day);
const asked = Float64Array.from({ length: 1_000_000 }, (_, index) => from + ((index * 7919) % 1_000_000) * 315_000);
report(
  "next-window look-ups",
  "a second",
  () => {
    let sum = 0;
    for (const at of asked) sum += nextOpening(line, at)?.from ?? 0;
    if (sum === 0) throw new Error("nothing was found");
  },
  (millis) => (asked.length / millis) * 1000,
);
