import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as check, property, string } from "fast-check";
import { idOf } from "./digest.ts";
import { InputError, messageOf, SystemError } from "./errors.ts";
import { absent, known, unknown } from "./fact.ts";
import { daysBetween, instantOf, parseInstant } from "./instant.ts";

test("an id is the same on every machine, for ever", () => {
  assert.equal(idOf(["a", "bc"]), "5310a58788781ab2");
  assert.equal(idOf([]), "e3b0c44298fc1c14");
});

test("the same text cut elsewhere is another id", () => {
  check(
    property(array(string()), array(string()), (a, b) => {
      assert.equal(idOf(a) === idOf(b), JSON.stringify(a) === JSON.stringify(b));
    }),
  );
  assert.notEqual(idOf(["ab", "c"]), idOf(["a", "bc"]));
});

test("a moment is read from ISO 8601 and written in UTC; what is none is not guessed", () => {
  assert.equal(parseInstant("2026-11-20T23:37:46+01:00"), "2026-11-20T22:37:46.000Z");
  assert.equal(parseInstant("2026-11-20"), "2026-11-20T00:00:00.000Z");
  assert.equal(parseInstant("soon"), undefined);
  assert.equal(parseInstant(""), undefined);
});

test("days are whole and rounded down, before as after", () => {
  const day = instantOf(Date.UTC(2026, 0, 1));
  assert.equal(daysBetween(day, instantOf(Date.UTC(2026, 0, 2, 23))), 1);
  assert.equal(daysBetween(day, instantOf(Date.UTC(2025, 11, 31, 23))), -1);
});

test("absent, known and unknown are three things", () => {
  const at = instantOf(0);
  assert.deepEqual(known(1, "file"), { kind: "known", value: 1, source: "file" });
  assert.deepEqual(known(1, "file", at), { kind: "known", value: 1, source: "file", at });
  assert.deepEqual(absent("file"), { kind: "absent", source: "file" });
  assert.deepEqual(absent("file", at), { kind: "absent", source: "file", at });
  assert.deepEqual(unknown("why", "how"), { kind: "unknown", why: "why", howToLearn: "how" });
});

test("errors keep their cause and their remedy; whatever was thrown has a message", () => {
  const cause = new Error("inner");
  const error = new SystemError("outer", "retry", { cause });
  assert.deepEqual([error.name, error.remedy, error.cause], ["SystemError", "retry", cause]);
  assert.equal(new InputError("x").name, "InputError");
  assert.deepEqual([messageOf(error), messageOf("text"), messageOf(undefined)], ["outer", "text", "undefined"]);
});
