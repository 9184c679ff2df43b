import assert from "node:assert/strict";
import { test } from "node:test";
import type { Backup } from "./store-words.ts";
import { kindOf, lanesOf, neighbourOf, shortName, ticksOf } from "./time-line-marks.ts";

const hour = 3_600_000;
const from = Date.UTC(2026, 10, 10);
const span = { from, to: from + 100 * hour };

function backup(store: string, hours: number, more: Partial<Backup> = {}): Backup {
  return {
    id: `${store}-${hours}`,
    environment: "production",
    store,
    kind: "postgresql",
    class: "daily",
    point: null,
    run: null,
    takenAt: new Date(from + hours * hour).toISOString(),
    bytes: 1000,
    digest: "sha256:0",
    verdict: "proven",
    provenAt: null,
    receiptUntil: null,
    goneAt: null,
    removedBy: null,
    ...more,
  };
}

const store = { environment: "production", store: "a/b", rpoHours: 26 };

test("a lane says when more could have been lost than may be", () => {
  const [lane] = lanesOf([store], [backup("a/b", 40), backup("a/b", 0), backup("a/b", -30)], span);
  assert.deepEqual(
    lane?.marks.map(({ place }) => place),
    [0, 0.4],
  );
  assert.deepEqual(lane.stretches, [
    { from: 0, to: 0.26, late: false },
    { from: 0.26, to: 0.4, late: true },
    { from: 0.4, to: 0.66, late: false },
    { from: 0.66, to: 1, late: true },
  ]);
});

test("what could not be brought back covers nothing", () => {
  const gone = { goneAt: "2026-11-14T00:00:00.000Z" };
  const all = [backup("a/b", 20, { verdict: "failed" }), backup("a/b", 30, gone), backup("a/b", 200)];
  const [lane] = lanesOf([store], all.slice(0, 2), span);
  assert.deepEqual(
    lane?.marks.map(({ kind }) => kind),
    ["failed", "lost"],
  );
  assert.deepEqual(lane.stretches, []);
  assert.equal(kindOf({ ...backup("a/b", 0), ...gone, removedBy: "run" }), "removed");
});

test("ticks stand on whole days, as many as there is room for", () => {
  assert.deepEqual(
    ticksOf(span, 6).map(({ at }) => at.slice(0, 13)),
    ["2026-11-10T00", "2026-11-11T00", "2026-11-12T00", "2026-11-13T00", "2026-11-14T00"],
  );
  assert.ok(ticksOf({ from, to: from + 90 * 24 * hour }, 5).length <= 6);
});

test("arrows lead along a lane, and to the nearest of the next that has any", () => {
  const stores = ["a/b", "c/d", "e/f"].map((name) => ({ ...store, store: name }));
  const lanes = lanesOf(
    stores,
    [backup("a/b", 10), backup("a/b", 50), backup("e/f", 5), backup("e/f", 45), backup("e/f", 90)],
    span,
  );
  assert.deepEqual(neighbourOf(lanes, [0, 0], "ArrowRight"), [0, 1]);
  assert.deepEqual(neighbourOf(lanes, [0, 1], "ArrowRight"), [0, 1]);
  assert.deepEqual(neighbourOf(lanes, [0, 1], "ArrowDown"), [2, 1]);
  assert.deepEqual(neighbourOf(lanes, [2, 2], "Home"), [2, 0]);
  assert.equal(neighbourOf(lanes, [0, 0], "ArrowUp"), undefined);
  assert.equal(neighbourOf(lanes, [0, 0], "a"), undefined);
});

test("a long name loses its middle, and two that differ at their ends still do", () => {
  assert.equal(shortName("a/b", 3), "a/b");
  assert.equal(shortName("component-1/database", 11), "compo…abase");
  assert.notEqual(shortName("a-long-component-1/files", 12), shortName("a-long-component-1/bucket", 12));
});
