import assert from "node:assert/strict";
import { test } from "node:test";
import { filterOf } from "./run-filter.ts";

test("the address is the filter of runs, and nonsense in it is none", () => {
  assert.deepEqual(filterOf({ view: "live", state: "sleeping", procedure: " put-back ", text: "" }), {
    live: "true",
    state: undefined,
    environment: undefined,
    procedure: "put-back",
    text: undefined,
  });
});
