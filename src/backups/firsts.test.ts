import assert from "node:assert/strict";
import { test } from "node:test";
import { byText, Firsts } from "./firsts.ts";

test("of what comes the first are held in their order, however many come", () => {
  const names = new Firsts<string>(3, byText);
  for (let index = 999; index >= 0; index -= 1) names.add(String(index).padStart(3, "0"));
  assert.deepEqual([names.count, names.first], [1000, ["000", "001", "002"]]);
});
