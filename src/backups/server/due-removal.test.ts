import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { sql } from "kysely";
import { openBench } from "../../engine/test-support.ts";
import { SystemError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { Backups } from "../../platform/server-backups.ts";
import { removalTurnsOf } from "../schedule/removal-turns.ts";
import { startDueRemoval } from "./due-removal.ts";
import { lookOfState } from "./look.ts";
import { keepListed } from "./mirror.ts";
import { backupProcedures, mostBackups, mostBeside } from "./procedures.ts";
import type { ShownPrune } from "./shown-prune.ts";
import { backupState } from "./state.ts";
import { removalState } from "./state-removal.ts";

const bench = await openBench();
after(() => bench.store.close());
bench.policy = { ...bench.policy, procedures: backupProcedures, approval: () => true };

const environment = "staging";
const stores = [{ component: "mlflow", kind: "postgresql", url: "env:URL" }];
const declare = (retention: object) => {
  const given = { environment, repository: "/srv/backups", key: "env:KEY", stores, retention };
  const [declared] = Backups.parse({ environments: [given] }).environments;
  assert.ok(declared);
  return declared;
};
const weekly = declare({});
const { store } = bench;

const none: ShownPrune = { kept: [], removed: [], packs: [], points: [], debris: [], archives: [] };
const old = (id: string, takenAt: string) => ({ id, store: "mlflow/database", takenAt, bytes: 1, why: ["old"] });
const some: ShownPrune = {
  ...none,
  removed: [old("b", "2026-02-01T00:00:00.000Z"), old("a", "2026-01-01T00:00:00.000Z")],
};
const asked: string[] = [];

/** So many days after the first look, a Friday. */
const at = (days: number): Instant => instantOf(Date.UTC(2026, 10, 20, 12) + days * 86_400_000);

const tick = (days: number, shown: ShownPrune | Error, declared = weekly) =>
  startDueRemoval(store, { policy: bench.policy, record: bench.ports.record }, declared, at(days), async () => {
    asked.push(String(days));
    if (shown instanceof Error) throw shown;
    return shown;
  });

async function wait(id: string | undefined, state: string, waitsFor: string | null): Promise<void> {
  await sql`update runs set state = ${state}, waits_for = ${waitsFor}, position = 1 where id = ${id}`.execute(
    store.tables(),
  );
}

test("the turn is Monday's, or as it is declared; by hand there is none", () => {
  const turn = (retention: object) => removalTurnsOf(declare(retention).retention)?.schedule;
  assert.deepEqual(turn({}), { every: "week", on: "Monday 06:00", zone: "UTC" });
  assert.deepEqual(turn({ every: "month", on: "first Tuesday 08:00", zone: "Europe/Paris" }), {
    every: "month",
    on: "first Tuesday 08:00",
    zone: "Europe/Paris",
  });
  assert.deepEqual(turn({ every: "day" }), { every: "day", on: "06:00", zone: "UTC" });
  assert.equal(turn({ every: "by-hand" }), undefined);
  assert.throws(() => turn({ on: "someday" }), /is not a day and time/);
});

test("the repository is asked once a turn; one that does not answer is asked again at the next tick", async () => {
  assert.equal(await tick(0, some), undefined);
  assert.equal(await tick(1, some), undefined);
  assert.deepEqual(asked, [], "before its turn nothing is asked");
  assert.equal(await tick(3, new SystemError("away", "retry")), undefined);
  assert.equal(await tick(3.1, none), undefined);
  assert.equal(await tick(3.2, some), undefined, "the turn is over");
  assert.deepEqual(asked, ["3", "3.1"]);
  assert.equal(await tick(10, { ...some, refused: "a clock was set back" }), undefined);
  assert.deepEqual((await sql`select id from runs`.execute(store.tables())).rows, []);
});

let run: string | undefined;

test("what goes is named, the oldest first; while it is removed no other is begun, and its turn waits", async () => {
  run = await tick(17, some);
  assert.deepEqual((await bench.show(run ?? "")).arguments["remove"], ["a", "b"]);
  await wait(run, "running", null);
  assert.equal(await tick(24, { ...some, packs: ["c".repeat(64)] }), undefined);
  assert.ok(!asked.includes("24"));
  await wait(run, "waiting", "approval");
});

test("as much as one removal may name fits a command line, and what is too much is left for the next turn", async () => {
  const id = (index: number): string => String(index).padStart(64, "0");
  const ids = Array.from({ length: mostBeside + 1 }, (_, index) => id(index));
  const much: ShownPrune = {
    ...none,
    removed: ids.map((one) => old(`mlflow-database-20260101T000000Z-${one.slice(-8)}`, "2026-01-01T00:00:00.000Z")),
    packs: ids,
    points: ids.map((one) => `point-staging-20260101T000000Z-${one.slice(-8)}`),
    debris: ids.map((snapshot) => ({ snapshot, backup: "", store: "", at: "", why: "" })),
  };
  const elsewhere = { ...weekly, environment: "production" };
  await tick(0, much, elsewhere);
  const started = await Promise.all([3, 3.0001, 3.0002].map((days) => tick(days, much, elsewhere)));
  const [only = "", ...more] = started.filter((one) => one !== undefined);
  assert.deepEqual(more, [], "servers that find its turn come at one moment begin it once");
  const { arguments: given } = await bench.show(only);
  const named = ["remove", "packs", "debris", "points"].map((name) => given[name] as readonly string[]);
  assert.deepEqual(
    named.map(({ length }) => length),
    [mostBackups, mostBeside, mostBeside, mostBackups],
  );
  const args = named.flat().flatMap((one) => ["--only", one]);
  const { error, status } = spawnSync("true", args);
  assert.deepEqual([error, status], [undefined, 0]);
  assert.ok(JSON.stringify(args).length < 1_200_000, "and a Job");
});

test("a removal that waits for somebody ends when there is nothing to be removed any more", async () => {
  assert.equal(await tick(25, some), undefined, "the same waits already");
  assert.equal((await bench.show(run ?? "")).state, "waiting");
  assert.equal(await tick(31, none), undefined);
  const { state, reason } = await bench.show(run ?? "");
  assert.deepEqual([state, reason], ["aborted", "There is nothing to be removed any more."]);
});

const listed = (ages: readonly number[], debris: readonly number[] = []) => ({
  backups: ages.map((days) => ({
    id: `mlflow-${days}`,
    store: "mlflow/database",
    kind: "postgresql",
    class: "daily" as const,
    takenAt: at(100 - days),
    bytes: 10,
    digest: "d",
    proofs: [{ snapshot: `proof-${days}`, provenAt: at(100 - days), verdict: "proven", digest: "d" }],
  })),
  points: [],
  debris: debris.map((days) => ({ snapshot: `s${days}`, backup: "", store: "", at: at(100 - days), why: "" })),
  drills: [],
  removals: [],
  others: 0,
});

async function overdue(declared: typeof weekly, ages: readonly number[], debris: readonly number[] = []) {
  await sql`delete from backups`.execute(store.tables());
  await keepListed(store, environment, listed(ages, debris), at(100));
  const state = await backupState(store, declared, { production: true, expected: [], now: at(100) });
  const { backups, bytes } = state.removal ?? {};
  const found = lookOfState(state, []).findings.find(({ rule }) => rule === "backup-removal-overdue");
  return [backups, bytes, found?.message];
}

test("what could have gone weeks ago is found, by days and by grandfather, father and son; what is fresh is not", async () => {
  assert.deepEqual(await overdue(weekly, [1, 31, 50]), [2, 20, undefined]);
  assert.deepEqual(await overdue(weekly, [1, 31, 59, 60]), [3, 30, "2 backups could have gone 4 weeks ago."]);
  const byHand = await overdue(declare({ every: "by-hand" }), [1, 31, 60]);
  assert.equal(
    byHand[2],
    "1 backup could have gone 4 weeks ago. Nothing is removed here but by hand (retention.every).",
  );
  assert.deepEqual(await overdue(declare({ every: "month" }), [1, 31, 60]), [2, 20, undefined]);
  const gfs = declare({ gfs: { daily: 2 } });
  assert.deepEqual(await overdue(gfs, [1, 2, 3]), [1, 10, undefined]);
  assert.deepEqual(await overdue(gfs, [1, 2, 3, 40, 41, 42]), [4, 40, "1 backup could have gone 4 weeks ago."]);
  assert.match(
    String((await overdue(weekly, [1], [29]))[2]),
    /^What interrupted runs left lies there since 2027-01-30/,
  );
  assert.deepEqual(await overdue(weekly, [1], [27]), [0, 0, undefined]);
});

test("since when nobody answers is counted from the first that waited, and anew once one was done", async () => {
  const rows = [
    ["first", "aborted", null, 80],
    ["second", "waiting", "approval", 90],
  ] as const;
  await sql`delete from runs`.execute(store.tables());
  const [of] = [await tick(101, some)];
  for (const [id, state, waitsFor, days] of rows)
    await sql`insert into runs select (jsonb_populate_record(runs, jsonb_build_object('id', ${id}::text, 'key', ${id}::text,
      'state', ${state}::text, 'waits_for', ${waitsFor}::text, 'created_at', ${at(days)}::text,
      'ended_at', case when ${state} = 'waiting' then null else ${at(days)}::text end))).* from runs where id = ${of}`.execute(
      store.tables(),
    );
  await sql`delete from runs where id = ${of}`.execute(store.tables());
  const waiting = async () => (await removalState(store, weekly, [], { now: at(100), receiptHours: 24 })).waiting;
  assert.deepEqual(await waiting(), { run: "second", since: at(80), freesBytes: undefined });
  await sql`update runs set state = 'done' where id = 'first'`.execute(store.tables());
  assert.equal((await waiting())?.since, at(90));
});
