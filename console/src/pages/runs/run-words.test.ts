import assert from "node:assert/strict";
import { test } from "node:test";
import { effectWords, lookOf, receiptWords, secondsOf, shortOf, wantsPerson, whyOf } from "./run-words.ts";

const run = {
  state: "running",
  waitsFor: null,
  reason: null,
  position: 2,
  steps: 9,
  direction: "do",
  wanted: null,
} as const;

test("a run that waits says for what, people louder than the clock", () => {
  assert.deepEqual(lookOf({ state: "waiting", waitsFor: "decision" }), ["needs a decision", "red", "question"]);
  assert.deepEqual(lookOf({ state: "waiting", waitsFor: "time" })[1], "blue");
  assert.equal(lookOf({ state: "done", waitsFor: null })[0], "done");
  assert.equal(wantsPerson({ state: "waiting", waitsFor: "approval" }), true);
  assert.equal(wantsPerson({ state: "waiting", waitsFor: "retry" }), false);
});

test("why it stands there is its reason, or how far it is; what was asked of it comes along", () => {
  assert.equal(whyOf(run), "Step 3 of 9.");
  assert.equal(
    whyOf({ ...run, reason: "No worker.", wanted: "pause" }),
    "No worker. To pause was asked for, and comes after this step.",
  );
  assert.equal(whyOf({ ...run, state: "done", position: 9 }), "All 9 steps are behind it.");
  assert.equal(whyOf({ ...run, state: "done", position: 1, steps: 1 }), "Its one step is behind it.");
  assert.equal(whyOf({ ...run, direction: "undo", position: -1 }), "It takes back what it did, the last first.");
});

test("a run that has not ended takes until now, and never less than nothing", () => {
  const begun = { createdAt: "2026-11-20T10:00:00.000Z", startedAt: "2026-11-20T10:00:30.000Z", endedAt: null };
  assert.equal(secondsOf(begun, Date.parse("2026-11-20T10:01:00.000Z")), 30);
  assert.equal(secondsOf({ ...begun, endedAt: "2026-11-20T10:02:30.000Z" }, 0), 120);
  assert.equal(secondsOf(begun, 0), 0);
});

test("a heading is short, however much a step has to say", () => {
  assert.equal(
    shortOf("Argo CD puts back Deployment a/b (replicas from 1 to 2). What was set is gone"),
    "Argo CD puts back Deployment a/b",
  );
  assert.equal(shortOf("x".repeat(300)).length, 110);
  assert.equal(shortOf(`Remove 90 backups: ${"mlflow-database-1, ".repeat(9)}`), "Remove 90 backups");
  assert.equal(shortOf("Remove 1 backup: mlflow-database-1"), "Remove 1 backup: mlflow-database-1");
  assert.equal(shortOf(""), "");
});

test("a step that can be taken back does not read as if it had been", () => {
  assert.equal(effectWords("the Lease is given back"), "can be taken back: the Lease is given back");
  assert.equal(effectWords("irreversible"), "cannot be taken back");
  assert.equal(effectWords("none"), undefined);
});

test("a step that can lose data says whose backup receipt it demands", () => {
  assert.equal(receiptWords(null), undefined);
  const ofOne = receiptWords({ component: null, stores: ["mlflow/database", "mlflow/objects"] });
  assert.equal(ofOne, "starts only with a fresh backup receipt of mlflow/database, mlflow/objects");
  assert.match(receiptWords({ component: "gitlab", stores: [] }) ?? "", /every store of gitlab$/);
  assert.match(receiptWords({ component: null, stores: [] }) ?? "", /every store of the environment$/);
});
