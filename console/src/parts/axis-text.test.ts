import assert from "node:assert/strict";
import { test } from "node:test";
import { axisTexts } from "./axis-text.ts";

const seconds = (text: string): number => Date.parse(text) / 1000;

test("below a chart stands the time of day in the zone on screen, with the day where one begins", () => {
  const moments = ["2026-11-19T19:00:00Z", "2026-11-19T22:00:00Z", "2026-11-20T01:00:00Z"].map(seconds);

  assert.deepEqual(axisTexts(moments, "UTC"), ["19:00\n11-19", "22:00", "01:00\n11-20"]);
  assert.deepEqual(axisTexts(moments, "Europe/Berlin"), ["20:00\n11-19", "23:00", "02:00\n11-20"]);
});

test("days apart, only the days stand there", () => {
  assert.deepEqual(axisTexts(["2026-11-19T00:00:00Z", "2026-11-21T00:00:00Z"].map(seconds), "UTC"), ["11-19", "11-21"]);
  assert.deepEqual(axisTexts([], "UTC"), []);
});
