import assert from "node:assert/strict";
import { test } from "node:test";
import { followBy } from "./follow.ts";
import type { HowFar } from "./line.ts";

const day = 86_400_000;

test("what goes on for days is told as often as it needs, and fills no log", () => {
  const clock = { now: 0 };
  const told: number[] = [];
  const last: HowFar[] = [];
  const follow = followBy({
    tell: () => void told.push(clock.now),
    now: () => clock.now,
    everyMillis: 2000,
    everyShare: 1 / 500,
    over: (_, far) => void last.push(far),
  });
  const followed = follow({ store: "mlflow/database" });
  for (clock.now = 0; clock.now < 3 * day; clock.now += 1000) followed.moved(1);
  followed.end();

  assert.deepEqual(told.slice(0, 3), [2000, 4000, 6000]);
  assert.ok(told.length < 4000, String(told.length));
  assert.deepEqual(
    last.map(({ seconds, done }) => [seconds, done]),
    [[259_200, 259_200]],
  );
});

test("while nothing goes by it is told too that it goes on", async () => {
  const { promise, resolve } = Promise.withResolvers<HowFar>();
  const follow = followBy({
    tell: (_, far) => resolve(far),
    now: () => Date.now(),
    everyMillis: 5,
    over: () => undefined,
  });
  const alive = setInterval(() => undefined, 1000);
  const followed = follow({ total: 100 });
  followed.phase("comparing");

  const { phase, total, done } = await promise;
  followed.end();
  clearInterval(alive);
  assert.deepEqual([phase, total, done], ["comparing", 100, 0]);
});
