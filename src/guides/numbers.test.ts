import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cadences, clocks, dependencyCadences, retentions, sayMinutes, sayWindow, windows } from "./numbers.ts";

const shared = join(import.meta.dirname, "../../../shared");
const asked = join(shared, "requirements.md");

test("a window and a length read as people say them", () => {
  const production = windows.find((window) => window.environment === "prod");
  const local = windows.find((window) => window.environment === "local");

  assert.ok(production !== undefined && local !== undefined);
  assert.equal(sayWindow(production), "Sundays 2–6, every quarter, 4 h");
  assert.equal(sayWindow(local), "any time, as needed");
  assert.deepEqual(
    cadences.map((cadence) => sayMinutes(cadence.minutes)),
    ["15 min", "30 min", "2 h", "4 h", "8 h"],
  );
});

test("a window is as long as its hours", () => {
  for (const { hours, lengthHours } of windows)
    assert.equal(hours === undefined ? undefined : hours[1] - hours[0], lengthHours);
});

test("the clocks run from a day to ninety, the gravest first", () => {
  assert.deepEqual(
    clocks.map(({ hours }) => hours),
    [24, 168, 720, 2160],
  );
});

test("the numbers are those that were asked for", {
  skip: existsSync(asked) ? false : "not run: shared requirements",
}, () => {
  const text = readFileSync(asked, "utf8");

  const schedule = /CAL-1 .*\((.*?); dependency/.exec(text)?.[1];
  assert.equal(schedule, "daily 15 min; Monday 9:00 30 min; first Friday 2 h; end of quarter 4 h; yearly 8 h");
  assert.deepEqual(
    cadences.map(({ every, at, minutes }) => `${every} ${at} ${sayMinutes(minutes)}`),
    [
      "day automated 15 min",
      "week Monday 9:00 30 min",
      "month first Friday 2 h",
      "quarter end of quarter 4 h",
      "year planned window 8 h",
    ],
  );

  const window = /CAL-2 .*B's four: (.*?)\)/.exec(text)?.[1];
  assert.equal(
    window,
    "local any time; dev weekdays 6–8, weekly, 2 h; staging weekends 2–4, monthly, 2 h; production Sundays 2–6, quarterly, 4 h",
  );
  assert.deepEqual(windows.map(sayWindow), [
    "any time, as needed",
    "weekdays 6–8, every week, 2 h",
    "weekends 2–4, every month, 2 h",
    "Sundays 2–6, every quarter, 4 h",
  ]);

  const clock = /SEC-3 Clocks: (.*?); next/.exec(text)?.[1];
  assert.equal(
    clock,
    "critical 24 h (may skip staging, smoke), high 7 d (full regression), medium 30 d and low 90 d (standard)",
  );
  assert.deepEqual(
    clocks.map(({ severity, hours, suite }) => `${severity} ${hours} ${suite}`),
    ["critical 24 smoke", "high 168 full regression", "medium 720 standard", "low 2160 standard"],
  );

  const kept = /BAK-1 GitLab: (.*?); uploads/.exec(text)?.[1];
  assert.equal(
    kept,
    "PostgreSQL, repositories, LFS daily/30 d; container registry weekly/14 d; CI artifacts weekly/14 d",
  );
  assert.deepEqual(
    retentions.map(({ every, days }) => `${every} ${days}`),
    ["day 30", "day 30", "day 30", "week 14", "week 14", "before upgrades undefined"],
  );

  for (const word of [
    "PostgreSQL quarterly",
    "Redis half-yearly",
    "S3 as needed",
    "Keycloak quarterly",
    "cert-manager monthly",
    "ingress quarterly",
    "Argo CD quarterly",
  ])
    assert.ok(text.includes(word), word);
  assert.deepEqual(
    dependencyCadences.map(({ every }) => every),
    ["quarter", "half-year", "as needed", "quarter", "month", "quarter", "quarter"],
  );
});

test("the numbers are those of the guides' tables", {
  skip: existsSync(shared) ? false : "not run: shared guides",
}, () => {
  const b = readFileSync(join(shared, "seeds/002_169c1644bd9bce9e.txt"), "utf8");
  const rows = (pattern: RegExp): readonly string[][] =>
    b
      .split("\n")
      .filter((line) => pattern.test(line))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );

  assert.deepEqual(
    rows(/^\| (Local|Dev|Staging|Production) /).map((row) => row[1]),
    ["Anytime", "Weekdays 6-8 AM", "Weekends 2-4 AM", "Sundays 2-6 AM"],
  );
  assert.deepEqual(
    rows(/\d+ (min|hours) +\|$/)
      .map((row) => row[3])
      .filter((cell) => cell !== undefined),
    ["15 min", "30 min", "2 hours", "4 hours", "8 hours"],
  );
});
