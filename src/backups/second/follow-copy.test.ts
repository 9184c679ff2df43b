import assert from "node:assert/strict";
import { test } from "node:test";
import { Course, type Expected } from "../progress/course.ts";
import { followCopy } from "./follow-copy.ts";

const [a, b] = ["a".repeat(64), "b".repeat(64)] as const;

function course() {
  const made: { expected: Expected | undefined; course: Course | undefined; ended: boolean } = {
    expected: undefined,
    course: undefined,
    ended: false,
  };
  const follow = (expected: Expected) => {
    const of = new Course(expected, 0);
    [made.expected, made.course] = [expected, of];
    return {
      guess: of.guess.bind(of),
      moved: of.moved.bind(of),
      read: of.read.bind(of),
      reached: of.reached.bind(of),
      phase: of.phase.bind(of),
      end: () => {
        made.ended = true;
      },
    };
  };
  return { made, follow };
}

test("a copy says how many snapshots are there, how many bytes, how fast and how long it still takes", () => {
  const { made, follow } = course();
  const copy = followCopy(
    follow,
    [a, b],
    new Map([
      [a, 6000],
      [b, 2000],
    ]),
  );
  copy.told("aaaaaaaa", 0.5);
  copy.told("aaaaaaaa", 1);
  copy.told("aaaaaaaa", 1);
  copy.told("cccccccc", 1);
  assert.deepEqual(made.course?.told(3000), {
    phase: "copying to the second repository, 1 of 2 snapshots are there",
    seconds: 3,
    done: 6000,
    total: 8000,
    bytesPerSecond: 2000,
    percent: 75,
    remainingSeconds: 1,
    remainingOf: "bytes",
  });
  copy.end();
  assert.equal(made.ended, true);
});

test("where sizes are not known, the snapshots that are there tell the rest", () => {
  const { made, follow } = course();
  const copy = followCopy(follow, [a, b], undefined);
  copy.told("aaaaaaaa", 0.9);
  assert.equal(made.course?.told(1000).percent, 0);
  copy.told("aaaaaaaa", 1);
  const { percent, remainingSeconds, done } = made.course?.told(4000) ?? {};
  assert.deepEqual([percent, remainingSeconds, done], [50, 4, undefined]);
});
