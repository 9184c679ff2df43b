import assert from "node:assert/strict";
import { test } from "node:test";
import { farIn, linesOfAttempts, withEvent } from "./live-lines.ts";

const at = "2026-11-20T10:00:00.000Z";

const said = [
  { at: "2026-11-20T10:00:01.000Z", text: "one" },
  { at: "2026-11-20T10:00:02.000Z", text: "two" },
];

test("events become lines in their order, and one that is told twice is shown once", () => {
  const events = [
    {
      event: "state",
      id: "1",
      data: { at, data: { state: "waiting", waitsFor: "approval", reason: "Somebody agrees." } },
    },
    { event: "decision", id: "2", data: { at, data: { what: "Approved", by: "Kim" } } },
    { event: "log", id: "3", data: { at, data: { lines: said } } },
    { event: "log", id: "3", data: { at, data: { lines: said } } },
    {
      event: "step",
      id: "4",
      data: { at, data: { name: "restart#1", direction: "do", outcome: "failed", message: "no" } },
    },
  ];

  const lines = events.reduce(withEvent, [] as ReturnType<typeof withEvent>);

  assert.deepEqual(
    lines.map(({ who, text, loud, at: when }) => [who, text, loud, when.slice(17, 19)]),
    [
      ["run", "waiting for approval: Somebody agrees.", false, "00"],
      ["Kim", "Approved", false, "00"],
      ["", "one", false, "01"],
      ["", "two", false, "02"],
      ["restart#1", "failed: no", true, "00"],
    ],
  );
});

test("an event whose data are of another shape is a line all the same", () => {
  assert.equal(withEvent([], { event: "log", id: "1", data: { at, data: { lines: "no list" } } }).length, 0);
  assert.equal(withEvent([], { event: "log", id: "1", data: { at, data: { lines: ["", null, { at }] } } }).length, 0);
  assert.equal(withEvent([], { event: "state", id: "1", data: { at, data: {} } }).length, 1);
});

test("a run that is over is told by its attempts, with who did what by hand", () => {
  const actor = { kind: "person", id: "local:kim", name: "Kim" } as const;
  const attempt = {
    name: "look#1",
    direction: "do",
    outcome: "done",
    message: "fine",
    evidence: null,
    log: said,
    actor,
    startedAt: at,
    endedAt: at,
  } as const;
  assert.deepEqual(
    linesOfAttempts([attempt]).map(({ at: when, text }) => [when.slice(17, 19), text]),
    [
      ["01", "one"],
      ["02", "two"],
      ["00", "done by Kim: fine"],
    ],
  );
});

const log = (id: string, ...lines: readonly object[]) => ({ event: "log", id, data: { at, data: { lines } } });

test("how far a step is stands as it was said last, until the step says what became of it or ends", () => {
  const alone = { store: "mlflow/database", phase: "comparing", percent: 40, remainingSeconds: 90, remainingOf: "all" };
  const far = { ...alone, whole: undefined };
  const begun = withEvent([], log("1", { at, text: "40 %", far: alone }, { at, text: "a word" }));
  const step = { name: "prove#1", direction: "do", outcome: "done", message: "" };

  assert.deepEqual(farIn(begun), { at, far });
  assert.equal(farIn(withEvent(begun, log("2", { at, text: "mlflow/database: proven", far: {} }))), undefined);
  assert.equal(farIn(withEvent(begun, { event: "step", id: "2", data: { at, data: step } })), undefined);
  assert.equal(farIn(withEvent([], log("1", { at, text: "a word", far: "far" }))), undefined);
});

test("of several stores it says how far all of it is; what has no counts says nothing of that", () => {
  const farOf = (whole: unknown) => farIn(withEvent([], log("1", { at, text: "a word", far: { percent: 1, whole } })));
  const counts = { what: "proofs", done: 3, of: 12 };
  const timed = { ...counts, remainingSeconds: 600, unknown: undefined };
  const untimed = { ...counts, remainingSeconds: undefined, unknown: "no time is known for gitlab/objects" };
  assert.deepEqual(farOf(timed)?.far.whole, timed);
  assert.deepEqual(farOf(untimed)?.far.whole, untimed);
  for (const none of ["3 of 12", null, { done: 3, of: 12 }, { ...counts, of: "12" }])
    assert.equal(farOf(none)?.far.whole, undefined);
  assert.notEqual(farIn(withEvent([], log("1", { at, text: "a word", far: { whole: counts } }))), undefined);
});
