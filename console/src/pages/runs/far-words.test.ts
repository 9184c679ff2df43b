import assert from "node:assert/strict";
import { test } from "node:test";
import { farWords } from "./far-words.ts";

const at = "2026-11-20T10:00:00.000Z";
const own = {
  store: "mlflow/database",
  phase: "comparing",
  percent: 40,
  remainingSeconds: 120,
  remainingOf: "all",
  whole: undefined,
};
const counts = { what: "proofs", done: 3, of: 12, remainingSeconds: undefined, unknown: undefined };

/** What is read so many seconds after it was said. */
function words(far: Parameters<typeof farWords>[0]["far"], seconds = 0): string {
  return farWords({ at, far, now: Date.parse(at) + seconds * 1000, zone: "UTC" });
}

test("of one store it says what is done, how much of it, and until when", () => {
  assert.equal(words(own), "mlflow/database · comparing · 40 % · some 2 min left, until 10:02:00");
  assert.equal(
    words({ ...own, remainingOf: "bytes" }, 60),
    "mlflow/database · comparing · 40 % · the rest in some 1 min, until 10:02:00",
  );
  for (const none of [words(own, 120), words({ ...own, remainingSeconds: 1e300 })])
    assert.equal(none, "mlflow/database · comparing · 40 %");
});

test("of several it begins with how far all of it is, and the moment is the one at which all is over", () => {
  const whole = { ...counts, remainingSeconds: 600 };
  assert.equal(
    words({ ...own, whole }),
    "3 of 12 proofs done, some 10 min left, until 10:10:00 · mlflow/database · comparing · 40 % · some 2 min left",
  );
  assert.equal(words({ ...own, whole }, 700), "3 of 12 proofs done · mlflow/database · comparing · 40 %");
});

test("a time that nobody knows is called so, and where nothing is left no time is told", () => {
  const unknown = "no time is known for gitlab/objects";
  assert.equal(
    words({ ...own, remainingSeconds: undefined, whole: { ...counts, unknown } }),
    "3 of 12 proofs done, time left unknown · mlflow/database · comparing · 40 %",
  );
  const last = { store: undefined, phase: "looking", percent: undefined, remainingSeconds: undefined };
  assert.equal(words({ ...own, ...last, whole: { ...counts, done: 12 } }), "12 of 12 proofs done · looking");
});
