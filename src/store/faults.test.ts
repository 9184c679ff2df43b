import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { sql } from "kysely";
import { SystemError } from "../kernel/errors.ts";
import { freePort, initialise, isAlive, type PostmasterFile, startServer, stopServer } from "./postmaster.ts";
import { findPrograms, serverUser } from "./programs.ts";
import { openStore, type Store } from "./store.ts";

const [programs] = findPrograms("");
assert.ok(programs !== undefined, "these tests need a PostgreSQL server: apt-get install postgresql");
const user = serverUser();
const root = mkdtempSync("/tmp/millwright-faults-");
chmodSync(root, 0o755);
if (user !== undefined) chownSync(root, user.uid, user.gid);
const folder = join(root, "data");
initialise(programs, ["-D", folder, "-U", "postgres", "--auth=trust", "--no-sync"], user);
const settings = { listen_addresses: "127.0.0.1", port: await freePort(), unix_socket_directories: "" };
const start = (): Promise<PostmasterFile> =>
  startServer({ programs, folder, user, settings, logFile: join(root, "log"), endsWithUs: true });

let server = await start();
const store = openStore({ url: `postgresql://postgres@127.0.0.1:${server.port}/postgres`, applicationName: "faults" });
await sql`create table note (text text primary key)`.execute(store.tables());

after(async () => {
  await store.close();
  await stopServer(server.pid, "immediate");
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

const write = (to: Store, text: string): Promise<unknown> =>
  sql`insert into note values (${text})`.execute(to.tables());

async function notes(): Promise<readonly string[]> {
  const { rows } = await sql<{ text: string }>`select text from note order by text`.execute(store.tables());
  return rows.map(({ text }) => text);
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

const isOutage = (thrown: unknown): boolean => thrown instanceof SystemError && thrown.remedy === "retry";

test("a server that does not get ready has ended when that is told, however long it takes to", async () => {
  const fake = join(root, "never-ready");
  mkdirSync(fake, { mode: 0o755 });
  chmodSync(fake, 0o777);
  const file = join(fake, "pid");
  const script = `#!/bin/sh\ntrap 'sleep 0.4; exit 0' INT QUIT\necho $$ > ${file}.new && mv ${file}.new ${file}\nwhile :; do sleep 0.05; done\n`;
  writeFileSync(join(fake, "postgres"), script, { mode: 0o755 });
  const logFile = join(root, "never-ready.log");
  const never = { programs: { ...programs, folder: fake }, folder: fake, user, settings, logFile };
  const given = new AbortController();

  const started = startServer({ ...never, endsWithUs: true, stop: given.signal });
  let ended = false;
  started.catch(() => void (ended = true));
  while (!existsSync(file) && !ended) await new Promise((done) => setTimeout(done, 10));
  given.abort(new Error("nobody waits any longer"));

  await assert.rejects(started, /nobody waits any longer/);
  assert.equal(isAlive(Number(readFileSync(file, "utf8"))), false);
});

test("a server that does not get ready in time is told so", async () => {
  const fake = join(root, "slow");
  mkdirSync(fake, { mode: 0o755 });
  writeFileSync(join(fake, "postgres"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
  const logFile = join(root, "slow.log");
  const slow = { programs: { ...programs, folder: fake }, folder: fake, user, settings, logFile };

  await assert.rejects(startServer({ ...slow, endsWithUs: true, readyMillis: 20 }), /did not start/);
});

test("while the database is gone every write says so at once; what was accepted is there when it is back", async () => {
  await write(store, "accepted before");
  await stopServer(server.pid, "fast");

  for (let attempt = 0; attempt < 3; attempt += 1) {
    await assert.rejects(
      write(store, "refused"),
      (thrown) => isOutage(thrown) && /does not answer|broke|shut down/.test(String(thrown)),
    );
    await assert.rejects(
      store.transaction((part) => write(part, "refused")),
      isOutage,
    );
  }

  server = await start();
  await write(store, "accepted after");
  assert.deepEqual(await notes(), ["accepted after", "accepted before"]);
});

test("a transaction open while the server is stopped is refused whole", async () => {
  const work = store.transaction(async (part) => {
    await write(part, "half");
    await stopServer(server.pid, "fast");
    await write(part, "whole");
  });

  await assert.rejects(work, isOutage);
  server = await start();
  assert.ok(!(await notes()).includes("half"));
});

test("kill -9 of the server in a transaction: nothing of it is kept, all that was accepted is", async () => {
  await write(store, "accepted before the crash");
  let children: readonly number[] = [];
  const work = store.transaction(async (part) => {
    await write(part, "open at the crash");
    children = childrenOf(server.pid);
    process.kill(server.pid, "SIGKILL");
    // The server's children see their parent's death on their own; the connection lives until then.
    for (;;) await sql`select pg_sleep(0.05)`.execute(part.tables());
  });
  await assert.rejects(work, isOutage);
  // As long as one has its memory no other server starts.
  while ([server.pid, ...children].some(isAlive)) await new Promise((done) => setTimeout(done, 20));

  server = await start();
  const found = await notes();
  assert.ok(found.includes("accepted before the crash"));
  assert.ok(!found.includes("open at the crash"));
});

test("a process that is idle when the server dies is not taken with it", async () => {
  await notes();
  await stopServer(server.pid, "immediate");
  await new Promise((done) => setTimeout(done, 50));
  server = await start();
  assert.ok((await notes()).length > 0);
});

test("on a full disk a write is refused with what to do, and goes on once there is room", {
  skip: process.getuid?.() === 0 ? false : "not run: only root mounts a small disk",
}, async (context) => {
  const small = join(root, "small");
  mkdirSync(small);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", small]).status !== 0) {
    context.skip("not run: this machine does not let us mount a small disk");
    return;
  }
  try {
    if (user !== undefined) chownSync(small, user.uid, user.gid);
    await sql`create tablespace small location ${sql.lit(small)}`.execute(store.tables());
    await sql`create table big (text text) tablespace small`.execute(store.tables());
    const fill = (): Promise<unknown> =>
      store.transaction((part) =>
        sql`insert into big select repeat('x', 1000) from generate_series(1, 2000)`.execute(part.tables()),
      );
    let accepted = 0;
    const refusal: unknown = await (async () => {
      for (; accepted < 20; accepted += 1) await fill();
    })().catch((thrown: unknown) => thrown);

    assert.ok(refusal instanceof SystemError && refusal.remedy === "stop", String(refusal));
    assert.match(refusal.message, /disk is full; nothing was written\. Make room/);
    const { rows } = await sql<{ count: number }>`select count(*) from big`.execute(store.tables());
    assert.deepEqual(rows, [{ count: accepted * 2000 }]);

    assert.equal(spawnSync("mount", ["-o", "remount,size=32m", small]).status, 0);
    await fill();
    await sql`drop table big`.execute(store.tables());
    await sql`drop tablespace small`.execute(store.tables());
  } finally {
    spawnSync("umount", ["-l", small]);
  }
});
