import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { logOf, type ToldLine } from "./step-log.ts";

const at = instantOf(Date.UTC(2026, 10, 20, 9));

/** A log, and what it tells within a second. */
function watched() {
  const { promise, resolve } = Promise.withResolvers<readonly ToldLine[]>();
  const log = logOf({
    redact: (text) => text.replaceAll("hunter2", "***"),
    now: () => at,
    tell: async (lines) => resolve(lines),
  });
  return { log, told: promise };
}

test("how far a step is goes to whoever watches, redacted, and is not kept", async () => {
  const { log, told } = watched();
  log.add("begun");
  const whole = { what: "proofs", done: 1, of: 2 };
  log.add("a: 5 %", {
    store: "a",
    phase: "reading hunter2",
    percent: 5,
    whole: { ...whole, unknown: "hunter2 is slow" },
  });

  assert.deepEqual(await told, [
    { at, text: "begun" },
    {
      at,
      text: "a: 5 %",
      far: { store: "a", phase: "reading ***", percent: 5, whole: { ...whole, unknown: "*** is slow" } },
    },
  ]);
  assert.deepEqual(log.lines(), [
    { at, text: "begun" },
    { at, text: "a: 5 %" },
  ]);
});

test("what is too much to be kept is told all the same where it says how far the step is", async () => {
  const { log, told } = watched();
  for (let line = 0; line < 300; line += 1) log.add(`line ${line}`);
  log.add("50 %", { percent: 50 });

  const lines = await told;
  assert.equal(lines.length, 201);
  assert.deepEqual(lines.at(-1), { at, text: "50 %", far: { percent: 50 } });
  assert.equal(log.lines().at(-1)?.text, "… and 101 more lines");
});
