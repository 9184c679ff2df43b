import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf, marksOf, unitOf } from "./chart-points.ts";

const point = (minute: number, mean: number, spread = 0) => ({
  at: new Date(Date.UTC(2026, 10, 20, 9, minute)).toISOString(),
  mean,
  least: mean - spread,
  most: mean + spread,
  count: 1,
});

test("where nothing was measured the line has a gap", () => {
  const { at, lines } = linesOf([point(0, 1), point(1, 2), point(2, 3), point(30, 4), point(31, 5)]);

  assert.equal(at.length, 6);
  assert.deepEqual(lines, [{ name: "value", values: [1, 2, 3, undefined, 4, 5] }]);
  assert.deepEqual(at.toSorted(), at);
});

test("least and most are drawn only where points stand for measurements that differ", () => {
  const { lines } = linesOf([point(0, 1.234567, 1), point(1, 2)]);

  assert.deepEqual(
    lines.map(({ name, values }) => [name, values[0]]),
    [
      ["mean", 1.235],
      ["least", 0.2346],
      ["most", 2.235],
    ],
  );
  assert.deepEqual(linesOf([]).at, []);
});

test("a series has its unit in its name", () => {
  assert.deepEqual(
    ["s3_head_millis", "redis_memory_ratio", "gitlab_http_requests_total", "gitlab_sidekiq_backlog_jobs"].map(unitOf),
    ["ms", "of 1", "in all", ""],
  );
});

test("only runs that changed something within the span are marked", () => {
  const run = (id: string, startedAt: string | null, mode: "act" | "shadow" = "act") => ({
    id,
    startedAt,
    mode,
    title: "Restart",
    about: "hub",
  });
  const span = { from: "2026-11-20T00:00:00.000Z", to: "2026-11-21T00:00:00.000Z" };

  const marks = marksOf(
    [
      run("late", "2026-11-20T12:00:00.000Z"),
      run("early", "2026-11-20T02:00:00.000Z"),
      run("before", "2026-11-19T23:00:00.000Z"),
      run("waits", null),
      run("would", "2026-11-20T03:00:00.000Z", "shadow"),
    ],
    span,
  );

  assert.deepEqual(
    marks.map(({ id, title }) => [id, title]),
    [
      ["early", "Restart: hub"],
      ["late", "Restart: hub"],
    ],
  );
});
