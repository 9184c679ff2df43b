import assert from "node:assert/strict";
import { test } from "node:test";
import { estimateText, filterOf, whyOf } from "./order-words.ts";

const order = { state: "planned", waiting: [] } as const;

test("an order that waits says the first reason and how many more there are", () => {
  assert.equal(whyOf({ ...order, waiting: ["the window is closed"] }), "not now: the window is closed");
  assert.equal(whyOf({ ...order, waiting: ["a", "b", "c"] }), "not now: a, and 2 more");
  assert.equal(whyOf(order), "nothing stands against it");
});

test("an order that runs or is over says by what", () => {
  assert.equal(whyOf({ ...order, state: "running", run: "14a0" }), "run 14a0 does it");
  assert.equal(whyOf({ ...order, state: "cancelled", outcome: "no longer needed" }), "no longer needed");
});

test("an estimate says what it rests on", () => {
  assert.equal(
    estimateText({ forwardMinutes: 60, rollbackMinutes: 30, basis: "assumed", samples: 0 }),
    "60 min, and 30 min to put it back (assumed)",
  );
  assert.match(
    estimateText({ forwardMinutes: 9, rollbackMinutes: 3, basis: "measured", samples: 4 }),
    /measured, 4 times/,
  );
});

test("the address is the filter of work, and nonsense in it is none", () => {
  assert.deepEqual(filterOf({ state: "lost", text: " gitlab " }), {
    state: undefined,
    environment: undefined,
    component: undefined,
    text: "gitlab",
  });
});
