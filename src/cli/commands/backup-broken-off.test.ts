import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { Client } from "pg";
import { databaseWith, mlflowRows, mlflowTables } from "../../backups/others/prove.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
// oxlint-disable-next-line no-restricted-imports -- tests bind the ports as main.ts does
import { openBackups } from "../../edge/backups.ts";
import { instantOf } from "../../kernel/instant.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";
import { brokenOff } from "./backup-broken-off.test-support.ts";

/*
 * What goes on for long is broken off in the middle of reading a part: of restic's real output some bytes come, and then nothing. Each
 * ends with words and 1, no program of it goes on, and nothing that it leaves looks whole.
 */

const { dir, secret } = site();
const password = "canary-51fe0a";
const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
const scratch = join(dir, "scratch");
mkdirSync(scratch, { mode: 0o711 });
writeFileSync(
  join(dir, "millwright.server.yaml"),
  `mode: act
backups:
  installation: acme
  environments:
    - environment: production
      repository: ${join(dir, "repository")}
      key: ${secret("restic", password)}
      second: { repository: ${join(dir, "second")}, key: ${secret("restic-second", password)} }
      stores:
        - { component: mlflow, kind: postgresql, url: "${secret("url", url)}" }
`,
);

const reading = ["dump", "dump.pgdump"];

let now = Date.UTC(2026, 10, 20, 9);

function run(args: readonly string[], bound: Partial<ReturnType<typeof openBackups>> = {}): Promise<Said> {
  return millwright(dir, ["backup", ...args, "--environment", "production"], {
    clock: { now: () => instantOf((now += 10)) },
    backups: () => Promise.resolve({ ...openBackups({ PATH: process.env["PATH"] }), ...bound }),
  });
}

function broken(words: readonly string[], args: readonly string[]): Promise<Said> {
  const isMeant = (called: readonly string[]): boolean => words.every((word) => called.includes(word));
  return brokenOff(dir, isMeant, (bound) => run(args, bound));
}

async function asked(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as readonly Readonly<Record<string, unknown>>[];
  } finally {
    await client.end();
  }
}

async function databases(): Promise<readonly string[]> {
  const rows = await asked("select datname::text as name from pg_database order by 1");
  return rows.map(({ name }) => String(name)).filter((name) => name.startsWith(own) || name === "copied");
}

const own = new URL(url).pathname.slice(1);
const made = await madeOnce();

async function madeOnce(): Promise<string> {
  await run(["init"]);
  quickenKey(join(dir, "repository"), password);
  await run(["init", "--second"]);
  quickenKey(join(dir, "second"), password);
  await run(["run", "--no-prove", "--quiet"]);
  const { backups } = await listed();
  return backups[0]?.id ?? "";
}

async function listed(...more: readonly string[]) {
  const said = await run(["list", "-o", "json", ...more]);
  return JSON.parse(said.out) as {
    readonly backups: readonly { readonly id: string; readonly proofs: readonly unknown[] }[];
    readonly drills: readonly unknown[];
    readonly debris: readonly unknown[];
  };
}

after(async () => {
  await asked("drop database if exists copied");
});

test("a proof: no proof is kept, and no server goes on", async () => {
  const { code, err } = await broken(reading, ["prove", made, "--scratch", scratch, "--quiet"]);

  assert.equal(code, 1);
  assert.match(err, /the proof was broken off; nothing of it is left/);
  assert.deepEqual((await listed()).backups[0]?.proofs, []);
  assert.deepEqual(readdirSync(scratch), []);
});

test("a drill: it has no report", async () => {
  const { code, err } = await broken(reading, ["drill", "--scratch", scratch, "--quiet"]);

  assert.equal(code, 1);
  assert.match(err, /the drill was broken off; nothing of it is left/);
  const { backups, drills } = await listed();
  assert.deepEqual([backups[0]?.proofs, drills], [[], []]);
  assert.deepEqual(readdirSync(scratch), []);
});

test("a restore to a folder: no file of it is there", async () => {
  const to = join(dir, "files");
  const { code, err } = await broken(reading, ["restore", made, "--to", to, "--yes", "--quiet"]);

  assert.equal(code, 1);
  assert.match(err, /the restore of mlflow\/database was broken off; nothing of it is left/);
  assert.deepEqual(readdirSync(to), []);
  assert.equal((await run(["restore", made, "--to", to, "--yes", "--quiet"])).code, 0);
  assert.deepEqual(readdirSync(to), ["mlflow-database"]);
  assert.ok(existsSync(join(to, "mlflow-database", "manifest.json")));
});

test("a restore to a new database: it is not there", async () => {
  const before = await databases();
  const { code, err } = await broken(reading, ["restore", made, "--to", "database:copied", "--yes", "--quiet"]);

  assert.equal(code, 1);
  assert.match(err, /the restore of mlflow\/database was broken off; what it may have left is not whole: do it again/);
  assert.deepEqual(await databases(), before);
});

test("a restore in place: what is there is as it was, and it is said how to go on", async () => {
  const rows = "select count(*)::int as rows from experiments";
  const [before, there] = [await asked(rows), await databases()];
  const { code, err } = await broken(reading, ["restore", made, "--in-place", "--yes", "--quiet"]);

  assert.equal(code, 1);
  assert.match(
    err,
    /the restore was broken off; do it again, or take it back: millwright backup restore --undo restore-\S+ --environment production$/m,
  );
  assert.deepEqual([await asked(rows), await databases()], [before, there]);
  const undo = /--undo (\S+)/.exec(err)?.[1] ?? "";
  const undone = await run(["restore", "--undo", undo, "--yes", "--quiet"]);
  assert.equal(undone.code, 0, undone.out + undone.err);
  assert.match(undone.out, /nothing of this restore is in the server/);
});

test("a restore in place, before anything is replaced: there is nothing to take back", async () => {
  const there = await databases();
  const args = ["restore", made, "--in-place", "--yes", "--quiet"];
  const { code, err } = await broken(["backup", "dump.pgdump"], args);

  assert.equal(code, 1);
  assert.match(err, /the restore was broken off before anything was replaced: do it again$/m);
  assert.deepEqual(await databases(), there);
});

test("a copy to the second repository: no backup of it is there, and the next one brings all", async () => {
  const arrived = (await listed("--second")).backups.length;
  const ran = await broken(["copy"], ["run", "--no-prove", "--quiet"]);
  assert.match(ran.err, /The second repository does not have it: the copy was broken off/);
  assert.equal((await listed("--second")).backups.length, arrived);
  const { code, err } = await broken(["copy"], ["second", "--copy", "--quiet"]);

  assert.equal(code, 1);
  assert.match(err, /the copy was broken off; what did not arrive whole is no backup there: do it again/);
  await run(["second", "--copy", "--quiet"]);
  assert.equal((await listed("--second")).backups.length, (await listed()).backups.length);
});

test("a check: it says nothing of the repository", async () => {
  const { code, out, err } = await broken(["check"], ["check", "--read-data", "--quiet"]);

  assert.equal(code, 1);
  assert.match(err, /the check was broken off|it was broken off/);
  assert.equal(out, "");
});
