import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { bundle, gitlabDump, gitlabTar } from "./gitlab-tar.test-support.ts";
import { folder, proofOf } from "./prove.test-support.ts";

const database = { "db/database.sql.gz": await gitlabDump() };
const whole = bundle();
const repository = { "repositories/@hashed/6b/86/6b86.bundle": whole };

/** A part as the toolbox packs it. */
function packed(): Buffer {
  const at = folder();
  writeFileSync(join(at, "a.png"), "picture");
  // Much stands behind the tar's end, as in what was made for tapes.
  return gzipSync(execFileSync("tar", ["-C", at, "-b", "2000", "-cf", "-", "."]));
}

/** The same with a bit of gzip's checksum turned (RFC 1952, 2.3.1). */
function otherChecksum(bytes: Uint8Array): Uint8Array {
  const other = Buffer.from(bytes);
  other.writeUInt8(other.readUInt8(other.length - 8) ^ 1, other.length - 8);
  return other;
}

test("a tar of GitLab's backup is read whole, and what it never holds is named", async () => {
  const uploads = { "uploads.tar.gz": packed() };

  const proof = await proofOf(gitlabTar({ ...database, ...repository, ...uploads }));

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
  assert.match(proof.notes.join(), /Git opened 1 repository of the archive whole/);
});

test("Pages, Terraform state, secure files and external diffs are named where the tar has them not, and only there", async () => {
  const parts = ["pages", "terraform_state", "ci_secure_files", "external_diffs"];
  const named = async (files: Readonly<Record<string, Uint8Array>>): Promise<readonly string[]> => {
    const { notIncluded } = await proofOf(gitlabTar({ ...database, ...repository, ...files }));
    return notIncluded
      .map(({ what }) => what)
      .filter((what) => /Pages|Terraform|secure files|external diffs/.test(what));
  };

  assert.equal((await named({})).length, 4);
  assert.deepEqual(await named(Object.fromEntries(parts.map((part) => [`${part}.tar.gz`, packed()]))), []);
});

test("a part that is cut or damaged, and a database that was skipped, make it not restorable", async () => {
  const part = packed();
  const around = gitlabTar(database);
  writeFileSync(`${around}.gz`, otherChecksum(gzipSync(readFileSync(around))));

  for (const [file, why] of [
    [
      gitlabTar({ ...database, "uploads.tar.gz": part.subarray(0, part.length - 20) }),
      /uploads\.tar\.gz in it: the gzip is cut off/,
    ],
    [
      gitlabTar({ ...database, "uploads.tar.gz": otherChecksum(part) }),
      /uploads\.tar\.gz in it: the gzip is cut off or damaged/,
    ],
    [`${around}.gz`, /the gzip is cut off or damaged/],
    [gitlabTar(repository, "db,registry"), /^GitLab's database was skipped when it was made$/],
  ] as const) {
    const { verdict } = await proofOf(file);
    assert.ok(verdict.kind === "not-restorable", JSON.stringify(verdict));
    assert.match(verdict.why, why);
  }
});

test("a bundle of Git's with a turned bit makes it not restorable, in a tar that is packed too; nothing is left", async () => {
  const turned = Buffer.from(whole);
  turned.writeUInt8(turned.readUInt8(turned.length - 40) ^ 1, turned.length - 40);
  const other = { "repositories/@hashed/d4/73/d473.bundle": turned };
  const file = gitlabTar({ ...database, ...repository, ...other });
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
  const scratch = folder();

  for (const one of [file, `${file}.gz`]) {
    const { verdict, notes } = await proofOf(one, { scratch });
    assert.ok(verdict.kind === "not-restorable", JSON.stringify(verdict));
    assert.match(verdict.why, /^1 repository of it cannot be restored: @hashed\/d4\/73\/d473\.git does not come back/);
    assert.match(notes.join(), /rails secrets/);
  }
  assert.deepEqual(readdirSync(scratch), []);
});

test("a bundle that nobody here can open makes it unknown, and hides no damage of the rest", async () => {
  const head = Buffer.from(`# v2 git bundle\n-${"0".repeat(40)} before\n${"1".repeat(40)} refs/heads/main\n\nPACK`);
  const onTop = { "repositories/@hashed/d4/73/d473.bundle": head };

  const unknown = await proofOf(gitlabTar({ ...database, ...onTop }));
  const damaged = await proofOf(gitlabTar({ ...database, ...onTop, "lfs.tar.gz": otherChecksum(packed()) }));

  assert.ok(unknown.verdict.kind === "unknown", JSON.stringify(unknown.verdict));
  assert.match(unknown.verdict.why, /d473\.git was not proven: it needs objects that are not in it/);
  assert.match(unknown.verdict.howToLearn, /full backup/);
  assert.equal(damaged.verdict.kind, "not-restorable");
});

test("a tar that is not GitLab's is not judged by what lies below repositories/", async () => {
  const at = folder();
  mkdirSync(join(at, "repositories"));
  writeFileSync(join(at, "repositories", "one.bundle"), "# v2 git bundle\n");
  writeFileSync(join(at, "dump.sql"), execFileSync("gunzip", { input: database["db/database.sql.gz"] }));
  execFileSync("tar", ["-C", at, "-cf", join(at, "mine.tar"), "dump.sql", "repositories"]);

  assert.equal((await proofOf(join(at, "mine.tar"))).verdict.kind, "proven-with-lacks");
});
