import assert from "node:assert/strict";
import { test } from "node:test";
import { lossLines, pastOf, worstFirst } from "./loss-lines.ts";
import type { Backup, StandingStore } from "./store-words.ts";

const hour = 3_600_000;
const from = Date.UTC(2026, 10, 10);
const span = { from, to: from + 48 * hour };

const store = (name: string, rpoHours: number | null = 26): StandingStore => ({
  environment: "production",
  store: name,
  kind: "postgresql",
  state: "backed-up",
  why: "",
  newest: null,
  lastProven: null,
  ageHours: null,
  rpoHours,
  rtoMinutes: 240,
  backups: 1,
  foreign: [],
});

const backup = (name: string, hours: number, verdict: Backup["verdict"] = "proven"): Backup => ({
  id: `${name}-${hours}`,
  environment: "production",
  store: name,
  kind: "postgresql",
  class: "daily",
  point: null,
  run: null,
  takenAt: new Date(from + hours * hour).toISOString(),
  bytes: 1,
  digest: "",
  verdict,
  provenAt: null,
  receiptUntil: null,
  goneAt: null,
  removedBy: null,
});

function valueAt(lines: ReturnType<typeof lossLines>[number], hours: number, line = 0): number | undefined {
  const index = lines.at.indexOf(new Date(from + hours * hour).toISOString());
  assert.notEqual(index, -1);
  return lines.lines[line]?.values[index];
}

test("of a component counts its store that is worst off", () => {
  const [lines] = lossLines(
    [store("mlflow/database"), store("mlflow/artifacts", 12)],
    [backup("mlflow/database", 0), backup("mlflow/database", 24), backup("mlflow/artifacts", 0)],
    span,
  );
  assert.ok(lines);
  assert.deepEqual([lines.component, lines.rpoHours, lines.worst], ["mlflow", 12, 48]);
  assert.equal(valueAt(lines, 24), 24);
  assert.equal(valueAt(lines, 0), 0);
});

test("before each store has a backup nothing is known, and a backup that is not proven counts in one line alone", () => {
  const [lines] = lossLines([store("a/b")], [backup("a/b", 12), backup("a/b", 36, "not-proven")], span);
  assert.ok(lines);
  assert.equal(valueAt(lines, 6), undefined);
  assert.equal(valueAt(lines, 36), 0);
  assert.equal(valueAt(lines, 36, 1), 24);
});

test("a proof that failed brings nothing back; what may be lost has no chart where nothing is declared", () => {
  const [lines, none] = lossLines([store("a/b"), store("c/d", null)], [backup("a/b", 0, "failed")], span);
  assert.equal(lines?.worst, undefined);
  assert.equal(none, undefined);
});

test("no backup is older than it is now, though the span on screen ends later", () => {
  const past = pastOf(span, from + 13 * hour);
  const [lines] = lossLines([store("a/b")], [backup("a/b", 12)], past);

  assert.equal(lines?.worst, 1);
});

test("what could not be brought back at all comes first, then what is furthest beyond what may be lost", () => {
  const of = (component: string, hours: number) => backup(`${component}/b`, hours);
  const all = ["well", "late", "later", "none"].map((component) => store(`${component}/b`));
  const past = pastOf(span, from + 60 * hour);
  const lines = lossLines(all, [of("well", 40), of("well", 20), of("late", 20), of("later", 1)], past);

  const order = worstFirst(lines).map(({ component }) => component);
  assert.deepEqual(order, ["none", "later", "late", "well"]);
});

test("what a restore replaced counts as no backup of its store", () => {
  const safety = { ...backup("mlflow/database", 24), class: "before-restore" as const };

  const [lines] = lossLines([store("mlflow/database")], [backup("mlflow/database", 0), safety], span);

  assert.ok(lines);
  assert.deepEqual([lines.worst, valueAt(lines, 48), valueAt(lines, 48, 1)], [48, 48, 48]);
});
