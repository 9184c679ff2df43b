import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { sql } from "kysely";
import { InputError, SystemError } from "../kernel/errors.ts";
import { type EmbeddedServer, startEmbedded } from "./embedded.ts";
import { isAlive, readPostmasterFile } from "./postmaster.ts";
import { serverUser } from "./programs.ts";
import { openStore } from "./store.ts";

const path = process.env["PATH"] ?? "";
const root = mkdtempSync("/tmp/millwright-embedded-");
chmodSync(root, 0o755);
const folder = join(root, "db");
const isRoot = process.getuid?.() === 0;

const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill("SIGKILL");
  const left = readPostmasterFile(join(folder, "data"));
  if (left !== undefined && isAlive(left.pid)) process.kill(left.pid, "SIGQUIT");
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

const start = (report: (message: string) => void = () => undefined): Promise<EmbeddedServer> =>
  startEmbedded({ folder, path, report });

interface Supervisor {
  readonly how: string;
  readonly pid: number;
  /** Sends a signal and waits for its end. */
  end(signal: NodeJS.Signals): Promise<unknown>;
}

/** A process of its own that supervises the server and says so; it lets go at SIGTERM. */
async function supervisor(): Promise<Supervisor> {
  const code = `
    import { startEmbedded } from ${JSON.stringify(join(import.meta.dirname, "embedded.ts"))};
    const server = await startEmbedded({ folder: ${JSON.stringify(folder)}, path: process.env.PATH, report() {} });
    process.on("SIGTERM", () => server.stop().then(() => process.exit(0)));
    console.log(JSON.stringify({ how: server.how, pid: server.pid() }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const ended = once(child, "exit");
  const line = await Promise.race([
    once(child.stdout, "data").then(([text]: unknown[]) => String(text)),
    ended.then(([code]: unknown[]) => assert.fail(`the supervisor ended with ${String(code)}`)),
  ]);
  const end = (signal: NodeJS.Signals): Promise<unknown> => {
    child.kill(signal);
    return ended;
  };
  return { end, ...(JSON.parse(line) as { how: string; pid: number }) };
}

async function write(url: string, text: string): Promise<void> {
  const store = openStore({ url, applicationName: "test" });
  await sql`create table if not exists note (text text)`.execute(store.tables());
  await sql`insert into note values (${text})`.execute(store.tables());
  await store.close();
}

async function notes(url: string): Promise<readonly string[]> {
  const store = openStore({ url, applicationName: "test" });
  const { rows } = await sql<{ text: string }>`select text from note order by text`.execute(store.tables());
  await store.close();
  return rows.map(({ text }) => text);
}

test("a server killed with its supervisor is left running, taken over with its data, and ended without an orphan", async () => {
  const first = await supervisor();
  assert.equal(first.how, "started");
  await first.end("SIGKILL");
  assert.ok(isAlive(first.pid));

  const second = await start();
  assert.equal(second.how, "taken-over");
  assert.equal(second.pid(), first.pid);
  await write(second.url, "kept");
  await second.stop();

  assert.ok(!isAlive(first.pid));
  const third = await start();
  assert.equal(third.how, "started");
  assert.deepEqual(await notes(third.url), ["kept"]);
  await third.stop();
  assert.equal(readPostmasterFile(join(folder, "data")), undefined);
});

test("the server runs as another user than root, on the loopback alone, with a password only its owner reads", async () => {
  const server = await start();
  const status = readFileSync(`/proc/${server.pid()}/status`, "utf8");
  assert.doesNotMatch(status, /^Uid:\s+0\s/m);
  assert.equal(statSync(join(folder, "data/millwright.password")).mode & 0o777, 0o600);

  const withoutPassword = openStore({ url: server.url.replace(/:[^:@]+@/, ":guess@"), applicationName: "thief" });
  await assert.rejects(
    sql`select 1`.execute(withoutPassword.tables()),
    (thrown) =>
      thrown instanceof SystemError && thrown.remedy === "stop" && /refuses the password/.test(thrown.message),
  );
  await withoutPassword.close();
  const store = openStore({ url: server.url, applicationName: "test" });
  const { rows } = await sql`select current_setting('listen_addresses') as addresses`.execute(store.tables());
  assert.deepEqual(rows, [{ addresses: "127.0.0.1" }]);
  await store.close();
  await server.stop();
});

test("two processes share one server, and the last of them ends it", async () => {
  const one = await supervisor();
  const two = await supervisor();
  assert.equal(one.pid, two.pid);

  await one.end("SIGTERM");
  assert.ok(isAlive(two.pid));

  await two.end("SIGTERM");
  assert.ok(!isAlive(two.pid));
});

test("processes that end in the same moment leave no server behind", async () => {
  for (let round = 0; round < 3; round += 1) {
    const started = await Promise.all([supervisor(), supervisor(), supervisor()]);
    await Promise.all(started.map((one) => one.end("SIGTERM")));
    assert.ok(!isAlive(started[0]?.pid ?? 0));
    assert.equal(readPostmasterFile(join(folder, "data")), undefined);
  }
});

test("processes that start in the same moment share one server", async () => {
  const started = await Promise.all([supervisor(), supervisor(), supervisor()]);
  assert.equal(new Set(started.map(({ pid }) => pid)).size, 1);
  for (const one of started) await one.end("SIGTERM");
  assert.ok(!isAlive(started[0]?.pid ?? 0));
});

test("a process that starts while the last one stops ends up with a server of its own", async () => {
  const first = await supervisor();
  const ended = first.end("SIGTERM");
  const second = await supervisor();
  await ended;
  assert.ok(isAlive(second.pid));
  await second.end("SIGTERM");
  assert.ok(!isAlive(second.pid));
});

test("a server that dies is started again at the same place, and keeps what was written", {
  timeout: 120_000,
}, async () => {
  const reports: string[] = [];
  const server = await start((message) => reports.push(message));
  const before = server.pid();
  await write(server.url, "survives");
  process.kill(before, "SIGKILL");

  // Not at once, while what was left of the dead one still ends.
  while (!/was started again/.test(reports.join())) await new Promise((done) => setTimeout(done, 50));

  assert.notEqual(server.pid(), before);
  assert.ok((await notes(server.url)).includes("survives"));
  await server.stop();
});

test("data of another major version is left alone, with the way to move it", async () => {
  const old = join(root, "old");
  mkdirSync(join(old, "data"), { recursive: true });
  writeFileSync(join(old, "data/PG_VERSION"), "9\n");
  await assert.rejects(startEmbedded({ folder: old, path, report: () => undefined }), (thrown) => {
    assert.ok(thrown instanceof InputError);
    assert.match(thrown.message, /made by PostgreSQL 9;.*Install PostgreSQL 9/s);
    assert.match(thrown.message, /pg_dump .*pg_restore/s);
    return true;
  });
  assert.ok(!existsSync(join(old, "data/postmaster.pid")));
});

test("a folder that the server's user may not enter is refused before anything is made", {
  skip: isRoot ? false : "not run: only root gives the server to another user",
}, async () => {
  const closed = join(root, "closed");
  mkdirSync(closed, { mode: 0o700 });
  await assert.rejects(
    startEmbedded({ folder: join(closed, "db"), path, report: () => undefined }),
    (thrown) => thrown instanceof InputError && thrown.message.includes(`may not enter ${closed}`),
  );
  assert.ok(!existsSync(join(closed, "db")));
});

test("a full disk is named, and leaves nothing half made", {
  skip: isRoot ? false : "not run: only root mounts a small disk",
}, async (context) => {
  const small = join(root, "small");
  mkdirSync(small);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=20m", "tmpfs", small]).status !== 0) {
    context.skip("not run: this machine does not let us mount a small disk");
    return;
  }
  try {
    await assert.rejects(
      startEmbedded({ folder: join(small, "db"), path, report: () => undefined }),
      (thrown) => thrown instanceof SystemError && thrown.remedy === "stop" && /disk is full/.test(thrown.message),
    );
    assert.ok(!existsSync(join(small, "db/data")));
  } finally {
    spawnSync("umount", ["-l", small]);
  }
});

test("a number in postmaster.pid that belongs to another program is not taken for our server", async () => {
  const server = await start();
  await server.stop();
  const file = join(folder, "data/postmaster.pid");
  const port = 1;
  writeFileSync(file, `${process.pid}\n${join(folder, "data")}\n1\n${port}\n\n127.0.0.1\n\nready\n`);
  if (serverUser() !== undefined) chmodSync(file, 0o644);

  const next = await start();
  assert.equal(next.how, "started");
  await next.stop();
});
