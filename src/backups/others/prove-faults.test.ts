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

const gitlabTables = `
  create table schema_migrations (version text primary key); insert into schema_migrations values ('20260912081500');
  create table ar_internal_metadata (key text primary key);
  create table users (id bigserial primary key, last_activity_on date);
  create table namespaces (id bigserial primary key);
  create table projects (id bigserial primary key, last_activity_at timestamp);
  create table merge_requests (id bigserial primary key, updated_at timestamp);
  create table events (id bigserial primary key, created_at timestamptz);
  insert into projects (last_activity_at) values ('2026-11-18 10:00');
  insert into events (created_at) values ('2026-11-19 11:00Z');
`;

/** A tar in the shape of GitLab's own backup. */
async function gitlabTar(
  name: string,
  options: { readonly database?: Uint8Array; readonly skipped?: string; readonly uploads?: Uint8Array },
): Promise<string> {
  const inside = join(dir, `inside-${name}`);
  mkdirSync(join(inside, "db"), { recursive: true });
  mkdirSync(join(inside, "repositories"));
  writeFileSync(
    join(inside, "backup_information.yml"),
    `---\n:db_version: 20260912081500\n:backup_created_at: 2026-11-19 12:00:00 Z\n:gitlab_version: 18.5.1\n:tar_version: tar (GNU tar) 1.34\n:installation_type: gitlab-helm-chart\n:skipped: "${options.skipped ?? ""}"\n`,
  );
  writeFileSync(join(inside, "repositories", "one.bundle"), "# v2 git bundle\n");
  if (options.database !== undefined) writeFileSync(join(inside, "db", "database.sql.gz"), options.database);
  if (options.uploads !== undefined) writeFileSync(join(inside, "uploads.tar.gz"), options.uploads);
  const file = join(dir, name);
  execFileSync("tar", ["-C", inside, "-b", "2000", "-cf", file, ...readdirSync(inside)]);
  return file;
}

/** The same with a bit of gzip's checksum turned (RFC 1952, 2.3.1). */
function otherChecksum(packed: Uint8Array): Uint8Array {
  const other = Buffer.from(packed);
  other.writeUInt8(other.readUInt8(other.length - 8) ^ 1, other.length - 8);
  return other;
}

test("a tar of GitLab's backup is read whole, and what it never holds is named", async () => {
  const database = gzipSync(
    readFileSync(dump(await databaseWith(gitlabTables), join(dir, "gitlab.sql"), "--clean", "--if-exists")),
  );
  const uploads = join(dir, "uploads");
  mkdirSync(uploads);
  writeFileSync(join(uploads, "a.png"), "picture");
  // Much stands behind the tar's end, as in what was made for tapes.
  const packed = gzipSync(execFileSync("tar", ["-C", uploads, "-b", "2000", "-cf", "-", "."]));

  const proof = await proofOf(await gitlabTar("whole.tar", { database, uploads: packed }));
  assert.equal(proof.format, "tar of GitLab's backup");
  assert.equal(proof.gitlab?.version, "18.5.1");
  assert.deepEqual(
    proof.gitlab.parts
      .map(({ name, files }) => [name, files])
      .toSorted(([a], [b]) => String(a).localeCompare(String(b))),
    [
      ["backup_information.yml", 1],
      ["db", 1],
      ["repositories", 1],
      ["uploads.tar.gz", 1],
    ],
  );
  const [restored] = proof.databases;
  assert.equal(restored?.system, "gitlab");
  assert.equal(restored.schemaHead.kind === "known" && restored.schemaHead.value, "20260912081500");
  assert.equal(restored.newest.kind === "known" && restored.newest.value.at, "2026-11-19T11:00:00.000Z");
  assert.ok(proof.verdict.kind === "proven-with-lacks", JSON.stringify(proof.verdict));
  assert.match(proof.verdict.lacks.join(), /rails secrets/);
  const missing = proof.notIncluded.map(({ what }) => what).join("; ");
  assert.match(missing, /registry's metadata database/);
  assert.match(missing, /LFS/);
  assert.doesNotMatch(missing, /uploads|Git repositories/);
  assert.match(proof.notes.join(), /uploads\.tar\.gz is whole: 1 file\b/);

  const cut = await proofOf(
    await gitlabTar("cut-part.tar", { database, uploads: packed.subarray(0, packed.length - 20) }),
  );
  assert.ok(cut.verdict.kind === "not-restorable", JSON.stringify(cut.verdict));
  assert.match(cut.verdict.why, /uploads\.tar\.gz in it: the gzip is cut off/);

  const damaged = await proofOf(await gitlabTar("damaged-part.tar", { database, uploads: otherChecksum(packed) }));
  assert.ok(damaged.verdict.kind === "not-restorable", JSON.stringify(damaged.verdict));
  assert.match(damaged.verdict.why, /uploads\.tar\.gz in it: the gzip is cut off or damaged/);

  const around = await gitlabTar("around.tar", { database });
  writeFileSync(`${around}.gz`, otherChecksum(gzipSync(readFileSync(around))));
  const outer = await proofOf(`${around}.gz`);
  assert.ok(outer.verdict.kind === "not-restorable", JSON.stringify(outer.verdict));
  assert.match(outer.verdict.why, /the gzip is cut off or damaged/);

  const without = await proofOf(await gitlabTar("skipped.tar", { skipped: "db,registry" }));
  assert.deepEqual(without.verdict, { kind: "not-restorable", why: "GitLab's database was skipped when it was made" });
});

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
