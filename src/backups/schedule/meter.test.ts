import assert from "node:assert/strict";
import { test } from "node:test";
import { Meter } from "./meter.ts";

test("what goes by is told now and then: how much, how fast, and how long it still takes if it is as large as before", () => {
  const meter = new Meter(0, 10_000, 2000);
  assert.equal(meter.add(1000, 1000), undefined);
  assert.deepEqual(meter.add(1000, 2000), { bytes: 2000, bytesPerSecond: 1000, remainingSeconds: 8 });
  assert.equal(meter.add(1000, 3000), undefined);
  assert.deepEqual(meter.add(5000, 4000), { bytes: 8000, bytesPerSecond: 2000, remainingSeconds: 1 });
  assert.deepEqual(meter.add(4000, 6000), { bytes: 12_000, bytesPerSecond: 2000 }, "larger than before");
});

test("how long it takes is not guessed of what was never backed up", () => {
  assert.deepEqual(new Meter(0, undefined, 10).add(500, 1000), { bytes: 500, bytesPerSecond: 500 });
});

test("how fast it goes is of the last moments alone", () => {
  const meter = new Meter(0, undefined, 1000);
  for (let second = 1; second <= 20; second += 1) meter.add(1000, second * 1000);
  for (let second = 21; second < 30; second += 1) meter.add(10, second * 1000);
  assert.equal(meter.add(10, 30_000)?.bytesPerSecond, 10);
});
