import assert from "node:assert/strict";
import { test } from "node:test";
import { isAffected } from "./changes.ts";

test("a change has read anew what shows it, and nothing else", () => {
  assert.equal(isAffected("/findings/{id}", ["findings"]), true);
  assert.equal(isAffected("/overview", ["incidents"]), true);
  assert.equal(isAffected("/findings", ["journal", "duties"]), false);
  assert.equal(isAffected("/me", ["findings", "configuration"]), false);
});

test("kinds that are new to this page, and no kinds, break nothing", () => {
  assert.equal(isAffected("/overview", ["gossip"]), true);
  assert.equal(isAffected("/runs", ["gossip"]), false);
  assert.equal(isAffected("/overview", []), false);
  assert.equal(isAffected(undefined, ["runs"]), false);
});
