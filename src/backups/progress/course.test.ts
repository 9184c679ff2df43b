import assert from "node:assert/strict";
import { test } from "node:test";
import { Course } from "./course.ts";

const dump = { snapshot: "a".repeat(64), file: "dump.pgdump" };

test("what goes by is told: how much of how much, how fast, and how long the rest takes", () => {
  const course = new Course({ total: 10_000 }, 0);
  course.moved(2000);
  assert.deepEqual(course.told(2000), {
    seconds: 2,
    done: 2000,
    total: 10_000,
    bytesPerSecond: 1000,
    percent: 20,
    remainingSeconds: 8,
    remainingOf: "bytes",
  });
});

test("a backup that is larger than the last one has no total and no end any more", () => {
  const course = new Course({}, 0);
  course.guess({ bytes: 10_000 });
  course.moved(5000);
  const { total, remainingSeconds } = course.told(2500);
  assert.deepEqual([total, remainingSeconds], [10_000, 3]);
  course.moved(5000);
  assert.deepEqual(course.told(5000), { seconds: 5, done: 10_000, bytesPerSecond: 2000 });
});

test("what turns out larger than was said has no total and no end any more", () => {
  const course = new Course({ total: 1000 }, 0);
  course.moved(1000);
  assert.equal(course.told(1000).total, 1000);
  course.moved(512);
  assert.deepEqual(course.told(2000), { seconds: 2, done: 1512, bytesPerSecond: 756 });
});

test("how long it takes is not guessed of what was never measured", () => {
  const course = new Course({}, 0);
  assert.deepEqual(course.told(1000), { seconds: 1 });
  course.moved(500);
  assert.deepEqual(course.told(2000), { seconds: 2, done: 500, bytesPerSecond: 250 });
});

test("how fast it goes is of the last moments alone", () => {
  const course = new Course({}, 0);
  for (let second = 1; second <= 20; second += 1) {
    course.moved(1000);
    course.told(second * 1000);
  }
  for (let second = 21; second < 30; second += 1) {
    course.moved(10);
    course.told(second * 1000);
  }
  course.moved(10);
  assert.equal(course.told(30_000).bytesPerSecond, 10);
});

test("a part that is read twice is counted once", () => {
  const course = new Course({ total: 3000 }, 0);
  course.read(dump, 1000);
  course.read(dump, 500);
  course.read(dump, 1000);
  course.read({ ...dump, file: "list" }, 500);
  assert.equal(course.told(1000).done, 1500);
});

test("what follows the bytes has its name, and an end only where an earlier one was timed", () => {
  const first = new Course({ total: 1000 }, 0);
  const next = new Course({ total: 1000, millis: 60_000 }, 0);
  for (const course of [first, next]) {
    course.read(dump, 1000);
    course.phase("comparing every table");
  }
  const far = { phase: "comparing every table", seconds: 15, done: 1000, total: 1000 };
  assert.deepEqual(first.told(15_000), far);
  assert.deepEqual(next.told(15_000), { ...far, percent: 25, remainingSeconds: 45, remainingOf: "all" });
});

test("a time that is learned on the way tells the end from then on, where bytes are not guessed", () => {
  const course = new Course({}, 0);
  course.moved(10);
  assert.equal(course.told(1000).remainingSeconds, undefined);
  course.guess({ bytes: undefined, millis: 10_000 });
  const { total, percent, remainingSeconds, remainingOf } = course.told(4000);
  assert.deepEqual([total, percent, remainingSeconds, remainingOf], [undefined, 40, 6, "all"]);
});

test("one that takes longer than the last time has no end, and never all of it behind it", () => {
  const course = new Course({ millis: 10_000 }, 0);
  assert.equal(course.told(9999).percent, 99);
  assert.deepEqual(course.told(10_000), { seconds: 10 });
});

test("bytes that take longer than all of it took before tell the end", () => {
  const course = new Course({ total: 1000, millis: 10_000 }, 0);
  course.moved(100);
  const { remainingSeconds, remainingOf, percent } = course.told(5000);
  assert.deepEqual([remainingSeconds, remainingOf, percent], [45, "bytes", 10]);
});

test("a share that somebody else tells says how long the rest takes", () => {
  const course = new Course({}, 0);
  course.reached(0.4);
  assert.deepEqual(course.told(1000), { seconds: 1, percent: 0 });
  course.reached(25.5);
  const { percent, remainingSeconds } = course.told(20_000);
  assert.deepEqual([percent, remainingSeconds], [25, 59]);
  course.reached(100);
  assert.deepEqual(course.told(40_000), { seconds: 40, percent: 100 });
});
