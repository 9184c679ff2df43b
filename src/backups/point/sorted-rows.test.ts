import assert from "node:assert/strict";
import { test } from "node:test";
import { SortedRows } from "./sorted-rows.ts";

interface Row {
  readonly key: number;
  readonly from: string;
}

function collecting() {
  const written: Row[] = [];
  const rows = new SortedRows<Row>(
    (a, b) => a.key - b.key,
    (row) => void written.push(row),
  );
  return { written, rows };
}

test("rows are written by their key, of equals the first before the others, and each once", () => {
  const { written, rows } = collecting();
  for (const [key, from] of [
    [2, "a"],
    [1, "b"],
    [2, "c"],
  ] as const)
    rows.add({ key, from });
  assert.deepEqual(written, []);

  rows.write();
  rows.write();

  assert.deepEqual(
    written.map(({ from }) => from),
    ["b", "a", "c"],
  );
});

test("fifty thousand are held and no more; what is dropped was not written", () => {
  const { written, rows } = collecting();
  for (let key = 50_000; key > 1; key -= 1) rows.add({ key, from: "a" });
  assert.equal(written.length, 0);
  rows.add({ key: 1, from: "a" });
  assert.deepEqual([written.length, written[0]?.key], [50_000, 1]);

  rows.add({ key: 7, from: "b" });
  rows.add({ key: 8, from: "c" });
  rows.drop(({ from }) => from === "b");
  rows.write();

  assert.deepEqual(written.slice(50_000), [{ key: 8, from: "c" }]);
});
