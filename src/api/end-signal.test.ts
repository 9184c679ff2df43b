import assert from "node:assert/strict";
import { test } from "node:test";
import { endSignal } from "./end-signal.ts";

test("signals that come together end in order, one that comes later ends at once", () => {
  const ended: string[] = [];
  let millis = 50;
  const signal = endSignal({
    inOrder: () => ended.push("in order"),
    atOnce: () => ended.push("at once"),
    millis: () => millis,
  });

  signal();
  signal();
  millis += 999;
  signal();

  assert.deepEqual(ended, ["in order"]);
  millis += 1;
  signal();
  assert.deepEqual(ended, ["in order", "at once"]);
});
