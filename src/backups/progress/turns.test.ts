import assert from "node:assert/strict";
import { test } from "node:test";
import { followBy } from "./follow.ts";
import type { HowFar } from "./line.ts";
import { following, type Turn, wholeOf } from "./turns.ts";

const turns: readonly Turn[] = [
  { store: "mlflow/database", millis: 10_000 },
  { store: "gitlab/objects", millis: 60_000 },
  { store: "keycloak/database", millis: 500 },
];
const untimed = [...turns.slice(0, 2), { store: "gitlab/redis", millis: undefined }];
const reading: HowFar = { seconds: 6, remainingSeconds: 4, remainingOf: "all" };

test("what is left of all is what is left of this one and the times of those that follow", () => {
  assert.deepEqual(wholeOf({ turns, before: 0 }, reading), { done: 0, of: 3, remainingSeconds: 65 });
  assert.deepEqual(wholeOf({ turns, before: 2 }, reading), { done: 2, of: 3, remainingSeconds: 4 });
});

test("one that is over is done, whatever came of it, and when each had its turn nothing is left", () => {
  assert.deepEqual(wholeOf({ turns, before: 1 }, undefined), { done: 2, of: 3, remainingSeconds: 1 });
  assert.deepEqual(wholeOf({ turns, before: 2 }, undefined), { done: 3, of: 3 });
  assert.deepEqual(wholeOf({ turns, before: 3 }, { seconds: 4 }), { done: 3, of: 3 });
});

test("with one that was never timed it is unknown how long all take, and said which", () => {
  const unknown = "never timed yet: gitlab/redis";
  assert.deepEqual(wholeOf({ turns: untimed, before: 0 }, reading), { done: 0, of: 3, unknown });
  assert.deepEqual(wholeOf({ turns: untimed, before: 1 }, undefined), { done: 2, of: 3, unknown });
});

test("with one that takes longer than the last time it is unknown, until that one is over", () => {
  const late: HowFar = { seconds: 30, remainingSeconds: 2, remainingOf: "bytes" };
  const unknown = "mlflow/database takes longer than the last time";
  assert.deepEqual(wholeOf({ turns, before: 0 }, late), { done: 0, of: 3, unknown });
  assert.deepEqual(wholeOf({ turns, before: 0 }, { seconds: 30 }), { done: 0, of: 3, unknown });
  assert.deepEqual(wholeOf({ turns, before: 0 }, undefined), { done: 1, of: 3, remainingSeconds: 61 });
});

test("each line of a store says how far all are, the last one that it is done", () => {
  const clock = { now: 0 };
  const told: HowFar[] = [];
  const tell = (_: string | undefined, far: HowFar): void => void told.push(far);
  const follow = followBy({ tell, now: () => clock.now, everyMillis: 1000, over: tell });
  const [, second] = turns;

  const followed = following(follow, { turns, before: 1 })({ store: "gitlab/objects", millis: second?.millis });
  clock.now = 20_000;
  followed.moved(1);
  followed.end();

  assert.deepEqual(
    told.map(({ whole }) => whole),
    [
      { done: 1, of: 3, remainingSeconds: 41 },
      { done: 2, of: 3, remainingSeconds: 1 },
    ],
  );
});
