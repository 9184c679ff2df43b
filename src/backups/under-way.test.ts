import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { TestRepository } from "./own.test-support.ts";
import { catalogueOf } from "./repository/catalogue.ts";
import type { StoredSnapshot } from "./repository/restic.ts";
import { type TaggedPart, taggedAs, tagsOf } from "./repository/tags.ts";
import { leftOver, whileGoingOn } from "./under-way.ts";

const now = Date.UTC(2026, 10, 20, 12);
const hours = (ago: number): Instant => instantOf(now - ago * 3_600_000);

function stored(part: TaggedPart, backup: string, ago: number, store = "mlflow/database"): StoredSnapshot {
  const tags = tagsOf({ part, backup, store, installation: "ours", environment: "staging", provenAt: hours(ago) });
  return { id: `${part} ${backup} ${ago}`, time: hours(ago), paths: [], tags: [...tags], tree: "" };
}

/** By a right clock, beside a run that has just stored something. */
function left(...snapshots: readonly StoredSnapshot[]): readonly string[] {
  return leftAt(hours(0), ...snapshots, stored("part", "mlflow-database-20261120T120000Z-run9", 0));
}

function leftAt(at: Instant, ...snapshots: readonly StoredSnapshot[]): readonly string[] {
  const { debris, signs } = leftOver(catalogueOf(snapshots).debris, snapshots, { now: at, hours: 24 });
  return [...debris.map(({ snapshot }) => snapshot), ...signs];
}

const part = stored("part", "mlflow-database-20261119T060000Z-run1", 30);

test("what a run left that gave no sign for a day is cleaned, its signs with it", () => {
  const sign = stored("record", "run1", 25, "goes-on");
  assert.deepEqual(left(part, sign), [part.id, sign.id]);
});

test("what a run has stored stays as long as it goes on, however long that is", () => {
  assert.deepEqual(left(part, stored("record", "run1", 29, "goes-on"), stored("record", "run1", 1, "goes-on")), []);
  assert.deepEqual(left(part, stored("pack", "artifacts-20261119T060000Z-run1", 2)), [], "it copies another store now");
});

test("what others do is no sign of a run", () => {
  const others = [
    stored("part", "mlflow-database-20261120T110000Z-run2", 1),
    stored("record", "run2", 1, "goes-on"),
    stored("record", "drill-run1", 1, "drill"),
  ];
  assert.deepEqual(left(part, ...others), [part.id]);
});

test("a clock that runs ahead ends no run: how long it gave no sign is counted back from the newest sign of any", () => {
  const ahead = hours(-6 * 24);
  assert.deepEqual(leftAt(ahead, part), []);
  assert.deepEqual(
    leftAt(ahead, part, stored("part", "mlflow-database-20261120T070000Z-run2", 7)),
    [],
    "23 hours later",
  );
  assert.deepEqual(leftAt(ahead, part, stored("part", "mlflow-database-20261120T110000Z-run2", 5)), [part.id]);
});

test("what a run left after which none came is cleaned a week later", () => {
  assert.deepEqual(leftAt(hours(30 - 8 * 24 + 1), part), []);
  assert.deepEqual(leftAt(hours(30 - 8 * 24 - 1), part), [part.id]);
});

test("a run that takes long writes that it goes on, and ends whatever comes of that", async () => {
  const repository = await TestRepository.make();
  const { installation, environment } = repository.identity();
  const { signal } = new AbortController();
  const clock = { now: () => repository.now() };
  const going = { repository: repository.open(), installation, environment, unique: "run1", clock, signal };

  const done = await whileGoingOn({ ...going, everyMillis: 20 }, async () => {
    while ((await going.repository.snapshots()).length < 2);
    return "done";
  });

  assert.equal(done, "done");
  const tagged = (await going.repository.snapshots()).map(taggedAs);
  assert.ok(tagged.every((one) => one?.part === "record" && one.store === "goes-on" && one.backup === "run1"));

  const shut = { ...going, repository: repository.open({ password: "wrong" }), everyMillis: 5 };
  await assert.rejects(
    whileGoingOn(shut, async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new Error("the store's own fault");
    }),
    /the store's own fault/,
  );
});
