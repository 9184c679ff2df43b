// oxlint-disable no-restricted-imports -- a test writes to a database of its own
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { SystemError } from "../../kernel/errors.ts";
import type { KubeWriter } from "../../kernel/kube.ts";
import type { BackupStore } from "../../platform/backup-stores.ts";
import { application } from "../kinds/volume/volume.test-support.ts";
import { folder } from "../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { restoreInPlace } from "./in-place.ts";
import { findRestore, type RestoreRecord } from "./record.ts";
import { restoreOptions } from "./restore.test-support.ts";
import { planRestore, type RestoreOptions } from "./restore.ts";
import { undoRestore } from "./undo.ts";

const data = folder();
const path = join(data, "mlflow.db");
const app = await application("mlflow", data);
const store: BackupStore = { component: "mlflow", store: "runs", kind: "sqlite", pod: app.pod, path };
const repository = await TestRepository.make();

/** What a statement says first of all. */
function sql(statement: string): unknown {
  const db = new DatabaseSync(path);
  try {
    return Object.values(db.prepare(statement).get() ?? {})[0];
  } finally {
    db.close();
  }
}

/** Its connection breaks when a program has ended and its end is not told yet. */
function cutting(program: "write" | "swap"): KubeWriter {
  return new Proxy(app.cluster, {
    get(cluster, name) {
      if (name !== "execStream") return Reflect.get(cluster, name) as unknown;
      return async (...asked: Parameters<KubeWriter["execStream"]>) => {
        const started = await cluster.execStream(...asked);
        if (asked[1].command[3] !== program || started.kind !== "known") return started;
        for await (const _ of started.value.output);
        throw new SystemError("the connection was lost", "retry");
      };
    },
  });
}

const options = (id: string, from: string, cluster: KubeWriter): RestoreOptions =>
  restoreOptions(repository, { id, from, declared: [store], down: [app.workload], cluster: async () => cluster });

const backUp = (config: BackupStore) =>
  repository.backUpStore(config, { cluster: async () => app.cluster, class: "before-restore", down: [app.workload] });

async function attempt(asked: RestoreOptions): Promise<RestoreRecord> {
  const more = { home: asked.repository, by: "tests", backUp, behindFence: undefined };
  return (await restoreInPlace(await planRestore(asked, testPorts), { ...asked, ...more }, testPorts)).record;
}

async function undo(id: string): Promise<RestoreRecord> {
  const known = await findRestore(id, repository.open());
  return (await undoRestore(known, { ...options(id, known.from, app.cluster), backUp }, testPorts)).record;
}

sql("create table runs (note text)");
sql("insert into runs values ('backed up')");
const { manifest } = await repository.backUpStore(store, { cluster: async () => app.cluster });
await app.scale(0);

test("a restore whose swap was cut and that is done again is taken back to what was there before the first attempt", async () => {
  sql("update runs set note = 'written since'");

  const cut = await attempt(options("restore-swap", manifest.id, cutting("swap")));
  const again = await attempt(options("restore-swap", manifest.id, app.cluster));
  const restored = sql("select note from runs");
  const undone = await undo("restore-swap");

  assert.deepEqual([cut.state, again.state, restored], ["failed", "restored", "backed up"], JSON.stringify(cut));
  assert.equal(undone.state, "undone", JSON.stringify(undone));
  assert.equal(sql("select note from runs"), "written since");
});

test("a restore that failed before it replaced anything takes nothing back: what was written since stays", async () => {
  sql("update runs set note = 'before it'");

  const cut = await attempt(options("restore-write", manifest.id, cutting("write")));
  sql("update runs set note = 'after it'");
  const undone = await undo("restore-write");

  assert.equal(cut.state, "failed");
  assert.equal(undone.state, "undone", JSON.stringify(undone));
  assert.equal(sql("select note from runs"), "after it");
});
