import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import type { BackupPorts, ProgramCall, Running } from "../kernel/backup-ports.ts";
import { SystemError } from "../kernel/errors.ts";
import { databaseWith, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository, testPorts } from "./own.test-support.ts";
import { relayTo } from "./relay.test-support.ts";

const repository = await TestRepository.make();
const url = await databaseWith(`${mlflowTables}
  create table wide (id int, filler text);
  insert into wide select g, md5(g::text) || repeat(md5((g * 7)::text), 30) from generate_series(1, 20000) g;`);

/** Kills our own children whose command line matches; how many. */
function kill(program: RegExp): number {
  const found = childrenOf(process.pid).filter((pid) => program.test(readProc(pid, "cmdline")));
  for (const pid of found) process.kill(pid, "SIGKILL");
  return found.length;
}

interface Fault {
  readonly url: string;
  readonly ports: Partial<BackupPorts>;
  killed(): number;
}

/** The database behind a relay: something happens once so many bytes came over a connection, and what is left waits for it. */
async function onceRead(afterBytes: number, happens: () => void): Promise<string> {
  const port = await relayTo(Number(new URL(url).port), ({ down }) => {
    if (down >= afterBytes) happens();
    return false;
  });
  return Object.assign(new URL(url), { port }).href;
}

async function killedWhileReading(program: RegExp, afterBytes: number): Promise<Fault> {
  let killed = 0;
  const behind = await onceRead(afterBytes, () => {
    if (killed === 0) killed = kill(program);
  });
  return { url: behind, ports: {}, killed: () => killed };
}

/** A program is killed when it has just begun: with so little a second it stores nothing before. */
async function killedAtItsStart(program: RegExp): Promise<Fault> {
  let killed = 0;
  const start = (call: ProgramCall): Running => {
    if (!program.test([call.program, ...call.args].join(" "))) return testPorts.programs.start(call);
    const running = testPorts.programs.start({ ...call, args: [...call.args, "--limit-upload", "1"] });
    killed = kill(program);
    return running;
  };
  return { url, ports: { programs: { ...testPorts.programs, start } }, killed: () => killed };
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) =>
        readProc(pid, "stat")
          .replace(/^.*\) /s, "")
          .split(" ")[1] === String(parent),
    );
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

async function idsOfBackups(): Promise<readonly string[]> {
  return (await repository.catalogue()).backups.map(({ id }) => id);
}

test("pg_dump killed at its beginning or in the middle, restic killed: never a backup", async () => {
  for (const fault of [
    await killedWhileReading(/pg_dump --format/, 0),
    await killedWhileReading(/pg_dump --format/, 10_000_000),
    await killedWhileReading(/restic .* backup .*dump\.pgdump/, 5_000_000),
    await killedAtItsStart(/restic .* backup .*manifest\.json/),
  ]) {
    await assert.rejects(repository.backUp(fault.url, {}, fault.ports), SystemError);
    assert.equal(fault.killed(), 1, "nothing was killed");
    assert.deepEqual(await idsOfBackups(), []);
  }
  const { debris } = await repository.catalogue();
  // Only the last dump was stored whole, and its manifest was not.
  assert.equal(debris.length, 1);
  assert.match(debris[0]?.why ?? "", /without a sealed manifest/);

  // What the killed ones locked does not keep the removal from its work.
  await repository.open().remove(debris.map(({ snapshot }) => snapshot));
  assert.deepEqual((await repository.catalogue()).debris, []);
  assert.deepEqual(await repository.open().check(true), []);
});

test("a stream that ends early is saved by restic 0.14, and is no backup", async () => {
  const early = (async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from("PGDMP");
  })();
  const tags = [
    "millwright",
    "part:part",
    "backup:x-1",
    "installation:acme",
    "environment:production",
    "store:mlflow/database",
  ];
  await repository.open().store("dump.pgdump", tags, early, new AbortController().signal);
  const { backups, debris } = await repository.catalogue();
  assert.deepEqual(backups, []);
  assert.equal(debris[0]?.backup, "x-1");
  await repository.open().remove(debris.map(({ snapshot }) => snapshot));
});

