import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { databaseWith } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { tagsOf } from "../repository/tags.ts";
import { type InPlaceOptions, restoreInPlace } from "./in-place.ts";
import { findRestore, keepRestore, type RestoreRecord } from "./record.ts";
import { begun, restoreOptions } from "./restore.test-support.ts";
import { type PlannedStore, planRestore, type RestoreOptions } from "./restore.ts";
import { undoRestore } from "./undo.ts";

type StoreState = RestoreRecord["stores"][number];

const repository = await TestRepository.make();
const lent = restoreOptions(repository, { id: begun.id });
const url = { kind: "env", name: "URL" } as const;

/** Its manifest says too little: restoring it fails, and nothing is changed. */
function planned(config: BackupStore): PlannedStore {
  const store = `${config.component}/${config.store}`;
  const backup = {
    id: `${config.store}-1`,
    environment: "production",
    store,
    kind: config.kind,
    class: "by-hand" as const,
    point: undefined,
    run: undefined,
    takenAt: "2026-11-20T09:00:00Z" as Instant,
    bytes: 1,
    digest: "sha256:00",
    manifest: "0",
    parts: [],
    proofs: [],
  };
  const identity = { ...repository.identity(), component: config.component, store: config.store };
  const manifest = { id: backup.id, identity, kind: config.kind, takenAt: "", endedAt: "", versions: {}, parts: [] };
  const sealed = { schema: "millwright/backup/1" as const, class: backup.class, packs: [], body: {}, ...manifest };
  return {
    store,
    backup,
    sealed: { manifest: sealed, digest: "sha256:00" },
    config,
    plan: { does: [], loses: [], refuses: [], notes: [], isThere: true },
  };
}

async function attempt(stores: readonly PlannedStore[], backUp: InPlaceOptions["backUp"], said: string[] = []) {
  const plan = { from: lent.from, target: lent.target, stores, left: [] };
  const progress = (text: string): void => void said.push(text);
  return restoreInPlace(
    plan,
    { ...lent, home: lent.repository, progress, by: "ana", backUp, behindFence: undefined },
    testPorts,
  );
}

const names = ["restored", "untouched", "queues", "database"];
const stores = names.map((store) =>
  planned({ component: "mlflow", store, kind: store === "queues" ? "redis" : "postgresql", url }),
);

/** What an attempt before has written down. */
async function earlier(states: readonly StoreState["state"][]): Promise<void> {
  const known = stores.map(({ store, backup }, index) => ({
    store,
    backup: backup.id,
    safety: `${store}-first`,
    besides: [],
    state: states[index] ?? "not-begun",
    words: [],
  }));
  await keepRestore({ ...begun, state: "failed", stores: known }, lent.repository, lent);
}

const safeties = async () => {
  const found = await findRestore(lent.id, lent.repository);
  return found.stores.map(({ safety, besides }) => [safety, ...besides]);
};

test("an attempt anew backs up again what is not restored yet; what may be half replaced keeps its first backup for the way back", async () => {
  await earlier(["restored", "not-begun", "failed", "failed"]);
  const said: string[] = [];
  const backUp: InPlaceOptions["backUp"] = async ({ store }) => {
    const one = planned({ component: "mlflow", store, kind: "redis", url }).sealed;
    return { ...one, manifest: { ...one.manifest, id: `${store}-second` } };
  };
  const { record } = await attempt(stores, backUp, said);
  assert.equal(record.state, "failed");
  assert.deepEqual(await safeties(), [
    ["mlflow/restored-first"],
    ["untouched-second", "mlflow/untouched-first"],
    ["mlflow/queues-first", "queues-second"],
    ["database-second", "mlflow/database-first"],
  ]);
  assert.match(said.join("\n"), /mlflow\/queues.*queues-second.*taken back by mlflow\/queues-first/);
});

