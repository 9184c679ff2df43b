// oxlint-disable no-restricted-imports -- tests write to databases of their own
import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { InputError } from "../../../kernel/errors.ts";
import type { SqliteStore } from "../../../platform/backup-stores.ts";
import { folder } from "../../others/prove.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { taken } from "../taking.test-support.ts";
import { application } from "../volume/volume.test-support.ts";
import { sqlite } from "./index.ts";
import { restore } from "./restore.ts";

const data = folder();
const path = join(data, "ml flow's.db");
const app = await application("mlflow", data);
const config: SqliteStore = { component: "mlflow", store: "runs", kind: "sqlite", pod: app.pod, path };
const target = { kind: "in-place" } as const;

/** A writer as an application is: what it wrote last stands in its log when it is killed. */
function write(sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(`pragma journal_mode = wal; pragma wal_autocheckpoint = 0; ${sql}`);
  db.close();
}
function rows(): unknown {
  const db = new DatabaseSync(path);
  try {
    assert.deepEqual(
      db
        .prepare("pragma integrity_check")
        .all()
        .map((row) => Object.values(row)),
      [["ok"]],
    );
    return db.prepare("select count(*) as n from runs").get()?.["n"];
  } finally {
    db.close();
  }
}

const many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)";
write(`create table runs (id integer primary key, note text); ${many} insert into runs select i, 'note' || i from n`);
const first = await taken(sqlite, config, { cluster: app.cluster });

const lent = (backup: typeof first) =>
  restoringOf({ stored: backup.stored, cluster: app.cluster, down: [app.workload] });

test("a plan looks while the application is up, and says what has to be down", async () => {
  const plan = await restore.plan(first.sealed, config, target, lent(first));
  assert.deepEqual([plan.refuses, plan.isThere], [[], true]);
  assert.match(plan.does.join(), /3000 rows in 1 tables/);
  const up = await restore.plan(first.sealed, config, target, { ...lent(first), down: [] });
  assert.match(
    up.refuses.join(),
    /the deployment mlflow\/mlflow has to be down meanwhile: name it under fence\.scaleDown/,
  );
  await assert.rejects(
    async () => restore.hold?.(config, lent(first)),
    (thrown) => thrown instanceof InputError && /the volume is in use by mlflow-/.test(thrown.message),
  );
});

test("with the application down the file is replaced, its old log is not played into it, and it is taken back", async () => {
  write("delete from runs where id > 100");
  // A log that the application left when it was killed: it must not meet the file that is restored.
  const open = new DatabaseSync(path);
  open.exec("pragma wal_autocheckpoint = 0; delete from runs where id > 50");
  const log = statSync(`${path}-wal`).size;
  assert.ok(log > 0);
  await app.scale(0);
  const restoring = lent(first);
  const held = await restore.hold?.(config, restoring);
  assert.ok(held?.isThere);
  const safety = await taken(sqlite, held.config, { cluster: app.cluster });
  const done = await restore.run(first.sealed, held.config, target, restoring);
  assert.match(done.did.join(), /3000 rows/);
  assert.deepEqual(readdirSync(data), ["ml flow's.db"]);
  assert.equal(rows(), 3000);
  open.close();

  await restore.undo?.(held.config, safety.sealed, { ...restoring, ...readsFrom(safety) });
  assert.equal(rows(), 50);
  assert.deepEqual(await held.release(), []);
  assert.deepEqual(await app.names(), []);
});

function readsFrom(backup: typeof first) {
  return { readPart: restoringOf({ stored: backup.stored, cluster: app.cluster }).readPart };
}

test("a file that is gone comes back; a backup that is damaged and a cut connection leave what was there", async () => {
  await app.scale(0);
  const restoring = lent(first);
  const held = await restore.hold?.(config, restoring);
  assert.ok(held);
  rmSync(path);
  await restore.run(first.sealed, held.config, target, restoring);
  assert.equal(rows(), 3000);
  write("delete from runs where id > 7");
  const damaged = new Map([...first.stored].map(([name, bytes]) => [name, Buffer.from(bytes).fill(1, 5000, 5001)]));
  await assert.rejects(
    restore.run(first.sealed, held.config, target, restoringOf({ stored: damaged, cluster: app.cluster })),
  );
  app.pods.cutUpAfter(30_000);
  await assert.rejects(restore.run(first.sealed, held.config, target, restoring), /is as it was/);
  app.pods.cutUpAfter(undefined);
  assert.equal(rows(), 7);
  await restore.run(first.sealed, held.config, target, restoring);
  assert.equal(rows(), 3000);
  assert.deepEqual(readdirSync(data), ["ml flow's.db"]);
  await held.release();
  assert.ok(existsSync(path));
});

test("a swap that was killed is put back with its log, and is there for the backup that is made before", async () => {
  const [kept, keptLog] = [join(folder(), "kept"), join(folder(), "kept-wal")];
  const open = new DatabaseSync(path);
  open.exec("pragma journal_mode = wal; pragma wal_autocheckpoint = 0; delete from runs where id > 50");
  copyFileSync(path, kept);
  copyFileSync(`${path}-wal`, keptLog);
  open.close();
  for (const moved of [[""], ["", "-wal"]]) {
    copyFileSync(kept, path);
    copyFileSync(keptLog, `${path}-wal`);
    for (const ending of moved) renameSync(`${path}${ending}`, `${path}.millwright-0123456789ab.before${ending}`);

    const held = await restore.hold?.(config, lent(first));
    assert.ok(held?.isThere);
    const safety = await taken(sqlite, held.config, { cluster: app.cluster });
    assert.deepEqual(safety.sealed.body.tables, [{ table: "runs", rows: 50 }]);
    const damaged = restoringOf({ stored: new Map(), cluster: app.cluster });
    await assert.rejects(restore.run(first.sealed, held.config, target, damaged));
    assert.equal(rows(), 50);
    await restore.run(first.sealed, held.config, target, lent(first));
    assert.equal(rows(), 3000);
    assert.deepEqual(readdirSync(data), ["ml flow's.db"]);
    await held.release();
  }
});

test("a link in the file's place gives way, and who may read what it led to may read what is restored", async () => {
  const real = join(data, "real");
  renameSync(path, real);
  chmodSync(real, 0o600);
  symlinkSync("real", path);
  const held = await restore.hold?.(config, lent(first));
  assert.ok(held?.isThere);

  await restore.run(first.sealed, held.config, target, lent(first));

  await held.release();
  assert.equal(rows(), 3000);
  assert.equal((lstatSync(path).mode & 0o7777).toString(8), "600");
});
