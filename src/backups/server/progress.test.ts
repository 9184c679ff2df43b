import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepProgress } from "../../kernel/step-progress.ts";
import { progressLog } from "./progress.ts";

/** A step's log by a clock that is set. */
function logged() {
  const said: (readonly [string, StepProgress | undefined])[] = [];
  const clock = { now: 0 };
  const see = progressLog(
    (text, far) => void said.push([text, far]),
    () => clock.now,
  );
  return { said, clock, see };
}

const far = {
  kind: "progress",
  what: "proof",
  store: "mlflow/database",
  seconds: 4,
  done: 1_500_000,
  total: 6_000_000,
};

test("words come as they are said; how far it is every five seconds, and the longer it takes the more seldom", () => {
  const { said, clock, see } = logged();
  see({ kind: "progress", what: "proof", text: "restoring" });
  for (clock.now = 0; clock.now < 600_000; clock.now += 1000) see(far);

  const [words, ...numbers] = said.map(([text]) => text);
  assert.equal(words, "restoring");
  assert.equal(numbers[0], "mlflow/database: 1.5 MB of 6.0 MB");
  assert.ok(numbers.length > 40 && numbers.length < 65, String(numbers.length));
});

test("whoever watches gets the numbers, until it is said what became of the store", () => {
  const { said, see } = logged();
  see({ ...far, phase: "comparing", percent: 25, remainingSeconds: 30, remainingOf: "all" });
  see({ kind: "outcome", store: "mlflow/database", outcome: "backed-up", backup: "mlflow-1", proof: "proven" });

  assert.deepEqual(said, [
    [
      "mlflow/database: 1.5 MB of 6.0 MB, some 30 seconds left; comparing",
      { store: "mlflow/database", phase: "comparing", percent: 25, remainingSeconds: 30, remainingOf: "all" },
    ],
    ["mlflow/database: mlflow-1, proven", {}],
  ]);
});

test("of several stores they get how far all of it is, too", () => {
  const { said, see } = logged();
  const whole = { what: "proofs", done: 3, of: 12, unknown: "no time is known for gitlab/objects" };
  see({ ...far, percent: 25, whole });

  const words = "3 of 12 proofs done, time left unknown; mlflow/database: 1.5 MB of 6.0 MB";
  assert.deepEqual(said, [[words, { store: "mlflow/database", percent: 25, whole }]]);
});

test("lines of other kinds, and what is none, are passed over", () => {
  const { said, see } = logged();
  for (const line of [{ kind: "restored" }, { kind: "progress", done: "much" }, "text", null]) see(line);
  assert.deepEqual(said, []);
});
