import assert from "node:assert/strict";
import { test } from "node:test";
import { calls } from "./calls.ts";
import { labAnswers } from "./lab-answers.ts";
import { differencesFrom, readRecording } from "./recording.ts";

test("the lab's cluster answers as a real kube-apiserver was recorded to", async () => {
  const { answers, server } = readRecording();

  assert.equal(server, "v1.31.4", "the version that the lab says it is");
  assert.deepEqual(differencesFrom(answers, await labAnswers(), calls), []);
});

test("each call stands once, and what differs says why", () => {
  const ids = calls.map(({ id }) => id);

  assert.deepEqual(ids, [...new Set(ids)]);
  for (const { differs } of calls) assert.ok(differs === undefined || differs.length > 20);
});

test("an answer that changed, a note that is out of date and a call that was never recorded are told", () => {
  const answer = { status: 200, type: "application/json", seen: 1 };
  const call = { about: "x", as: "admin", method: "GET", path: "/" } as const;
  const told = differencesFrom(
    { same: answer, other: answer, noted: answer, gone: answer },
    { same: answer, other: { ...answer, seen: 2 }, noted: answer, fresh: answer },
    [
      { ...call, id: "same" },
      { ...call, id: "other" },
      { ...call, id: "noted", differs: "it did once" },
      { ...call, id: "fresh" },
    ],
  );

  assert.deepEqual(
    told.map((line) => line.slice(0, 30)),
    [
      "gone: recorded, and asked no m",
      'other: {"status":200,"type":"a',
      "noted: is said to differ, and ",
      "fresh: never recorded",
    ],
  );
});
