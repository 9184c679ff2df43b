import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { isAlive, readPostmasterFile } from "../../store/postmaster.ts";
import { databaseWith, dump, folder, mlflowRows, mlflowTables, proofOf, proving } from "./prove.test-support.ts";

const dir = folder();
const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
const plain = readFileSync(dump(url, join(dir, "plain.sql")));

test("paths that lead out of a tar, and links in it, are told and not followed", async () => {
  const inside = join(dir, "hostile");
  mkdirSync(inside);
  writeFileSync(join(inside, "dump.sql"), plain);
  const file = join(dir, "hostile.tar");
  execFileSync(
    "tar",
    ["-C", inside, "-cPf", file, "--transform=s,dump.sql,../../../../tmp/millwright-escaped.sql,", "dump.sql"],
    { stdio: "pipe" },
  );
  execFileSync("ln", ["-s", "/etc/passwd", join(inside, "toc.dat")]);
  execFileSync("tar", ["-C", inside, "-rf", file, "toc.dat"]);
  const { notes, databases } = await proofOf(file);
  assert.equal(databases[0]?.rows, 3007);
  assert.match(notes.join("\n"), /millwright-escaped\.sql would leave the folder/);
  assert.match(notes.join("\n"), /toc\.dat is a link; it was not followed/);
  assert.ok(!readdirSync("/tmp").includes("millwright-escaped.sql"));
});

/** The server's number, once it is started: before, the one that makes its files has a file of that name too. */
function startedBelow(folder: string): number | undefined {
  const [file] = globSync("**/postmaster.pid", { cwd: folder });
  return file === undefined ? undefined : readPostmasterFile(dirname(join(folder, file)))?.pid;
}

test("a run killed in the middle leaves a folder that the next one removes, and no server", async () => {
  const scratch = join(dir, "scratch");
  mkdirSync(scratch);
  const slow = join(dir, "slow.sql");
  writeFileSync(slow, `${plain.toString()}\nSELECT pg_catalog.pg_sleep(60);\n`);
  const root = join(import.meta.dirname, "..", "..", "..");
  const child = spawn(join(root, "millwright"), ["backup", "prove", slow, "--scratch", scratch], {
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  let server: number | undefined;
  while (server === undefined && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    server = startedBelow(scratch);
  }
  assert.ok(server !== undefined, "the server began");
  child.kill("SIGKILL");
  await ended; // its server may be gone before it is
  while (isAlive(server)) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(readdirSync(scratch).length, 1);

  const report = await proving(join(dir, "plain.sql"), { scratch });
  assert.match(report.notes.join(), /Removed what 1 killed run had left/);
  assert.deepEqual(readdirSync(scratch), []);
});

/** Whether a question to it is under way. */
function isAsked(server: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "args=", "--ppid", String(server)], { encoding: "utf8" });
  return /\] SELECT$/m.test(stdout);
}

test("whoever breaks a proof off waits for no statement", async () => {
  const slow = join(dir, "sleeping.sql");
  writeFileSync(slow, `${plain.toString()}\nSELECT pg_catalog.pg_sleep(600);\n`);
  const scratch = join(dir, "broken-off");
  mkdirSync(scratch);
  const breaking = new AbortController();
  const proof = proving(slow, { scratch, signal: breaking.signal });
  proof.catch(() => undefined);
  let server: number | undefined;
  for (let looks = 0; looks < 10; looks = server !== undefined && isAsked(server) ? looks + 1 : 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    server = startedBelow(scratch);
  }
  breaking.abort();
  await assert.rejects(proof, /the proof was broken off; nothing of it is left/);
  assert.deepEqual(readdirSync(scratch), []);
  assert.ok(server !== undefined && !isAlive(server));
});

test("a full disk is unknown, not the backup's fault", async (context) => {
  const small = join(dir, "small");
  mkdirSync(small);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=180m,mode=755", "tmpfs", small]).status !== 0) {
    context.skip("not run: tmpfs (mounting needs root)");
    return;
  }
  try {
    const bomb = join(dir, "bomb.sql.gz");
    const zeros = "0".repeat(1000);
    const rows = `${zeros}\n`.repeat(1000);
    writeFileSync(
      bomb,
      gzipSync(`CREATE TABLE public.t (a text);\n${`COPY public.t (a) FROM stdin;\n${rows}\\.\n`.repeat(400)}`),
    );
    const { verdict } = await proofOf(bomb, { scratch: small });
    assert.ok(verdict.kind === "unknown", JSON.stringify(verdict));
    assert.match(verdict.why, /disk|space/i);
    assert.deepEqual(readdirSync(small), []);
    const { verdict: refused } = await proofOf(join(dir, "plain.sql"), {
      scratch: small,
      path: process.env["PATH"] ?? "",
    });
    assert.equal(refused.kind, "proven");
  } finally {
    spawnSync("umount", [small]);
  }
});
