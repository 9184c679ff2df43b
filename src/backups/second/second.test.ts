import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { databaseWith, folder, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { followNot } from "../progress/follow.ts";
import { catalogueOf } from "../repository/catalogue.ts";
import { quickenKey } from "../repository/quick-key.test-support.ts";
import { copyAll } from "./arrive.ts";
import { type Arrival, Copies } from "./copies.ts";
import { secondState } from "./stands.ts";

const first = await TestRepository.make();
const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
const place = join(folder(), "second");
const open = (password = "canary-second"): Copies =>
  new Copies({ repository: place, password, environment: {} }, testPorts);
const { point } = await first.takePoint(
  [{ component: "mlflow", store: "database", kind: "postgresql", url: { kind: "env", name: "URL" } }],
  {
    secret: async () => url,
  },
);
assert.ok(point);
const [{ id: backup } = { id: "" }] = point.point.backups;

async function make(): Promise<void> {
  await open().initLike(first.open());
  quickenKey(place, "canary-second");
}

const stands = (lateHours: number, second = open()) =>
  secondState(first.open(), second, { lateHours, now: first.now() });

function copy(second = open(), more: Partial<Parameters<typeof copyAll>[0]> = {}): Promise<Arrival> {
  return copyAll({
    first: first.open(),
    second,
    identity: first.identity(),
    clock: { now: () => first.now() },
    progress: () => undefined,
    follow: followNot,
    signal: new AbortController().signal,
    ...more,
  });
}

test("a second repository is never made by a copy, and there is none until it is made", async () => {
  await assert.rejects(copy(), /there is no second repository yet, or it is not mounted/);
  assert.equal((await stands(24)).kind, "none");
});

test("what is sealed arrives, is read back, and takes as much room as in the first", async () => {
  await make();
  const arrival = await copy();
  assert.deepEqual([arrival.wrong, arrival.backups.map(({ id }) => id)], [[], [backup]]);
  assert.equal((await stands(24)).kind, "current");
  const room = (at: string): number =>
    readdirSync(join(at, "data"), { recursive: true, encoding: "utf8" })
      .map((name) => statSync(join(at, "data", name)))
      .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  assert.ok(room(place) < room(first.folder) * 1.2 + 10_000);
  assert.deepEqual((await copy()).wrong, []);
  assert.equal(catalogueOf(await open().snapshots()).backups.length, 1);
});

test("where nothing was ever backed up nothing is late; the first backup is on its way before it is", async () => {
  const begun = await TestRepository.make();
  const away = new Copies({ repository: join(folder(), "away"), password: "canary-away", environment: {} }, testPorts);
  await away.initLike(begun.open());
  const kind = async (lateHours: number): Promise<string> =>
    (await secondState(begun.open(), away, { lateHours, now: begun.now() })).kind;
  assert.equal(await kind(0), "current");
  await begun.backUp(url);
  assert.deepEqual([await kind(24), await kind(0)], ["arriving", "late"]);
});

test("a wrong key and one store's variable with two values are said so", async () => {
  await assert.rejects(copy(open("canary-wrong")), /this repository's password/);
  const other = new Copies(
    { repository: place, password: "canary-second", environment: { AWS_ACCESS_KEY_ID: "b" } },
    testPorts,
  );
  const from = new Copies(
    { repository: first.folder, password: first.password, environment: { AWS_ACCESS_KEY_ID: "a" } },
    testPorts,
  );
  await assert.rejects(
    other.copyFrom(from, ["x"], new AbortController().signal),
    /AWS_ACCESS_KEY_ID is one for the repository and another/,
  );
});

test("a newer backup that is not there is on its way, and late when that takes longer than it may", async () => {
  await copy();
  await first.backUp(url);
  assert.equal((await stands(24)).kind, "arriving");
  const state = await stands(0.0001);
  assert.deepEqual([state.kind, /mlflow\/database are not there/.test(state.words)], ["late", true]);
  await copy();
  assert.equal((await stands(0.0001)).kind, "current");
});

test("what is sealed while a copy is made is on its way, and has not failed to arrive", async () => {
  class Slow extends Copies {
    #made = false;
    override async copyFrom(...args: Parameters<Copies["copyFrom"]>): Promise<void> {
      if (!this.#made) await first.backUp(url);
      this.#made = true;
      await super.copyFrom(...args);
    }
  }
  const slow = new Slow({ repository: place, password: "canary-second", environment: {} }, testPorts);
  assert.deepEqual((await copy(slow)).wrong, []);
  assert.equal((await stands(24)).kind, "arriving");
});

test("a copy that could not even begin is known to the first repository: failed, also while the second does not answer", async () => {
  const away = new Copies(
    { repository: join(place, "nowhere"), password: "canary-second", environment: {} },
    testPorts,
  );
  const silent = open("canary-wrong");
  assert.equal((await stands(24, silent)).kind, "unknown");
  await assert.rejects(copy(away), /not mounted/);
  const failed = await stands(24);
  assert.deepEqual([failed.kind, /not mounted/.test(failed.words)], ["failed", true]);
  assert.deepEqual([(await stands(24, silent)).kind, (await stands(24, away)).kind], ["failed", "none"]);
  await copy();
  assert.equal((await stands(24)).kind, "current");
});

test("what is damaged in the copy is told when the next one arrives", async () => {
  const [large = ""] = readdirSync(join(place, "data"), { recursive: true, encoding: "utf8" })
    .filter((name) => /[0-9a-f]{64}$/.test(name))
    .toSorted((a, b) => statSync(join(place, "data", b)).size - statSync(join(place, "data", a)).size);
  const whole = join(place, "data", large);
  const { size } = statSync(whole);
  truncateSync(whole, size - 1);
  const { wrong } = await copy();
  truncateSync(whole, size);
  assert.match(wrong.join("; "), /the second repository is damaged/);
  assert.equal((await stands(24)).kind, "failed");
  rmSync(place, { recursive: true });
  await make();
  assert.deepEqual((await copy()).wrong, []);
});

test("with the first gone, a point is proven from the second alone", async () => {
  rmSync(first.folder, { recursive: true });
  const second = open();
  assert.equal(await second.id(), first.id);
  const found = catalogueOf(await second.snapshots()).points.find(({ id }) => id === point.point.id);
  assert.ok(found);
  const proof = await first.provePoint(point.point.id, { repository: second });
  assert.equal(proof.verdict.kind, "proven", JSON.stringify(proof.verdict));
  for (const removing of [second.remove([point.point.id]), second.forget(), second.prune()])
    await assert.rejects(removing, /nothing is removed from the second repository/);
});
