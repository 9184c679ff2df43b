import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Window } from "../platform/schedule.ts";
import { nextOpening, openAt, openingsIn } from "./time-line.ts";
import { compileWindow, frozenIn, lengthMinutes } from "./windows.ts";
import { day, hour, minute } from "./zone.ts";

const production: Window = {
  environment: "production",
  days: ["Sunday"],
  from: "02:00",
  to: "06:00",
  zone: "Europe/Paris",
  cadence: "quarter",
};

/** What a clock on the wall of the zone shows, as if in UTC. Asks `Intl` each quarter of an hour: offsets change at no other time. */
function wallClock(zone: string): (utc: number) => number {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  let quarter = Number.NaN;
  let offset = 0;
  return (utc) => {
    const asked = Math.floor(utc / (15 * minute));
    if (asked !== quarter) {
      quarter = asked;
      offset = Date.parse(`${format.format(asked * 15 * minute).replace(" ", "T")}Z`) - asked * 15 * minute;
    }
    return utc + offset;
  };
}

const names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

function isMeant(window: Window, wallDay: number): boolean {
  const name = names[new Date(wallDay * day).getUTCDay()] ?? "Sunday";
  if (window.days === "any") return true;
  if (window.days === "weekdays") return name !== "Saturday" && name !== "Sunday";
  if (window.days === "weekends") return name === "Saturday" || name === "Sunday";
  return window.days.includes(name);
}

/** Walks minute by minute with a clock in hand, as a person would, and says each minute whether the window is open. */
// oxlint-disable-next-line complexity -- plain on purpose: it is what the compiled line is held against
function* walk(window: Window, from: number, until: number): Generator<readonly [at: number, open: boolean]> {
  const wall = wallClock(window.zone);
  const [opensHour = 0, opensMinute = 0] = window.from.split(":").map(Number);
  const opens = (opensHour * 60 + opensMinute) * minute;
  const length = lengthMinutes(window);
  const wholeDay = length === 24 * 60;
  let closes = 0;
  let seen = -Infinity;
  let openWholeDay = false;
  for (let at = from - 3 * day; at < until; at += minute) {
    // The latest day whose opening time the clock has shown or passed by now.
    const reached = Math.floor((wall(at) - opens) / day);
    if (reached > seen) {
      // A day that the calendar leaves out (Samoa's 30 December 2011) opens and ends at once, as the next one begins.
      for (let date = seen === -Infinity ? reached : seen + 1; date <= reached; date += 1) {
        const meant = isMeant(window, date);
        if (wholeDay) openWholeDay = meant;
        else if (meant) closes = Math.max(closes, at + length * minute);
      }
      seen = reached;
    }
    if (at >= from) yield [at, wholeDay ? openWholeDay : at < closes];
  }
}

function differences(window: Window, from: number, until: number): string[] {
  const line = compileWindow(window, [], from, until);
  const found: string[] = [];
  for (const [at, open] of walk(window, from, until)) {
    if ((openAt(line, at) !== undefined) !== open) found.push(`${new Date(at).toISOString()} ought to be ${open}`);
    if (found.length > 3) break;
  }
  return found;
}

const zones = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"] as const;

for (const zone of zones) {
  test(`ten years of a window in ${zone} are those of a minute-by-minute walk`, () => {
    const from = Date.UTC(2024, 0, 1);

    const window: Window = { ...production, zone, days: "weekends", from: "02:15", to: "05:45" };

    assert.deepEqual(differences(window, from, Date.UTC(2034, 0, 1)), []);
  });
}

test("any window in any zone is that of a minute-by-minute walk", () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom("00", "15", "30", "45", "07"))
    .map(([hours, minutes]) => `${String(hours).padStart(2, "0")}:${minutes}`);
  const window = fc.record({
    environment: fc.constant("production"),
    days: fc.oneof(
      fc.constantFrom("any" as const, "weekdays" as const, "weekends" as const),
      fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 7 }),
    ),
    from: time,
    to: fc.oneof(time, fc.constant("24:00")),
    zone: fc.constantFrom(...zones, "Africa/Casablanca", "America/St_Johns", "Pacific/Apia", "Africa/Cairo"),
    cadence: fc.constantFrom("any" as const, "week" as const, "month" as const, "quarter" as const),
  });
  // Months in which clocks change somewhere, Samoa's lost day among them.
  const months = fc.constantFrom([2011, 11], [2026, 2], [2026, 3], [2026, 9], [2026, 10], [2031, 1], [2030, 8]);

  fc.assert(
    fc.property(window, months, (given, [year = 2026, month = 0]) => {
      const from = Date.UTC(year, month, 1);
      assert.deepEqual(differences(given, from, from + 45 * day), []);
    }),
    { numRuns: 60 },
  );
});

