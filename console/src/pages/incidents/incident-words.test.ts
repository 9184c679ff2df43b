import assert from "node:assert/strict";
import { test } from "node:test";
import { filterOf, lastedText, whyOf } from "./incident-words.ts";

const kim = { kind: "person", id: "local:kim", name: "Kim" } as const;

test("without a word about it, incidents that are not closed are shown", () => {
  assert.deepEqual(filterOf({}), { state: "unclosed", environment: undefined, text: undefined });
  assert.equal(filterOf({ state: "all" }).state, undefined);
  assert.equal(filterOf({ state: "gone" }).state, "unclosed");
});

test("an incident says who has it, or that nobody has", () => {
  assert.equal(
    whyOf({ state: "open", source: "rule", openedBy: kim }),
    "a finding opened it; nobody has it in hand yet",
  );
  assert.equal(
    whyOf({ state: "acknowledged", source: "person", openedBy: kim, ledBy: kim }),
    "opened by Kim; Kim has it in hand",
  );
  assert.match(
    whyOf({ state: "resolved", source: "probe", openedBy: kim, reviewDueAt: "2026-11-30T00:00:00.000Z" }),
    /review is still owed/,
  );
});

test("an incident that goes on lasts until now", () => {
  const beganAt = "2026-11-20T10:00:00.000Z";
  assert.equal(lastedText({ beganAt }, Date.parse("2026-11-20T11:30:00.000Z")), "1 h 30 min");
  assert.equal(lastedText({ beganAt, resolvedAt: "2026-11-20T10:05:00.000Z" }, 0), "5 min");
});
