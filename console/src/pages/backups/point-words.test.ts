import assert from "node:assert/strict";
import { test } from "node:test";
import { verdictOf } from "./point-words.ts";

test("the last proof that tells counts; one that could not tell says nothing", () => {
  const proofs = [{ verdict: "unknown" }, { verdict: "failed" }, { verdict: "proven" }];
  assert.equal(verdictOf({ content: { proofs } }), "failed");
  assert.equal(verdictOf({ content: {} }), "not-proven");
  assert.equal(verdictOf({ content: { proofs: ["x", null, { verdict: 1 }] } }), "not-proven");
});
