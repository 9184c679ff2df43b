import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { instantOf } from "../kernel/instant.ts";
import { type RunSweep, type StillOpen, sweepEndedRuns } from "./store-sweep.ts";
import { act, type Bench, check, openBench } from "./test-support.ts";

const nothingOpen: StillOpen = { runs: [], workOrders: [], incidents: [] };
const future = instantOf(Date.UTC(2029, 0, 1));

function sweepOf(bench: Bench, changes: Partial<RunSweep> = {}): RunSweep {
  const { record } = bench.ports;
  return { now: future, endedBefore: future, stillOpen: async () => nothingOpen, record, ...changes };
}

async function rowsIn(bench: Bench, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(
    bench.store.tables(),
  );
  return rows[0]?.count ?? 0;
}

async function link(bench: Bench, id: string, links: Readonly<Record<string, string>>): Promise<void> {
  await sql`update runs set links = ${JSON.stringify(links)}::jsonb where id = ${id}`.execute(bench.store.tables());
}

async function remaining(bench: Bench): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`select id from runs`.execute(bench.store.tables());
  return rows.map(({ id }) => id).toSorted((a, b) => (a < b ? -1 : 1));
}

test("a run that ended long ago goes with all that belongs to it, and the journal says so", async (t) => {
  const bench = await openBench();
  t.after(() => bench.store.close());
  await bench.start([act("one")]);
  await bench.settle();
  const firstEnd = bench.at;
  bench.later(60);
  await bench.start([act("two")]);
  await bench.settle();
  const lastEnd = bench.at;
  assert.ok((await rowsIn(bench, "run_attempts")) > 0 && (await rowsIn(bench, "run_events")) > 0);

  assert.equal(
    await sweepEndedRuns(bench.store, sweepOf(bench, { endedBefore: firstEnd })),
    0,
    "not earlier than that",
  );
  bench.journal.length = 0;
  assert.equal(await sweepEndedRuns(bench.store, sweepOf(bench)), 2);
  for (const table of ["runs", "run_attempts", "run_approvals", "run_events"])
    assert.equal(await rowsIn(bench, table), 0, table);
  assert.equal(bench.journal.length, 1);
  assert.deepEqual(bench.journal[0]?.evidence, { removed: 2, firstEndedAt: firstEnd, lastEndedAt: lastEnd });
  assert.equal(await sweepEndedRuns(bench.store, sweepOf(bench)), 0);
  assert.equal(bench.journal.length, 1, "nothing went: nothing is said");
});

test("a run that has not ended stays, however old: one that waits for a person, and one that nobody took", async (t) => {
  const bench = await openBench();
  t.after(() => bench.store.close());
  bench.target.answers.set("asked", [{ kind: "failed", message: "no" }]);
  const held = await bench.start([check("asked")]);
  await bench.settle();
  assert.equal((await bench.show(held.id)).state, "waiting");
  const ready = await bench.start([act("never")], { environment: "production" });

  assert.equal(await sweepEndedRuns(bench.store, sweepOf(bench)), 0);
  assert.deepEqual(
    await remaining(bench),
    [held.id, ready.id].toSorted((a, b) => (a < b ? -1 : 1)),
  );
});

test("a run stays while an open work order or incident names it, or it names them", async (t) => {
  const bench = await openBench();
  t.after(() => bench.store.close());
  const named = await bench.start([act("named")]);
  const ofOrder = await bench.start([act("of-order")]);
  const ofIncident = await bench.start([act("of-incident")]);
  const ofOther = await bench.start([act("of-other")]);
  await bench.settle();
  await link(bench, ofOrder.id, { workOrder: "w1" });
  await link(bench, ofIncident.id, { incident: "7" });
  await link(bench, ofOther.id, { workOrder: "w2", incident: "8" });
  const open: StillOpen = { runs: [named.id], workOrders: ["w1"], incidents: ["7"] };

  assert.equal(await sweepEndedRuns(bench.store, sweepOf(bench, { stillOpen: async () => open })), 1);
  assert.deepEqual(
    await remaining(bench),
    [named.id, ofOrder.id, ofIncident.id].toSorted((a, b) => (a < b ? -1 : 1)),
  );
});

test("what the journal does not take is not removed", async (t) => {
  const bench = await openBench();
  t.after(() => bench.store.close());
  const { id } = await bench.start([act("kept")]);
  await bench.settle();
  const record = async (): Promise<void> => Promise.reject(new Error("the journal is away"));
  await assert.rejects(sweepEndedRuns(bench.store, sweepOf(bench, { record })), /journal is away/);
  assert.deepEqual(await remaining(bench), [id]);
});

test("many runs go in parts, the oldest first", async (t) => {
  const bench = await openBench();
  t.after(() => bench.store.close());
  for (const name of ["a", "b", "c"]) {
    await bench.start([act(name)]);
    await bench.settle();
    bench.later(60);
  }
  assert.equal(await sweepEndedRuns(bench.store, sweepOf(bench, { limit: 2 })), 2);
  assert.equal(await sweepEndedRuns(bench.store, sweepOf(bench, { limit: 2 })), 1);
});
