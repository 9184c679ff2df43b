import assert from "node:assert/strict";
import { test } from "node:test";
import { isSameThing } from "./same-thing.ts";

test("another filter asks of the same thing, another id or environment does not", () => {
  const week = { query: { environment: "production", from: "2026-11-16" } };

  assert.equal(isSameThing(week, { query: { environment: "production", from: "2026-11-23" } }), true);
  assert.equal(isSameThing(week, { query: { environment: "staging", from: "2026-11-16" } }), false);
  assert.equal(isSameThing(week, { query: { environment: undefined } }), false);
  assert.equal(isSameThing({ path: { id: "1" } }, { path: { id: "2" } }), false);
  assert.equal(isSameThing({}, { query: {} }), true);
});
