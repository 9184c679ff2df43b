import assert from "node:assert/strict";
import { test } from "node:test";
import { cronOf, strikes } from "./cron.ts";

const isAt = (schedule: string, at: string, timeZone?: string): boolean =>
  strikes(cronOf(schedule), Date.parse(at), timeZone);

test("a schedule strikes by the clock of its time zone, through a change of the clocks", () => {
  assert.equal(isAt("0 1 * * *", "2026-11-20T01:00:30Z"), true);
  assert.equal(isAt("0 1 * * *", "2026-11-20T01:01:00Z"), false);
  assert.equal(isAt("0 1 * * *", "2026-07-19T23:00:00Z", "Europe/Paris"), true);
  assert.equal(isAt("0 1 * * *", "2026-11-20T00:00:00Z", "Europe/Paris"), true);
  assert.throws(() => isAt("0 1 * * *", "2026-11-20T00:00:00Z", "Mars/Olympus"), RangeError);
});

test("a date and a weekday mean either, unless one of them is a plain star; a star with a step says something", () => {
  // The 20th of November 2026 is a Friday.
  assert.equal(isAt("0 0 1 * FRI", "2026-11-20T00:00:00Z"), true);
  assert.equal(isAt("0 0 1 * *", "2026-11-20T00:00:00Z"), false);
  assert.equal(isAt("0 0 */2 * 5", "2026-11-20T00:00:00Z"), true);
  assert.equal(isAt("@weekly", "2026-11-22T00:00:00Z"), true);
  assert.equal(isAt("5-20/5 * * jan-nov *", "2026-11-20T03:15:00Z"), true);
});

test("what is no schedule is refused", () => {
  for (const text of ["", "* * * *", "60 * * * *", "* * 0 * *", "5-1 * * * *", "*/0 * * * *", "* * * foo *", "@reboot"])
    assert.throws(() => cronOf(text), /cannot parse schedule/, text);
});
