import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText, exactText, relativeText } from "./time-text.ts";

const now = Date.parse("2026-11-20T09:00:00.000Z");

test("times are told from now, in whole units", () => {
  assert.equal(relativeText("2026-11-20T08:59:30.000Z", now), "now");
  assert.equal(relativeText("2026-11-20T06:10:00.000Z", now), "2 h ago");
  assert.equal(relativeText("2026-11-22T09:00:00.000Z", now), "in 2 d");
  assert.equal(relativeText("2025-06-01T00:00:00.000Z", now), "1 y ago");
  assert.equal(relativeText("never", now), "at no known time");
});

test("exact times are in the zone that is named on screen, on both sides of a change of clocks", () => {
  assert.equal(exactText("2026-11-20T09:05:07.000Z", "Europe/Berlin"), "2026-11-20 10:05");
  assert.equal(exactText("2026-07-20T09:05:07.000Z", "Europe/Berlin", true), "2026-07-20 11:05:07");
  assert.equal(exactText("2026-11-20T00:00:00.000Z", "UTC"), "2026-11-20 00:00");
  assert.equal(exactText("nothing", "UTC"), "nothing");
});

test("lengths are rounded, to the next unit where they reach it", () => {
  assert.deepEqual([59.4, 59.6, 89, 119, 1799, 3599, 86_399, 88_200, 172_799].map(durationText), [
    "59 s",
    "1 min",
    "1 min",
    "2 min",
    "30 min",
    "1 h",
    "1 d",
    "1 d 1 h",
    "2 d",
  ]);
});

test("lengths have at most two units", () => {
  assert.deepEqual([0, 59, 60, 4800, 7200, 90_000, 86_400].map(durationText), [
    "0 s",
    "59 s",
    "1 min",
    "1 h 20 min",
    "2 h",
    "1 d 1 h",
    "1 d",
  ]);
});
