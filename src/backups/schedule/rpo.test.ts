import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { componentRpo, type ProvenOnce } from "./rpo.ts";

const start = Date.UTC(2026, 10, 1);
const at = (hours: number): Instant => instantOf(start + hours * 3_600_000);
const taken = (store: string, ...hours: readonly number[]): readonly ProvenOnce[] =>
  hours.map((one) => ({ store, takenAt: at(one) }));
const one = [{ store: "a/b", rpoHours: 26 }];
const of = (hours: readonly number[], now: number) => componentRpo(one, taken("a/b", ...hours), at(now))[0];
/** Backups that lie so many hours apart, the first at the beginning. */
const apart = (...gaps: readonly number[]): readonly number[] =>
  gaps.reduce<readonly number[]>((all, gap) => [...all, (all.at(-1) ?? 0) + gap], [0]);
const daily = (days: number): readonly number[] => apart(...Array.from({ length: days }, () => 24));

test("what could have been lost is the time between two proven backups, and the age of the newest now", () => {
  const found = of([30, 0, 54], 60);
  assert.deepEqual(found?.measured, [
    { at: at(30), hours: 30 },
    { at: at(54), hours: 24 },
  ]);
  assert.deepEqual([found?.ageHours, found?.lastHours, found?.worstHours, found?.rpoHours], [6, 24, 30, 26]);
});

test("of a component the store that is worst off counts, from when each was proven twice", () => {
  const [mlflow] = componentRpo(
    [
      { store: "mlflow/database", rpoHours: 26 },
      { store: "mlflow/artifacts", rpoHours: 200 },
    ],
    [...taken("mlflow/database", 0, 24, 48), ...taken("mlflow/artifacts", 1, 30)],
    at(50),
  );
  assert.deepEqual(mlflow?.measured, [
    { at: at(30), hours: 29 },
    { at: at(48), hours: 29 },
  ]);
  assert.deepEqual([mlflow?.rpoHours, mlflow?.ageHours, mlflow?.lastHours, mlflow?.unknown], [26, 20, 29, []]);
  assert.equal(mlflow?.exceedsAt, undefined, "29 hours may be lost of the artifacts");
});

test("a store that was never proven makes the component's figures not known, and is named", () => {
  const [mlflow] = componentRpo(
    [
      { store: "mlflow/database", rpoHours: 26 },
      { store: "mlflow/artifacts", rpoHours: 26 },
    ],
    taken("mlflow/database", 0, 24),
    at(30),
  );
  assert.deepEqual(mlflow?.unknown, ["mlflow/artifacts"]);
  assert.deepEqual([mlflow?.measured, mlflow?.ageHours, mlflow?.worstHours], [[], undefined, undefined]);
});

test("gaps that grow by an hour each exceed what may be lost when the line says so", () => {
  const hours = apart(10, 11, 12, 13, 14, 15);
  const found = of(hours, 75);
  assert.ok(found?.perDayHours !== undefined && found.perDayHours > 1.5 && found.perDayHours < 2.2);
  const days = (Date.parse(found.exceedsAt ?? "") - Date.parse(at(75))) / 86_400_000;
  assert.ok(days > 4.5 && days < 7.5, `${days} days`);
  assert.ok((found.inMonthHours ?? 0) > 60);
});

test("what stays as it is never exceeds, and is foreseen as it is", () => {
  const found = of(daily(30), 30 * 24 + 1);
  assert.deepEqual([found?.perDayHours, found?.inMonthHours, found?.exceedsAt], [0, 24, undefined]);
});

test("a server that was down for three days is a gap of three days, exceeds when it ends, and is no trend", () => {
  const down = apart(24, 24, 24, 24, 72);
  assert.equal(of(apart(24, 24, 24, 24), 4 * 24 + 60)?.exceedsAt, at(4 * 24 + 60), "nobody has to come back for it");
  const back = of(down, 169);
  assert.deepEqual([back?.lastHours, back?.worstHours, back?.exceedsAt], [72, 72, at(169)]);
  const after = of(apart(24, 24, 24, 24, 72, 24), 193);
  assert.deepEqual([after?.worstHours, after?.perDayHours, after?.exceedsAt], [72, 0, undefined]);
});

test("backups between the nightly ones neither hide what the nightly ones lose nor foretell a better month", () => {
  const found = of(apart(24, 0.1, 23.9, 0.1, 23.9, 0.1, 23.9, 0.1, 23.9, 0.1), 121);
  assert.ok((found?.inMonthHours ?? 0) > 23, `${found?.inMonthHours}`);
});

test("every other backup that fails is what will be, also where the last one did not", () => {
  const found = of(apart(24, 48, 24, 48, 24, 48, 24), 241);
  assert.deepEqual([found?.lastHours, found?.exceedsAt], [24, at(241)]);
});

test("two gaps, and gaps within a day, are no trend", () => {
  assert.deepEqual([of([0, 24, 47], 48)?.perDayHours, of([0, 24, 47], 48)?.inMonthHours], [undefined, undefined]);
  assert.equal(of([0, 1, 3, 6, 10], 11)?.perDayHours, undefined);
  assert.notEqual(of([0, 1, 3, 6, 25], 25)?.perDayHours, undefined);
});

test("a backup from before a clock was set back counts when its moment has come", () => {
  const found = of([0, 24, 4000], 30);
  assert.deepEqual([found?.ageHours, found?.measured.length], [6, 1]);
});

test("without any proven backup nothing is known, and nothing is said to be kept", () => {
  const found = of([], 10);
  assert.deepEqual(
    [found?.unknown, found?.ageHours, found?.worstHours, found?.exceedsAt],
    [["a/b"], undefined, undefined, undefined],
  );
});
