import assert from "node:assert/strict";
import { test } from "node:test";
import { CallError } from "../../api/problem.ts";
import { filterOf, heldText, lastedText, whyOf } from "./incident-words.ts";

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

test("what opened it is said to be well again while it is, and nothing of that once it is over", () => {
  const wellSince = "2026-11-20T12:00:00.000Z";
  assert.equal(
    whyOf({ state: "acknowledged", source: "probe", openedBy: kim, ledBy: kim, wellSince }),
    "a probe opened it, which answers again; Kim has it in hand",
  );
  assert.equal(
    whyOf({ state: "open", source: "rule", openedBy: kim, wellSince }),
    "a finding opened it, which shows no more; nobody has it in hand yet",
  );
  assert.equal(whyOf({ state: "resolved", source: "probe", openedBy: kim, wellSince }), "over, and not closed yet");
});

test("an incident that goes on lasts until now", () => {
  const beganAt = "2026-11-20T10:00:00.000Z";
  assert.equal(lastedText({ beganAt }, Date.parse("2026-11-20T11:30:00.000Z")), "1 h 30 min");
  assert.equal(lastedText({ beganAt, resolvedAt: "2026-11-20T10:05:00.000Z" }, 0), "5 min");
});

test("where none waits nothing is said; where nobody can tell, that is", () => {
  assert.equal(heldText([], undefined), undefined);
  assert.equal(heldText(undefined, undefined), undefined, "not read yet");
  const away = new CallError(503, { detail: "The database does not answer." });
  const notKnown = "Whether alerts wait for what is held down is not known: The database does not answer.";
  assert.equal(heldText(undefined, away), notKnown);
  assert.equal(heldText([], away), notKnown, "that none waited before says nothing of now");
  assert.equal(heldText([{ heldBy: "a" }], away), "1 alert waits: held down by a", "as it was before");
});

test("alerts that wait are told by whom, each once", () => {
  const by = (heldBy: string) => ({ heldBy });
  assert.equal(heldText([by("backup run 7")]), "1 alert waits: held down by backup run 7");
  assert.equal(heldText([by("drill 3"), by("drill 3")]), "2 alerts wait: held down by drill 3");
  assert.equal(heldText([by("a"), by("b"), by("a")]), "3 alerts wait: held down by a and 1 other");
  assert.equal(heldText([by("a"), by("b"), by("c")]), "3 alerts wait: held down by a and 2 others");
});