test("a window that begins in the hour the clocks skip opens at the first moment after it and is as long as ever", () => {
  const from = Date.UTC(2027, 2, 27);

  const opening = nextOpening(compileWindow(production, [], from, from + 7 * day), from);

  // In Paris 2027-03-28 02:00 does not exist; 03:00 is 01:00 UTC.
  assert.equal(opening?.from, Date.UTC(2027, 2, 28, 1));
  assert.equal((opening?.until ?? 0) - (opening?.from ?? 0), 4 * hour);
});

test("a window that begins in the hour that comes twice opens at the first", () => {
  const from = Date.UTC(2026, 9, 24);

  const opening = nextOpening(compileWindow(production, [], from, from + 7 * day), from);

  assert.equal(opening?.from, Date.UTC(2026, 9, 25, 0));
});

test("any day, all day, is open without an end, also on days of 25 hours", () => {
  const from = Date.UTC(2026, 9, 20);
  const always: Window = { ...production, days: "any", from: "00:00", to: "24:00", cadence: "any" };

  const openings = openingsIn(compileWindow(always, [], from, from + 14 * day), from, from + 14 * day);

  assert.equal(openings.length, 1);
});

test("openings of one quarter share its turn, those of the next have the next", () => {
  const line = compileWindow(production, [], Date.UTC(2026, 8, 14), Date.UTC(2026, 9, 15));

  const turns = openingsIn(line, line.from, line.until).map(({ turn }) => turn);

  assert.deepEqual(turns, [226, 226, 227, 227]);
});

test("a freeze cuts out its time and leaves the rest of the opening", () => {
  const freeze = { from: "2026-11-22T02:00:00Z", until: "2026-11-22T03:00:00Z", reason: "a demonstration" };
  const from = Date.UTC(2026, 10, 20);
  const line = compileWindow(production, frozenIn("production", [freeze]), from, from + 5 * day);

  const pieces = openingsIn(line, from, from + 5 * day).map((opening) => [opening.from, opening.until]);

  assert.deepEqual(pieces, [
    [Date.UTC(2026, 10, 22, 1), Date.UTC(2026, 10, 22, 2)],
    [Date.UTC(2026, 10, 22, 3), Date.UTC(2026, 10, 22, 5)],
  ]);
});

test("no moment of a freeze is ever open", () => {
  const from = Date.UTC(2026, 0, 1);
  const span = fc
    .tuple(fc.integer({ min: 0, max: 60 * 24 }), fc.integer({ min: 1, max: 200 }))
    .map(([start, hours]) => ({
      from: new Date(from + start * hour).toISOString(),
      until: new Date(from + (start + hours) * hour).toISOString(),
      reason: "because",
    }));

  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), (freezes) => {
      const window: Window = { ...production, days: "any", from: "01:00", to: "23:00", cadence: "any" };
      const line = compileWindow(window, frozenIn("production", freezes), from, from + 70 * day);
      const plain = compileWindow(window, [], from, from + 70 * day);
      for (let at = from; at < from + 70 * day; at += 30 * minute) {
        const isFrozen = freezes.some((one) => Date.parse(one.from) <= at && at < Date.parse(one.until));
        assert.equal(openAt(line, at) !== undefined, !isFrozen && openAt(plain, at) !== undefined);
      }
    }),
    { numRuns: 50 },
  );
});

test("a freeze of another environment changes nothing here", () => {
  const freeze = { environment: "staging", from: "2026-11-22", until: "2026-11-23", reason: "a demonstration" };

  assert.deepEqual(frozenIn("production", [freeze]), []);
});
