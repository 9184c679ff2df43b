import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { bundle, gitlabDump, gitlabTar } from "./gitlab-tar.test-support.ts";
import { folder, proofOf } from "./prove.test-support.ts";

const oid = (letter: string): string => letter.repeat(64);
const pointer = (of: string): string => `version https://git-lfs.github.com/spec/v1\noid sha256:${of}\nsize 7\n`;

/** The objects as GitLab's backup packs them. */
function lfs(...oids: readonly string[]): Buffer {
  const at = folder();
  for (const one of oids) {
    const file = join(at, one.slice(0, 2), one.slice(2, 4), one.slice(4));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "weights");
  }
  return gzipSync(execFileSync("tar", ["-C", at, "-cf", "-", "."]));
}

const rows = [oid("a"), oid("b")].map((one, index) => `insert into lfs_objects values (${index}, '${one}');`).join("");
const database = await gitlabDump(`create table lfs_objects (id int, oid text); ${rows}`);
const files = { "a.bin": pointer(oid("a")), "b.bin": pointer(oid("b")), "elsewhere.bin": pointer(oid("c")) };
const repository = bundle(files);

async function provedWith(objects: Readonly<Record<string, Buffer>>) {
  return proofOf(
    gitlabTar({
      "db/database.sql.gz": database,
      "repositories/@hashed/6b/86/6b86.bundle": repository,
      ...objects,
    }),
  );
}

test("an archive of others that lacks an object of a row is proven with that lack, by row and by the file that names it", async () => {
  const { verdict } = await provedWith({ "lfs.tar.gz": lfs(oid("a")) });

  assert.ok(verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
  const lacks = verdict.lacks.join("\n");
  assert.match(lacks, /each LFS object: 1 of 2 are in no part of it; b{64}: bb\/bb\/b{60}/);
  assert.match(
    lacks,
    /each LFS pointer .*: 1 of 2 name an object .* no part of it holds; @hashed\/6b\/86\/6b86\.git: b\.bin/,
  );
});

test("one that has them all lacks none; a pointer that nobody uploaded is noted", async () => {
  const { verdict, notes } = await provedWith({ "lfs.tar.gz": lfs(oid("a"), oid("b")) });

  assert.ok(verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
  assert.doesNotMatch(verdict.lacks.join(), /LFS object|LFS pointer/);
  assert.match(notes.join("\n"), /each LFS pointer .*: 1 more pointer names an object, .*elsewhere\.bin \(c{64}\)/);
});

test("one without a part for them is not judged by them: that the part is missing is said", async () => {
  const { verdict, notes, notIncluded } = await provedWith({});

  assert.ok(verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
  assert.doesNotMatch(`${verdict.lacks.join()}${notes.join()}`, /each LFS/);
  assert.match(notIncluded.map(({ what }) => what).join(), /LFS objects/);
});
