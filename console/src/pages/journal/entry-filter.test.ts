import assert from "node:assert/strict";
import { test } from "node:test";
import { filterOf } from "./entry-filter.ts";

test("days of the address are whole days, the last one included", () => {
  const { from, until } = filterOf({ from: "2026-11-01", until: "2026-11-30" });

  assert.deepEqual([from, until], ["2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z"]);
});

test("that secrets were used is left out until a kind is chosen", () => {
  assert.equal(filterOf({}).without, "access");
  assert.deepEqual([filterOf({ kind: "access" }).kind, filterOf({ kind: "access" }).without], ["access", undefined]);
});

test("what cannot be a filter is none", () => {
  assert.deepEqual(filterOf({ kind: "gossip", from: "yesterday", until: "2026-99-99", link: "incident" }), {
    kind: undefined,
    without: "access",
    environment: undefined,
    from: undefined,
    until: undefined,
    text: undefined,
    link: undefined,
  });
});