test("a backup that is broken off by a person leaves no backup and no program", async () => {
  const stop = new AbortController();
  const behind = await onceRead(5_000_000, () => stop.abort(new Error("stop")));
  await assert.rejects(repository.backUp(behind, { signal: stop.signal }), /broken off/);
  assert.deepEqual(await idsOfBackups(), []);
  // One that was killed may be there for a moment.
  const left = () => childrenOf(process.pid).filter((pid) => /pg_dump|restic/.test(readProc(pid, "cmdline")));
  while (left().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
});

test("a connection that is cut while tables are counted ends the backup", async () => {
  const cut: Partial<BackupPorts> = {
    async connectSource(address) {
      const db = await testPorts.connectSource(address);
      return {
        close: () => db.close(),
        async query(sql) {
          if (/hashtextextended.*wide/s.test(sql)) {
            const other = new Client({ connectionString: url });
            await other.connect();
            await other.query(
              "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'millwright backup' and datname = current_database()",
            );
            await other.end();
          }
          return db.query(sql);
        },
      };
    },
  };
  await assert.rejects(repository.backUp(url, {}, cut), (thrown) => thrown instanceof SystemError);
  assert.deepEqual(await idsOfBackups(), []);
});

/** Kills a backup that stores the file, or is about to. */
async function killedAt(file: string, before: boolean, at = repository): Promise<void> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", fileURLToPath(new URL("./own-run.test-support.ts", import.meta.url))],
    {
      env: {
        ...process.env,
        BACKUP_URL: url,
        BACKUP_REPOSITORY: at.folder,
        BACKUP_PASSWORD: at.password,
        BACKUP_STOP_AT: file,
        BACKUP_STOP_BEFORE: before ? "1" : "0",
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const stopped = new Promise<string>((resolve) => child.stdout.once("data", () => resolve("stopped")));
  assert.equal(await Promise.race([closed, stopped]), "stopped");
  child.kill("SIGKILL");
  await closed;
}

test("our own process killed while restic has the manifest already: what is listed then is whole", async () => {
  const own = await TestRepository.make();
  await killedAt("manifest.json", false, own);
  const left = () => readdirSync("/proc").filter((pid) => readProc(Number(pid), "environ").includes(own.folder));
  while (left().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const { backups, debris } = await own.catalogue();
  assert.equal(backups.length + debris.length, 1); // its part, sealed or not
  for (const { id } of backups) assert.equal((await own.prove(id)).verdict.kind, "proven");
});

test("our own process killed in the dump and before the manifest: no backup, and the next run makes one", async () => {
  for (const [file, before] of [
    ["dump.pgdump", false],
    ["manifest.json", true],
  ] as const) {
    await killedAt(file, before);
    assert.deepEqual(await idsOfBackups(), []);
  }
  assert.match((await repository.catalogue()).debris.map(({ why }) => why).join(), /without a sealed manifest/);
  const { manifest } = await repository.backUp(url);
  assert.deepEqual(await idsOfBackups(), [manifest.id]);
});

test("passwords stand in no argument and no environment while programs run", async () => {
  const seen: string[] = [];
  const secretUrl = new URL(url);
  secretUrl.password = "canary-of-the-database";
  const look = (): void => {
    for (const pid of childrenOf(process.pid)) seen.push(readProc(pid, "cmdline"), readProc(pid, "environ"));
  };
  const start = (call: ProgramCall): Running => {
    const running = testPorts.programs.start(call);
    look();
    return running;
  };
  const watcher = setInterval(look, 20);
  await repository.backUp(secretUrl.href, {}, { programs: { ...testPorts.programs, start } });
  clearInterval(watcher);
  assert.ok(seen.some((text) => /pg_dump/.test(text)) && seen.some((text) => /RESTIC_PASSWORD_FILE/.test(text)));
  for (const text of seen) assert.ok(!text.includes("canary"), text.slice(0, 200));
});
