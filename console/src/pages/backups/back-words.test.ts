import assert from "node:assert/strict";
import { test } from "node:test";
import { backWords } from "./back-words.ts";

const times = { rtoMinutes: 10, perDaySeconds: 10, inMonthSeconds: 430, exceedsAt: null, measured: [{ seconds: 130 }] };

test("where restore times lead is said only of what has a trend", () => {
  assert.equal(
    backWords({ ...times, perDaySeconds: null, inMonthSeconds: null }),
    "no trend yet: too few measurements, or all within a day",
  );
  assert.equal(backWords({ ...times, perDaySeconds: 0.01 }), "it stays as it is");
  assert.equal(backWords(times), "7 min in 30 days if it goes on so");
});

test("from when it takes too long is announced, unless it does so already", () => {
  const exceeds = { ...times, exceedsAt: "2027-01-10T00:00:00.000Z" };
  assert.match(backWords(exceeds), /longer than it may from$/);
  assert.doesNotMatch(backWords({ ...exceeds, measured: [{ seconds: 700 }] }), /longer/);
});
