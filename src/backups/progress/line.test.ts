import assert from "node:assert/strict";
import { test } from "node:test";
import { farWords, lineOf, ProgressLine } from "./line.ts";

const sized = (bytes: number): string => `${bytes} B`;

test("bytes, throughput and the rest are told to a person, and what is done now", () => {
  const far = { seconds: 4, done: 120, total: 400, percent: 30, bytesPerSecond: 30 };
  const rest = { remainingSeconds: 10, remainingOf: "bytes" as const };
  assert.equal(
    farWords("mlflow/database", { ...far, ...rest }, sized),
    "mlflow/database: 120 B of 400 B, 30 B a second, the rest in some 10 seconds",
  );
  assert.equal(
    farWords(undefined, { ...far, remainingSeconds: 10, remainingOf: "all", phase: "reading" }, sized),
    "120 B of 400 B, 30 B a second, some 10 seconds left; reading",
  );
});

test("where no bytes go by it is told for how long, and how much is behind it where that is known", () => {
  assert.equal(farWords(undefined, { seconds: 7 }, sized), "7 seconds so far");
  assert.equal(farWords(undefined, { seconds: 7, percent: 40 }, sized), "40 %, 7 seconds so far");
  assert.equal(
    farWords("a", { phase: "comparing", seconds: 7, done: 9, total: 9 }, sized),
    "a: all of 9 B, 7 seconds so far; comparing",
  );
});

test("of several stores the line begins with how far all are; what nobody knows of them is called so", () => {
  const far = { seconds: 7, percent: 40 };
  const whole = { what: "proofs", done: 1, of: 3 } as const;
  assert.equal(
    farWords("a", { ...far, whole: { ...whole, remainingSeconds: 240 } }, sized),
    "1 of 3 proofs done, some 4 minutes left; a: 40 %, 7 seconds so far",
  );
  assert.equal(
    farWords("a", { ...far, whole: { ...whole, unknown: "no time is known for b" } }, sized),
    "1 of 3 proofs done, time left unknown; a: 40 %, 7 seconds so far",
  );
  assert.equal(
    farWords(undefined, { seconds: 2, phase: "checking", whole: { what: "stores", done: 3, of: 3 } }, sized),
    "3 of 3 stores done; 2 seconds so far; checking",
  );
});

test("a line is read as it was written", () => {
  const said = {
    what: "restore",
    store: "mlflow/database",
    phase: "comparing",
    seconds: 3,
    done: 9,
    total: 9,
    whole: { what: "restores", done: 1, of: 2, unknown: "no time is known for gitlab/objects" },
  } as const;
  assert.deepEqual(ProgressLine.parse(JSON.parse(lineOf(said))), { kind: "progress", ...said });
});
