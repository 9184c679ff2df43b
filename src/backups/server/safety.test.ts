import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { sql } from "kysely";
import { openBench } from "../../engine/test-support.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { BackupClass } from "../../platform/backup-schedule.ts";
import { Backups } from "../../platform/server-backups.ts";
import { drillProcedures } from "../drill/procedure.ts";
import type { Listed, ListedBackup } from "./catalogue.ts";
import { startDueCheck, startDueDrills } from "./due.ts";
import { lookOfState } from "./look.ts";
import { keepListed } from "./mirror.ts";
import { backupProcedures } from "./procedures.ts";
import { provenSince } from "./proven.ts";
import { newestProven } from "./receipts.ts";
import { storeReply } from "./replies.ts";
import { backupState } from "./state.ts";

/*
 * What a restore in place replaced lies in a backup of its own, taken just before (class before-restore): the newest of its store
 * for as long as no other is taken.
 */

const bench = await openBench();
after(() => bench.store.close());
bench.policy = { ...bench.policy, procedures: [...backupProcedures, ...drillProcedures] };
const { store } = bench;
const starting = { policy: bench.policy, record: bench.ports.record };

const environment = "staging";
const of = "mlflow/database";
const stores = [{ component: "mlflow", kind: "postgresql", url: "env:URL" }];
const drills = [{ scope: "one", every: "week", on: "Monday 06:00" }];
const [declared] = Backups.parse({
  environments: [{ environment, repository: "/srv/backups", key: "env:KEY", stores, drills }],
}).environments;
assert.ok(declared);

const now = instantOf(Date.UTC(2026, 10, 20, 12));
const ago = (hours: number): Instant => instantOf(Date.parse(now) - hours * 3_600_000);

function backup(hours: number, taken: BackupClass, verdict?: "proven" | "failed"): ListedBackup {
  const proof = { snapshot: `proof-${hours}`, provenAt: ago(hours), digest: "d" };
  return {
    id: `mlflow-${hours}`,
    store: of,
    kind: "postgresql",
    class: taken,
    takenAt: ago(hours),
    bytes: 1,
    digest: "d",
    proofs: verdict === undefined ? [] : [{ ...proof, verdict }],
  };
}

function look(...backups: readonly ListedBackup[]): Promise<void> {
  const listed: Listed = { backups: [...backups], points: [], debris: [], drills: [], removals: [], others: 0 };
  return keepListed(store, environment, listed, now);
}

async function state() {
  assert.ok(declared);
  return backupState(store, declared, { production: true, expected: [], now });
}

async function told() {
  const [one] = (await state()).stores;
  assert.ok(one);
  const { state: standing, why, newest, lastProven, ageHours, backups } = storeReply(environment, one, [], 24);
  return { standing, why, newest: newest?.id, lastProven: lastProven?.id, ageHours, backups };
}

async function findings(): Promise<readonly string[]> {
  return lookOfState(await state(), []).findings.map(({ rule }) => rule);
}

beforeEach(async () => {
  for (const table of ["backups", "backup_proofs", "backups_proven", "backup_turns", "runs"])
    await sql`truncate ${sql.table(table)} cascade`.execute(store.tables());
});

test("a store stands as its own backups do, whatever became of the one that a restore made of what it replaced", async () => {
  for (const verdict of [undefined, "proven", "failed"] as const) {
    await look(backup(1, "before-restore", verdict), backup(9, "daily", "proven"));
    assert.deepEqual(await told(), {
      standing: "backed-up",
      why: `restored and compared at ${ago(9)}`,
      newest: "mlflow-9",
      lastProven: "mlflow-9",
      ageHours: 9,
      backups: 2,
    });
  }
});

test("it makes no store younger that was not backed up for too long", async () => {
  await look(backup(1, "before-restore", "proven"), backup(48, "daily", "proven"));
  assert.equal((await told()).standing, "too-old");
  assert.deepEqual(await findings(), ["backup-too-old"]);
});

test("a store that has no other has none, and it is said what it has", async () => {
  await look(backup(1, "before-restore", "proven"));
  const { standing, why, newest } = await told();
  assert.deepEqual([standing, newest], ["none", undefined]);
  assert.equal(why, "it has no backup but those that restores made of what they replaced");
  const [finding] = lookOfState(await state(), []).findings.filter(({ rule }) => rule === "backup-too-old");
  assert.match(
    finding?.message ?? "",
    /^mlflow\/database has no backup but those that restores made of what they replaced; at most/,
  );
});

test("one that cannot be restored is found all the same", async () => {
  await look(backup(1, "before-restore", "failed"), backup(9, "daily", "proven"));
  assert.deepEqual(await findings(), ["backup-proof-failed"]);
});

test("it does not stand for a backup that went behind our back", async () => {
  await look(backup(30, "daily", "proven"));
  await keepListed(
    store,
    environment,
    { backups: [], points: [], debris: [], drills: [], removals: [], others: 0 },
    ago(2),
  );
  await look(backup(1, "before-restore", "proven"));
  assert.deepEqual(await findings(), ["backup-gone", "backup-too-old"]);
});

test("no receipt is made of it, and no drill begins with it", async () => {
  await look(backup(1, "before-restore", "proven"));
  assert.equal(await newestProven(store, environment, of), undefined);
  assert.ok(declared);
  const monday = instantOf(Date.UTC(2026, 10, 23, 7));
  await startDueDrills(store, starting, declared, now);
  assert.deepEqual(await startDueDrills(store, starting, declared, monday), []);

  await look(backup(1, "before-restore", "proven"), backup(9, "daily", "proven"));
  assert.equal((await newestProven(store, environment, of))?.row.id, "mlflow-9");
});

test("what could have been lost is told between a store's own backups", async () => {
  await look(
    backup(1, "before-restore", "proven"),
    backup(9, "daily", "proven"),
    backup(20, "before-restore", "proven"),
    backup(33, "daily", "proven"),
  );
  const proven = await provenSince(store, environment, ago(1000));
  assert.deepEqual(proven.map(({ takenAt }) => takenAt).toSorted(), [ago(33), ago(9)]);
});

test("the check proves both that were never restored: the store's newest, and what takes the restore back", async () => {
  assert.ok(declared);
  await look(backup(1, "before-restore"), backup(9, "daily"), backup(33, "daily"));
  const run = await startDueCheck(store, starting, declared, now);
  assert.deepEqual((await bench.show(run ?? "")).arguments["prove"], ["mlflow-1", "mlflow-9"]);
});
