import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sql } from "kysely";
import { InputError, SystemError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import { memoryIn } from "./memory.ts";
import { migrate } from "./migrations/runner.ts";
import { type DatabaseOptions, openDatabase } from "./open.ts";
import { freePort, isAlive, readPostmasterFile } from "./postmaster.ts";
import { openStore } from "./store.ts";
import { emptyDatabase } from "./test-support.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-open-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let hour = 0;
const clock = { now: () => instantOf(Date.UTC(2026, 10, 20, hour)) };

async function optionsOf(changes: Partial<DatabaseOptions> = {}): Promise<DatabaseOptions> {
  return {
    target: { kind: "url", url: await emptyDatabase() },
    applicationName: "open",
    poolSize: 2,
    statementTimeoutSeconds: 30,
    migrates: true,
    memory: undefined,
    acceptRestored: false,
    waitSeconds: 0,
    clock,
    report: () => undefined,
    ...changes,
  };
}

test("an empty database becomes ours, and is known again", async () => {
  const options = await optionsOf({ memory: memoryIn(join(folder, "first")) });
  const first = await openDatabase(options);
  assert.equal(first.verdict.kind, "first");
  await first.beat();
  await first.close();

  const second = await openDatabase(options);
  assert.equal(second.verdict.kind, "same");
  await second.close();
  assert.equal(statSync(join(folder, "first/database.json")).mode & 0o777, 0o600);
});

test("a database set back to yesterday opens for reading only and says so, until a person accepts it", async () => {
  const said: string[] = [];
  const options = await optionsOf({ memory: memoryIn(join(folder, "back")), report: (message) => said.push(message) });
  const first = await openDatabase(options);
  await sql`create table yesterday as select * from generation`.execute(first.store.tables());
  hour = 20;
  await first.beat();
  // As a snapshot of the disk does it: the row is the old one, and says so of itself.
  await sql`update generation set number = y.number, beat_at = y.beat_at,
    written_by = (pg_current_xact_id()::text::numeric % 4294967296)::bigint::text from yesterday y`.execute(
    first.store.tables(),
  );
  await first.close();

  const restored = await openDatabase(options);
  assert.equal(restored.verdict.kind, "restored");
  assert.match(said.join(), /What was done after 2026-11-20T00:00.*reading only.*--accept-restored/);
  await assert.rejects(
    sql`delete from generation`.execute(restored.store.tables()),
    (thrown) => thrown instanceof SystemError && /reading only/.test(thrown.message),
  );
  await restored.beat();
  await restored.close();

  const told: string[] = [];
  const fails = async (): Promise<never> => Promise.reject(new Error("the runs could not be held"));
  await assert.rejects(openDatabase({ ...options, acceptRestored: true, accepting: fails }), /could not be held/);
  const accepting = async (_: unknown, why: string): Promise<void> => void told.push(why);
  const accepted = await openDatabase({ ...options, acceptRestored: true, accepting });
  assert.equal(accepted.verdict.kind, "same");
  assert.equal(told.length, 1, "it still counted as restored: what must come before its use had failed");
  await accepted.close();
  const next = await openDatabase(options);
  assert.equal(next.verdict.kind, "same");
  await next.close();
});

test("a worker does not change the schema: it stops before a server has", async () => {
  const options = await optionsOf({ migrates: false });
  await assert.rejects(
    openDatabase(options),
    (thrown) =>
      thrown instanceof SystemError && thrown.remedy === "stop" && /older than this version/.test(thrown.message),
  );
});

test("a worker of an older version stops before a database of a newer one", async () => {
  const options = await optionsOf();
  const server = await openDatabase(options);
  await sql`insert into schema_migrations values (9999, 'to-come', 'x', now())`.execute(server.store.tables());
  await server.close();
  await assert.rejects(openDatabase({ ...options, migrates: false }), /newer version \(migration 9999 to-come\)/);
});

test("a database that does not answer is waited for, and named when it never does", async () => {
  const said: string[] = [];
  const target = { kind: "url" as const, url: `postgresql://me:canary@127.0.0.1:${await freePort()}/x` };
  const options = await optionsOf({ target, waitSeconds: 1, report: (message) => said.push(message) });
  await assert.rejects(openDatabase(options), (thrown) => {
    assert.ok(thrown instanceof SystemError && thrown.remedy === "retry");
    assert.ok(!`${thrown.stack}${said.join()}`.includes("canary"));
    return true;
  });
  assert.match(said.join(), /does not answer.*waiting for it, at most 1 s/);
});

test("the wait for a database ends when it is told to, also while a connection is tried", async () => {
  const away = `postgresql://me@127.0.0.1:${await freePort()}/x`;
  const stop = new AbortController();
  const refused = await optionsOf({
    target: { kind: "url", url: away },
    waitSeconds: 600,
    stop: stop.signal,
    report: () => stop.abort(),
  });
  await assert.rejects(openDatabase(refused), (thrown) => thrown === stop.signal.reason);

  // Takes the connection and never says a word.
  const silent = createServer();
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const ending = new AbortController();
  const sockets: Socket[] = [];
  silent.on("connection", (socket) => {
    sockets.push(socket);
    ending.abort();
  });
  const hangs = await optionsOf({
    target: { kind: "url", url: `postgresql://me@127.0.0.1:${port}/x` },
    waitSeconds: 600,
    stop: ending.signal,
  });
  const began = openDatabase(hangs);
  await assert.rejects(began, (thrown) => thrown === ending.signal.reason);
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test("a change of the schema ends when it is told to, and nothing of it is kept; so does the wait for another's", async () => {
  const url = await emptyDatabase();
  const store = openStore({ url, applicationName: "other" });
  const busy = async (): Promise<void> => {
    for (let round = 0; round < 200; round += 1) {
      const { rows } = await sql`select 1 from pg_stat_activity
        where application_name = 'open' and query ~ 'pg_advisory_xact_lock|pg_sleep' and state = 'active'`.execute(
        store.tables(),
      );
      if (rows.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail("it never began");
  };
  await store.transaction(async (part) => {
    await sql`select pg_advisory_xact_lock(1835625580)`.execute(part.tables()); // another process changes the schema
    const stop = new AbortController();
    const options = await optionsOf({ target: { kind: "url", url }, stop: stop.signal });
    const opening = openDatabase(options);
    await busy();
    stop.abort();
    await assert.rejects(opening, (thrown) => thrown === stop.signal.reason);
  });

  const stop = new AbortController();
  const mine = openStore({ url, applicationName: "open", poolSize: 2 });
  const slow = { number: 1, name: "slow", sql: "create table half (id int); select pg_sleep(600)" };
  const changing = migrate(mine, clock.now(), [slow], stop.signal);
  await busy();
  stop.abort();
  await assert.rejects(changing, (thrown) => thrown === stop.signal.reason);
  await mine.close();
  const { rows } = await sql<{ half: string | null }>`select to_regclass('half')::text as half`.execute(store.tables());
  assert.deepEqual(rows, [{ half: null }]);
  await store.close();
});

test("a server of our own that is being started ends with the signal and is not left behind", async (t) => {
  const root = mkdtempSync("/tmp/millwright-open-own-");
  chmodSync(root, 0o755);
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const target = { kind: "embedded" as const, folder: join(root, "db"), path: process.env["PATH"] ?? "" };
  const stop = new AbortController();
  const opening = openDatabase(await optionsOf({ target, stop: stop.signal }));
  const seen = new Set<number>();
  const looking = setInterval(() => {
    const found = readPostmasterFile(join(root, "db", "data"));
    if (found === undefined) return;
    seen.add(found.pid);
    stop.abort();
  }, 1);
  await assert.rejects(opening, (thrown) => thrown === stop.signal.reason);
  clearInterval(looking);
  assert.equal(seen.size, 1);
  assert.deepEqual([...seen].filter(isAlive), []);

  // One that another process is starting, or has left half started, is theirs.
  const data = join(root, "db", "data");
  const starting = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", data], { argv0: "postgres" });
  t.after(() => starting.kill("SIGKILL"));
  await once(starting, "spawn");
  writeFileSync(join(data, "postmaster.pid"), `${starting.pid}\n${data}\n1\n1\n\n127.0.0.1\n\nstarting\n`);
  const again = new AbortController();
  const waiting = openDatabase(await optionsOf({ target, stop: again.signal }));
  setTimeout(() => again.abort(), 50);
  await assert.rejects(waiting, (thrown) => thrown === again.signal.reason);
  assert.equal(starting.exitCode, null);
});

test("a damaged memory is an error, not forgetfulness", async () => {
  const memory = memoryIn(folder);
  const anchor = { platformId: "p", number: 3, beatAt: clock.now() };
  await memory.write(anchor);
  assert.deepEqual(await memory.read(), anchor);
  const file = join(folder, "database.json");
  for (const damaged of ["", "{", "{}", readFileSync(file, "utf8").replace("2026", "never")]) {
    writeFileSync(file, damaged);
    await assert.rejects(memory.read(), InputError);
  }
});
