import assert from "node:assert/strict";
import { test } from "node:test";
import { windows as guides } from "../guides/numbers.ts";
import { conventionalName } from "./config.ts";
import { Duty, Freeze, usualWindows, Window, windowsOf } from "./schedule.ts";

test("the usual windows are the guides'", () => {
  const hours = (window: Window): number => Number(window.to.slice(0, 2)) - Number(window.from.slice(0, 2));
  assert.deepEqual(
    usualWindows.map((window) => [window.environment, hours(window), window.cadence]),
    guides.map(({ environment, lengthHours = 24, every }) => [
      conventionalName(environment),
      lengthHours,
      every === "as needed" ? "any" : every,
    ]),
  );
  for (const window of usualWindows) assert.deepEqual(Window.parse(window), window);
});

test("declared windows replace the usual ones of their environment alone", () => {
  const own = Window.parse({
    environment: "prod",
    days: ["Saturday"],
    from: "22:00",
    to: "02:00",
    zone: "Europe/Berlin",
  });
  assert.deepEqual(windowsOf("prod", [own]), [own]);
  assert.equal(windowsOf("staging", [own])[0]?.from, "02:00");
  assert.equal(windowsOf("prod", [])[0]?.environment, "prod");
  assert.deepEqual(windowsOf("canary", [own]), []);
});

test("times, zones and days that do not exist are refused", () => {
  const right = { environment: "prod", days: ["Sunday"], from: "02:00", to: "06:00", zone: "UTC" };
  assert.ok(Window.safeParse(right).success);
  for (const wrong of [
    { from: "2:00" },
    { to: "24:30" },
    { zone: "Mars/Base" },
    { days: ["Sun"] },
    { days: [] },
    { day: 1 },
  ])
    assert.ok(!Window.safeParse({ ...right, ...wrong }).success, JSON.stringify(wrong));
});

test("a freeze ends after it begins", () => {
  const reason = "end of year";
  assert.ok(Freeze.safeParse({ from: "2026-12-20", until: "2027-01-02T08:00:00+01:00", reason }).success);
  assert.ok(!Freeze.safeParse({ from: "2026-12-20", until: "2026-12-20", reason }).success);
  assert.ok(!Freeze.safeParse({ from: "20.12.2026", until: "2027-01-02", reason }).success);
});

test("a duty says when in words that a calendar can read", () => {
  for (const on of ["09:00", "Monday 9:00", "first Friday", "last Sunday 02:00", "end of quarter", "day 15 10:00"])
    assert.ok(Duty.safeParse({ id: "mine", on }).success, on);
  for (const on of ["soon", "Moonday", "fifth Friday", "Monday at 9", "end of week", "day x"])
    assert.ok(!Duty.safeParse({ id: "mine", on }).success, on);
});
