import assert from "node:assert/strict";
import { test } from "node:test";
import { rpoWords } from "./rpo-words.ts";

const store = { rpoHours: 26, ageHours: 3, lastHours: 24, perDayHours: 0.1, inMonthHours: 27, exceedsAt: null };
const rpo = { ...store, stores: [store] };

test("where the time between proven backups leads is said only of what has a trend", () => {
  assert.equal(rpoWords({ ...rpo, lastHours: null }), "only one backup of each was proven so far");
  assert.match(rpoWords({ ...rpo, perDayHours: null, inMonthHours: null }), /^24 h between .*; no trend yet/);
  assert.match(rpoWords({ ...rpo, perDayHours: 0, inMonthHours: 24 }), /it stays as it is$/);
  assert.match(rpoWords({ ...rpo, perDayHours: 0, inMonthHours: 48 }), /2 d in 30 days if it goes on so$/);
  assert.match(rpoWords(rpo), /; 27 h in 30 days if it goes on so$/);
});

test("from when more is lost than may be is announced, unless it is so already by a store's own measure", () => {
  const exceeds = { ...rpo, exceedsAt: "2027-01-10T00:00:00.000Z" };
  assert.match(rpoWords(exceeds), /more than may be lost from$/);
  assert.doesNotMatch(rpoWords({ ...exceeds, stores: [store, { ...store, rpoHours: 6 }] }), /may be lost from/);
  assert.match(
    rpoWords({ ...exceeds, lastHours: 30, stores: [{ ...store, rpoHours: 40, lastHours: 30 }] }),
    /lost from$/,
  );
});
