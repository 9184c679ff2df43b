import assert from "node:assert/strict";
import { test } from "node:test";
import { matching } from "./jump-targets.ts";

const things = ["Overview", "Work", "Journal", "Components"].map((title) => ({ title }));
const found = (text: string): readonly string[] => matching(things, text).map(({ title }) => title);

test("a page is found by letters in their order, what begins with them first", () => {
  assert.deepEqual(found("jr"), ["Journal"]);
  assert.deepEqual(found("W"), ["Work", "Overview"]);
  assert.deepEqual(found(""), ["Overview", "Work", "Journal", "Components"]);
  assert.deepEqual(found("zz"), []);
});
