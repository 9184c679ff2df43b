import assert from "node:assert/strict";
import { test } from "node:test";
import { countsText, lasted } from "./words.ts";

test("how long something took is said in the unit in which people think of it", () => {
  assert.deepEqual([400, 9_960, 97_000, 119_400, 1_159_000, 7_199_000, 93_600_000].map(lasted), [
    "0.4 s",
    "10.0 s",
    "97 s",
    "119 s",
    "19 min",
    "120 min",
    "26 h",
  ]);
});

test("what was counted is said in words, one as one", () => {
  const counts = { tables: 19, databases: 1, repositories: 1, encryptedRows: 6 };
  assert.equal(countsText(counts), "19 tables, 1 database, 1 repository, 6 encrypted rows");
});