test("what cannot be backed up because it is half replaced does not keep the next attempt; what is untouched does", async () => {
  await earlier(["restored", "restored", "begun", "restored"]);
  const said: string[] = [];
  const refuse = (): never => {
    throw new InputError("its database is empty");
  };
  const { record } = await attempt(stores, refuse, said);
  assert.match(record.stores[2]?.words.join() ?? "", /none that this version reads/);
  assert.match(said.join("\n"), /mlflow\/queues.*its database is empty/);

  await earlier(["restored", "not-begun", "restored", "restored"]);
  await assert.rejects(
    attempt(stores, refuse),
    /mlflow\/untouched could not be backed up.*its database is empty; it was not replaced \(--no-safety-backup/,
  );
});

test("a store that is planned since the attempt before is written down and backed up; one that is planned no more keeps it from being over", async () => {
  const [restored, added, gone] = stores;
  assert.ok(restored !== undefined && added !== undefined && gone !== undefined);
  const known = ({ store }: PlannedStore, state: StoreState["state"]): StoreState => ({
    store,
    backup: "b",
    besides: [],
    state,
    words: [],
  });
  const backUp: InPlaceOptions["backUp"] = async () => added.sealed;
  const before = { ...begun, state: "failed" as const };

  await keepRestore({ ...before, stores: [known(restored, "restored")] }, lent.repository, lent);
  const { record: more } = await attempt([restored, added], backUp);
  await keepRestore({ ...before, stores: [known(restored, "restored"), known(gone, "failed")] }, lent.repository, lent);
  const { record: less } = await attempt([restored], backUp);

  assert.deepEqual(
    more.stores.map(({ store, safety, state }) => [store, safety, state]),
    [
      [restored.store, undefined, "restored"],
      [added.store, added.sealed.manifest.id, "failed"],
    ],
  );
  assert.equal(less.state, "failed");
});

test("a fence that did not hold is told with what to do, written down, and told again by who repeats it", async () => {
  await keepRestore({ ...begun, state: "failed", stores: [] }, lent.repository, lent);
  const behindFence: InPlaceOptions["behindFence"] = async (work) => ({
    done: await work(),
    fenced: { kind: "unfenced", why: "the fence did not hold: somebody changed mlflow" },
    notGivenBack: [],
  });
  const options = { ...lent, home: lent.repository, by: "ana", backUp: undefined, behindFence };
  const nothing = { from: lent.from, target: lent.target, stores: [], left: [] };
  const words = /not down all the time.*somebody changed mlflow.*take it back/;
  for (let attempts = 0; attempts < 2; attempts += 1) {
    const { record } = await restoreInPlace(nothing, options, testPorts);
    assert.equal(record.state, "restored");
    assert.match(record.notDown.join(), words);
    assert.equal(record.notDown.length, 1);
  }
  const known = await findRestore(lent.id, lent.repository);
  assert.match(known.notDown.join(), words);
  const { record: undone } = await undoRestore(known, { ...lent, behindFence }, testPorts);
  assert.deepEqual([undone.state, undone.notDown.length], ["undone", 1]);
  assert.match((await findRestore(lent.id, lent.repository)).notDown.join(), /look at what is there now/);
});

test("a restore that is killed while its applications come up again is not over", async () => {
  const killed = { ...lent, id: "killed-restore", home: lent.repository, by: "ana", backUp: undefined };
  const nothing = { from: lent.from, target: lent.target, stores: [stores[0] ?? assert.fail()], left: [] };
  await keepRestore({ ...begun, id: killed.id, stores: [] }, lent.repository, lent);
  const behindFence: InPlaceOptions["behindFence"] = async (work) => {
    await work();
    throw new SystemError("the machine is gone", "retry");
  };
  await assert.rejects(restoreInPlace(nothing, { ...killed, behindFence }, testPorts), /the machine is gone/);
  assert.equal((await findRestore(killed.id, lent.repository)).state, "begun");
});

test("a restore from the second repository is written down where it is taken back from, not in the second", async () => {
  const second = (await TestRepository.make()).open();
  const options = { ...lent, id: "second-restore", repository: second, home: lent.repository, by: "ana" };
  const nothing = { from: lent.from, target: lent.target, stores: [], left: [] };
  await restoreInPlace(nothing, { ...options, backUp: undefined, behindFence: undefined }, testPorts);
  assert.equal((await findRestore(options.id, lent.repository)).state, "restored");
  assert.deepEqual(await second.snapshots(), []);
});

test("what of a store was restored is in the record: a prefix, a Git repository", async () => {
  const options = {
    ...lent,
    id: "restore-part",
    prefix: "models/",
    gitRepository: "team/model",
    by: "ana",
    home: lent.repository,
  };
  const plan = { from: lent.from, target: lent.target, stores: [], left: [] };
  await restoreInPlace(plan, { ...options, backUp: undefined, behindFence: undefined }, testPorts);
  const { prefix, gitRepository } = await findRestore("restore-part", lent.repository);
  assert.deepEqual([prefix, gitRepository], ["models/", "team/model"]);
});

test("a backup whose last telling proof failed is refused in place, and elsewhere the plan says so", async () => {
  const url = await databaseWith("create table t (id int)");
  const secret = (): Promise<string> => Promise.resolve(url);
  const { manifest, digest } = await repository.backUp(url);
  const proof = async (verdict: string): Promise<void> => {
    const { installation, environment } = lent.identity;
    const of = { backup: manifest.id, installation, environment, store: "mlflow/database", digest };
    const tags = tagsOf({ part: "proof", ...of, verdict, provenAt: repository.now(), millis: 1 });
    await lent.repository.record("proof.json", tags, "{}", lent.signal);
  };
  const declared: readonly BackupStore[] = [
    { component: "mlflow", store: "database", kind: "postgresql", url: { kind: "env", name: "DATABASE_URL" } },
  ];
  const plan = async (target: RestoreOptions["target"]) => {
    const { stores: planned } = await planRestore({ ...lent, secret, declared, from: manifest.id, target }, testPorts);
    return planned[0]?.plan ?? assert.fail("nothing is planned");
  };
  await proof("proven");
  assert.deepEqual((await plan({ kind: "in-place" })).refuses, []);
  for (const verdict of ["failed", "unknown"]) await proof(verdict);
  assert.match((await plan({ kind: "in-place" })).refuses.join(), /its last proof failed .*take another, or prove it/);
  const elsewhere = await plan({ kind: "database", name: "copy_of_it" });
  assert.deepEqual(elsewhere.refuses, []);
  assert.match(elsewhere.notes.join(), /its last proof failed/);
  await proof("proven");
  assert.deepEqual((await plan({ kind: "in-place" })).refuses, []);
});

test("what was restored well is taken back only when a backup of what is there now could be made, or nobody wants one", async () => {
  const config: BackupStore = { component: "mlflow", store: "queues", kind: "redis", url };
  const secret = async (): Promise<string> => "redis://127.0.0.1:1/";
  const ask = { ...lent, secret, declared: [config] };
  const made = await repository.backUp(await databaseWith(""));
  const state = { store: "mlflow/queues", backup: "b", safety: made.manifest.id, besides: [], words: [] };
  const record: RestoreRecord = { ...begun, state: "restored", stores: [{ ...state, state: "restored" }] };
  const backUp = (): never => {
    throw new SystemError("the disk is full", "stop");
  };
  const [left] = (await undoRestore(record, { ...ask, backUp }, testPorts)).record.stores;
  assert.equal(left?.state, "restored");
  assert.match(left?.words.join() ?? "", /the disk is full; it was not taken back \(--no-safety-backup/);

  const half: RestoreRecord = { ...record, stores: [{ ...state, state: "begun" }] };
  for (const [known, more] of [
    [half, { backUp }],
    [record, {}],
  ] as const) {
    const [tried] = (await undoRestore(known, { ...ask, ...more }, testPorts)).record.stores;
    assert.equal(tried?.state, "failed");
    assert.doesNotMatch(tried?.words.join() ?? "", /not taken back/);
  }
});
