import assert from "node:assert/strict";
import { test } from "node:test";
import { Filter } from "./filter.ts";

test("what was added may be there, and of others few look so", () => {
  const filter = new Filter();
  const pathOf = (index: number): string => `artifacts/${index % 100}/run-${index}/model`;
  for (let index = 0; index < 100_000; index += 1) filter.add(pathOf(index));

  for (let index = 0; index < 100_000; index += 1) assert.ok(filter.mayHave(pathOf(index)));
  let wrong = 0;
  for (let index = 100_000; index < 200_000; index += 1) if (filter.mayHave(pathOf(index))) wrong += 1;
  assert.ok(wrong < 1000, `${wrong} of 100000 look like one of them`);
});
