import assert from "node:assert/strict";
import { test } from "node:test";
import { filterOf } from "./finding-filter.ts";

test("the address is the filter, and nonsense in it is none", () => {
  assert.deepEqual(
    filterOf({ state: "closed", severity: "worst", rule: "pinning-image", tab: "x", text: " ", order: "up" }),
    {
      state: "closed",
      severity: undefined,
      environment: undefined,
      text: undefined,
      sort: undefined,
      rule: "pinning-image",
      group: undefined,
    },
  );
});
