import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { componentTimes, type RestoreTime } from "./restore-times.ts";

const start = Date.UTC(2026, 10, 1);
const day = (days: number): Instant => instantOf(start + days * 86_400_000);
const stores = [
  { store: "mlflow/database", rtoMinutes: 10 },
  { store: "mlflow/artifacts", rtoMinutes: 20 },
];
const time = (store: string, days: number, seconds: number, by: RestoreTime["by"] = "proof"): RestoreTime => ({
  store,
  at: day(days),
  seconds,
  by,
  id: `${store}-${days}`,
});

test("a component is back when its last store is: their last times one after the other, known once each was restored", () => {
  const [mlflow] = componentTimes(
    stores,
    [time("mlflow/artifacts", 2, 40, "drill"), time("mlflow/database", 0, 100), time("mlflow/database", 3, 110)],
    day(4),
  );
  assert.deepEqual(mlflow?.measured, [
    { at: day(2), seconds: 140, drill: true },
    { at: day(3), seconds: 150, drill: false },
  ]);
  assert.deepEqual([mlflow?.rtoMinutes, mlflow?.unknown], [10, []]);
});

test("a store that was never restored makes the whole not known", () => {
  const [mlflow] = componentTimes(stores, [time("mlflow/database", 0, 100)], day(4));
  assert.deepEqual([mlflow?.measured, mlflow?.unknown, mlflow?.exceedsAt], [[], ["mlflow/artifacts"], undefined]);
});

test("what grows by ten seconds a day from a hundred reaches ten minutes on day fifty", () => {
  const [only] = componentTimes(
    [{ store: "a/b", rtoMinutes: 10 }],
    [0, 1, 2, 3].map((at) => time("a/b", at, 100 + 10 * at)),
    day(3),
  );
  assert.deepEqual([only?.perDaySeconds, only?.inMonthSeconds, only?.exceedsAt], [10, 430, day(50)]);
});

test("what was measured within a day is no trend for a month", () => {
  const within = (hours: number) =>
    componentTimes(
      [{ store: "a/b", rtoMinutes: 10 }],
      [0, 0.5, 1].map((share) => time("a/b", (share * hours) / 24, 10 + 50 * share)),
      day(1),
    )[0];
  assert.deepEqual(
    [within(23)?.perDaySeconds, within(23)?.inMonthSeconds, within(23)?.exceedsAt],
    [undefined, undefined, undefined],
  );
  assert.equal(within(24)?.perDaySeconds, 50);
});

test("two measurements are no trend, what shrinks never exceeds, and what exceeds now does so now", () => {
  const of = (...seconds: readonly number[]) =>
    componentTimes(
      [{ store: "a/b", rtoMinutes: 10 }],
      seconds.map((one, at) => time("a/b", at, one)),
      day(9),
    )[0];
  assert.deepEqual([of(100, 200)?.perDaySeconds, of(100, 200)?.exceedsAt], [undefined, undefined]);
  assert.equal(of(300, 200, 100)?.exceedsAt, undefined);
  assert.equal(of(500, 700)?.exceedsAt, day(9));
});
