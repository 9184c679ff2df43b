import assert from "node:assert/strict";
import { test } from "node:test";
import { holds, holdsSomewhere } from "./roles.ts";

test("a higher role includes the lower ones, and * counts everywhere", () => {
  assert.equal(holds({ "*": "approver" }, "operator", "production"), true);
  assert.equal(holds({ staging: "operator" }, "operator", "staging"), true);
  assert.equal(holds({ staging: "operator" }, "approver", "staging"), false);
});

test("a role in one environment is none in another, and none for the whole platform", () => {
  assert.equal(holds({ staging: "admin" }, "viewer", "production"), false);
  assert.equal(holds({ staging: "admin" }, "viewer", undefined), false);
  assert.equal(holdsSomewhere({ staging: "admin" }, "operator"), true);
  assert.equal(holdsSomewhere({}, "viewer"), false);
});
