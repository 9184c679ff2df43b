import assert from "node:assert/strict";
import { test } from "node:test";
import { systems } from "../../systems/index.ts";
import { brokenExamples } from "../examples.ts";
import { generalRules } from "./index.ts";

for (const rule of generalRules) {
  test(`${rule.id} does on its examples what its page says`, async () => {
    assert.deepEqual(await brokenExamples(rule, systems), []);
  });
}
