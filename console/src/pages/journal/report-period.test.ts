import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbour } from "./report-period.ts";

test("the periods beside one touch it", () => {
  const month = { from: "2026-03-01T00:00:00.000Z", until: "2026-04-01T00:00:00.000Z" };

  assert.equal(neighbour(month, -1), "2026-02-28");
  assert.equal(neighbour(month, 1), "2026-04-01");
});
