import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration } from "./duration.ts";

test("a length is told in the unit that people would choose, and one of it is one", () => {
  const told = [0, 0.4, 0.6, 1, 59, 89, 90, 5399, 5400, 7200, undefined].map(formatDuration);

  assert.deepEqual(told, [
    "under a second",
    "under a second",
    "1 second",
    "1 second",
    "59 seconds",
    "89 seconds",
    "2 minutes",
    "90 minutes",
    "1.5 hours",
    "2 hours",
    "not measured",
  ]);
});
