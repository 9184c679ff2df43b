import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type EnvironmentRow,
  hoursText,
  type StoreRow,
  sentence,
  sizeText,
  standingOf,
  storePath,
  worstFirst,
} from "./store-words.ts";

function store(name: string, state: StoreRow["state"], environment = "production"): StoreRow {
  return {
    environment,
    store: name,
    kind: "postgresql",
    state,
    why: "because",
    newest: null,
    lastProven: null,
    ageHours: null,
    rpoHours: 26,
    rtoMinutes: 240,
    backups: 0,
    foreign: [],
  };
}

function seen(unseen: string | null, seenAt: string | null = "2026-11-20T08:00:00.000Z"): readonly EnvironmentRow[] {
  const bare = { check: null, soundAt: null, removal: null, schedule: [], sizes: [] };
  return [{ environment: "production", seenAt, unseen, ...bare }];
}

test("while the repository does not answer nothing is taken for proven, and what was bad stays it", () => {
  const unknown = standingOf(store("mlflow/database", "backed-up"), seen("connection refused"));
  assert.equal(unknown.state, "unknown");
  assert.equal(
    unknown.why,
    "its repository does not answer: connection refused; as of 2026-11-20T08:00:00.000Z: because",
  );
  const early = standingOf(store("a/b", "none"), seen("it was not looked at yet", null));
  assert.deepEqual(
    [early.state, early.why],
    ["unknown", "nothing is known yet of its repository: it was not looked at yet"],
  );
  assert.equal(standingOf(store("a/b", "failed"), seen("connection refused")).state, "failed");
  assert.equal(standingOf(store("a/b", "disposable"), seen("connection refused")).state, "disposable");
  assert.equal(standingOf(store("a/b", "backed-up"), seen(null)).state, "backed-up");
});

test("the worst stands first, production before the rest, and filters narrow it", () => {
  const all = [
    store("a/disposable", "disposable"),
    store("b/good", "backed-up"),
    store("c/failed", "failed", "development"),
    store("d/failed", "failed"),
    store("e/forgotten", "forgotten"),
  ].map((one) => standingOf(one, seen(null)));
  const names = (state?: string, text?: string): readonly string[] =>
    worstFirst(all, state, text).map((one) => one.store);
  assert.deepEqual(names(), ["d/failed", "c/failed", "e/forgotten", "b/good", "a/disposable"]);
  assert.deepEqual(names("failed"), ["d/failed", "c/failed"]);
  assert.deepEqual(names(undefined, "GOOD"), ["b/good"]);
});

test("sizes and ages are short", () => {
  assert.deepEqual([0, 999, 1000, 1_440_000, 52_000_000, 999_900_000_000].map(sizeText), [
    "0 B",
    "999 B",
    "1 kB",
    "1.4 MB",
    "52 MB",
    "1000 GB",
  ]);
  assert.deepEqual([0, 0.5, 6, 26.4, 48, 50.2].map(hoursText), ["0 min", "30 min", "6 h", "26 h", "2 d", "2 d 2 h"]);
});

test("a store has an address", () => {
  assert.equal(storePath(store("mlflow/database", "none")), "/backups/stores/production/mlflow/database");
});

test("what the server says in the middle of a sentence becomes one, with one full stop", () => {
  assert.equal(
    sentence("its repository cannot be opened: connection refused"),
    "Its repository cannot be opened: connection refused.",
  );
  assert.equal(sentence("it was not looked at yet."), "It was not looked at yet.");
});
