import assert from "node:assert/strict";
import { test } from "node:test";
import { ordered } from "./table-order.ts";

const columns = [{ id: "size", compare: (a: number, b: number) => a - b }, { id: "name" }];

test("rows follow the column that the address names, either way", () => {
  assert.deepEqual(ordered([2, 3, 1], columns, "size"), [1, 2, 3]);
  assert.deepEqual(ordered([2, 3, 1], columns, "-size"), [3, 2, 1]);
});

test("a column that is unknown or cannot be compared leaves the server's order", () => {
  for (const sort of [undefined, "", "-", "name", "nonsense"])
    assert.deepEqual(ordered([2, 3, 1], columns, sort), [2, 3, 1]);
});
