import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { beat, type DatabaseVerdict, judgeDatabase, readGeneration } from "./generation.ts";
import { findPrograms } from "./programs.ts";
import { openStore, type Store } from "./store.ts";
import { emptyDatabase, testDatabase } from "./test-support.ts";

const at = (hour: number): Instant => instantOf(Date.UTC(2026, 10, 20, hour));

async function withStore(url: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = openStore({ url, applicationName: "generation" });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

const why = (verdict: DatabaseVerdict): string => (verdict.kind === "restored" ? verdict.why : verdict.kind);

test("a new database is the first, and after a beat the same, with and without a memory outside", async () => {
  await withStore(await testDatabase(), async (store) => {
    assert.deepEqual(judgeDatabase(await readGeneration(store), undefined), { kind: "first" });

    const first = await beat(store, at(1));
    const second = await beat(store, at(2));
    assert.deepEqual([first.number, second.number, second.beatAt], [1, 2, at(2)]);
    assert.equal(first.platformId, second.platformId);

    const found = await readGeneration(store);
    assert.deepEqual(judgeDatabase(found, undefined), { kind: "same" });
    assert.deepEqual(judgeDatabase(found, second), { kind: "same" });
    // A crash between the write and its memory: the database is ahead.
    assert.deepEqual(judgeDatabase(found, first), { kind: "same" });
  });
});

test("vacuum does not make a database look restored", async () => {
  await withStore(await testDatabase(), async (store) => {
    await beat(store, at(1));
    await sql`vacuum (freeze) generation`.execute(store.tables());
    assert.deepEqual(judgeDatabase(await readGeneration(store), undefined), { kind: "same" });
    await sql`vacuum (full, freeze) generation`.execute(store.tables());
    assert.deepEqual(judgeDatabase(await readGeneration(store), undefined), { kind: "same" });
  });
});

test("a database loaded from yesterday's dump is found out without any memory, until a person accepts it", async () => {
  const [programs] = findPrograms("");
  const [from, to] = [await testDatabase(), await emptyDatabase()];
  await withStore(from, async (store) => void (await beat(store, at(1))));
  const dump = spawnSync(`${programs?.folder}/pg_dump`, ["--dbname", from], { encoding: "utf8" });
  assert.equal(dump.status, 0, dump.stderr);
  const load = spawnSync(`${programs?.folder}/psql`, ["-q", "-v", "ON_ERROR_STOP=1", "--dbname", to], {
    encoding: "utf8",
    input: dump.stdout,
  });
  assert.equal(load.status, 0, load.stderr);

  await withStore(to, async (store) => {
    const verdict = judgeDatabase(await readGeneration(store), undefined);
    assert.equal(why(verdict), "it was loaded from a dump");
    assert.equal(verdict.kind === "restored" && verdict.lastBeatAt, at(1));

    const accepted = await beat(store, at(5), 40);
    assert.equal(accepted.number, 41);
    assert.deepEqual(judgeDatabase(await readGeneration(store), accepted), { kind: "same" });
  });
});

test("a disk set back to an older snapshot is found out by what is remembered outside", async () => {
  await withStore(await testDatabase(), async (store) => {
    await beat(store, at(1));
    const old = await readGeneration(store);
    const remembered = await beat(store, at(9));
    assert.match(why(judgeDatabase(old, remembered)), /ends at .*T01:.*until .*T09:/);
  });
});

test("another server, another installation and an emptied database are found out", async () => {
  await withStore(await testDatabase(), async (store) => {
    const remembered = await beat(store, at(1));
    const found = await readGeneration(store);
    assert.ok(found !== undefined);
    const moved = { ...found, nowIn: "7/2/5" };
    assert.match(why(judgeDatabase(moved, undefined)), /another server/);
    assert.deepEqual(judgeDatabase(moved, remembered), { kind: "same" });
    assert.match(why(judgeDatabase(found, { ...remembered, platformId: "other" })), /another installation/);
    assert.match(why(judgeDatabase(undefined, remembered)), /empty/);
  });
});
