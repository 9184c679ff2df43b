import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { InputError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { systems } from "../../systems/index.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { type InPlaceOptions, restoreInPlace } from "./in-place.ts";
import { findRestore, keepRestore, type RestoreRecord } from "./record.ts";
import type { PlannedStore, RestoreOptions } from "./restore.ts";

type StoreState = RestoreRecord["stores"][number];

const repository = await TestRepository.make();
const lent: RestoreOptions = {
  id: "restore-r1-restore",
  from: "point-1",
  stores: [],
  prefix: "",
  target: { kind: "in-place" },
  repository: repository.open(),
  identity: repository.identity(),
  declared: [],
  scratch: tmpdir(),
  path: "",
  secret: () => Promise.reject(new InputError("there is no secret in this test")),
  cluster: () => Promise.reject(new InputError("there is no cluster in this test")),
  systems,
  clock: { now: () => repository.now() },
  progress: () => undefined,
  signal: new AbortController().signal,
};
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
  return restoreInPlace(plan, { ...lent, progress, by: "ana", backUp, behindFence: undefined }, testPorts);
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
  const record = { schema: "millwright/restore/1" as const, id: lent.id, from: lent.from, by: "ana", beganAt: "" };
  await keepRestore({ ...record, prefix: "", state: "failed", stores: known }, lent);
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
  await assert.rejects(attempt(stores, refuse), /its database is empty/);
});
