import assert from "node:assert/strict";
import { test } from "node:test";
import { followBy } from "./follow.ts";
import type { HowFar } from "./line.ts";
import { following, type Turn, wholeOf } from "./turns.ts";

const what = "stores";
const turns: readonly Turn[] = [
  { what, store: "mlflow/database", millis: 10_000 },
  { what, store: "gitlab/objects", millis: 60_000 },
  { what, store: "keycloak/database", millis: 500 },
];
const untimed: readonly Turn[] = [...turns.slice(0, 2), { what, store: "gitlab/redis", millis: undefined }];
const reading: HowFar = { seconds: 6, remainingSeconds: 4, remainingOf: "all" };

test("what is left of all is what is left of this one and the times of those that follow", () => {
  assert.deepEqual(wholeOf({ turns, before: 0 }, reading), { what, done: 0, of: 3, remainingSeconds: 65 });
  assert.deepEqual(wholeOf({ turns, before: 2 }, reading), { what, done: 2, of: 3, remainingSeconds: 4 });
});

test("one that is over is done, whatever came of it, and when each had its turn nothing is left", () => {
  assert.deepEqual(wholeOf({ turns, before: 1 }, undefined), { what, done: 2, of: 3, remainingSeconds: 1 });
  assert.deepEqual(wholeOf({ turns, before: 2 }, undefined), { what, done: 3, of: 3 });
  assert.deepEqual(wholeOf({ turns, before: 3 }, { seconds: 4 }), { what, done: 3, of: 3 });
});

test("with one that was never timed it is unknown how long all take, and said which", () => {
  const unknown = "no time is known for gitlab/redis";
  assert.deepEqual(wholeOf({ turns: untimed, before: 0 }, reading), { what, done: 0, of: 3, unknown });
  assert.deepEqual(wholeOf({ turns: untimed, before: 1 }, undefined), { what, done: 2, of: 3, unknown });
});

test("with one that takes longer than the last time it is unknown, until that one is over", () => {
  const late: HowFar = { seconds: 30, remainingSeconds: 2, remainingOf: "bytes" };
  const unknown = "mlflow/database takes longer than the last time";
  assert.deepEqual(wholeOf({ turns, before: 0 }, late), { what, done: 0, of: 3, unknown });
  assert.deepEqual(wholeOf({ turns, before: 0 }, { seconds: 30 }), { what, done: 0, of: 3, unknown });
  assert.deepEqual(wholeOf({ turns, before: 0 }, undefined), { what, done: 1, of: 3, remainingSeconds: 61 });
});

const [a, b] = ["mlflow/database", "gitlab/objects"];

test("of two kinds of work one after the other each is counted for itself, and what is left is of both", () => {
  const all: readonly Turn[] = [
    { what: "backups", store: a, millis: 10_000 },
    { what: "backups", store: b, millis: 20_000 },
    { what: "proofs", store: a, millis: 30_000 },
    { what: "proofs", store: b, millis: 40_000 },
  ];
  const of = 2;
  assert.deepEqual(wholeOf({ turns: all, before: 0 }, reading), { what: "backups", done: 0, of, remainingSeconds: 94 });
  assert.deepEqual(wholeOf({ turns: all, before: 1 }, undefined), {
    what: "backups",
    done: 2,
    of,
    remainingSeconds: 70,
  });
  assert.deepEqual(wholeOf({ turns: all, before: 2 }, reading), { what: "proofs", done: 0, of, remainingSeconds: 44 });
  assert.deepEqual(wholeOf({ turns: all, before: 4 }, undefined), { what: "proofs", done: 2, of });
});

test("so it is where each store has both before the next one, and one without a time is named once", () => {
  const both = (store: string, millis: number | undefined): readonly Turn[] => [
    { what: "backups", store, millis },
    { what: "proofs", store, millis },
  ];
  const all = [...both(a, 10_000), ...both(b, 20_000)];
  assert.deepEqual(wholeOf({ turns: all, before: 1 }, reading), {
    what: "proofs",
    done: 0,
    of: 2,
    remainingSeconds: 44,
  });
  assert.deepEqual(wholeOf({ turns: all, before: 2 }, reading), {
    what: "backups",
    done: 1,
    of: 2,
    remainingSeconds: 24,
  });
  const unknown = `no time is known for ${b}`;
  const first = [...both(a, 10_000), ...both(b, undefined)];
  assert.deepEqual(wholeOf({ turns: first, before: 0 }, reading), { what: "backups", done: 0, of: 2, unknown });
});

test("of one store alone nothing is said of all, however many kinds of work are done with it", () => {
  const told: HowFar[] = [];
  const over = (_: string | undefined, far: HowFar): void => void told.push(far);
  const follow = followBy({ tell: over, now: () => 0, everyMillis: 1000, over });
  const one: readonly Turn[] = [
    { what: "backups", store: a, millis: 1 },
    { what: "proofs", store: a, millis: 1 },
  ];
  following(follow, { turns: one, before: 0 })({ store: a }).end();
  assert.deepEqual(told, [{ seconds: 0 }]);
});

test("each line of a store says how far all are, the last one that it is done; its own time is known by its turn", () => {
  const clock = { now: 0 };
  const told: HowFar[] = [];
  const tell = (_: string | undefined, far: HowFar): void => void told.push(far);
  const follow = followBy({ tell, now: () => clock.now, everyMillis: 1000, over: tell });

  const followed = following(follow, { turns, before: 1 })({ store: b });
  clock.now = 20_000;
  followed.moved(1);
  followed.end();

  assert.deepEqual([told[0]?.remainingSeconds, told[0]?.remainingOf], [40, "all"]);
  assert.deepEqual(
    told.map(({ whole }) => whole),
    [
      { what, done: 1, of: 3, remainingSeconds: 41 },
      { what, done: 2, of: 3, remainingSeconds: 1 },
    ],
  );
});
