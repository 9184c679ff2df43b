import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";
import { systems } from "../../systems/index.ts";
import { tarEnd, tarHeader } from "../kinds/objects/tar-writer.ts";
import { testPorts } from "../own.test-support.ts";
import { References } from "../point/references.ts";
import { withSpill } from "../with-spill.ts";
import { ArchivedObjects, type FoundObjects } from "./archived-objects.ts";
import { bundle, gitlabDump, gitlabTar } from "./gitlab-tar.test-support.ts";
import { databaseWith, folder, gitlabTables, proofOf } from "./prove.test-support.ts";

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

test("one whose part for them is cut is not restorable for that, and no object is called missing", async () => {
  const whole = lfs(oid("a"), oid("b"));

  const { verdict, notes } = await provedWith({ "lfs.tar.gz": whole.subarray(0, whole.length - 30) });

  assert.ok(verdict.kind === "not-restorable", JSON.stringify(verdict));
  assert.match(verdict.why, /lfs\.tar\.gz/);
  assert.doesNotMatch(`${verdict.why}${notes.join()}`, /each LFS/);
});

test("one without a part for them is not judged by them: that the part is missing is said", async () => {
  const { verdict, notes, notIncluded } = await provedWith({});

  assert.ok(verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
  assert.doesNotMatch(`${verdict.lacks.join()}${notes.join()}`, /each LFS/);
  assert.match(notIncluded.map(({ what }) => what).join(), /LFS objects/);
});

const many = 20_000;
const oidOf = (at: number): string => at.toString(16).padStart(64, "0");

/** A tar of so many objects, and of files that are none, as it may come from anybody. */
async function* tarOfMany(): AsyncGenerator<Uint8Array> {
  for (const name of ["./", "../../etc/passwd", "./tmp/00/00/x", `./x00/00/${"0".repeat(60)}`])
    yield tarHeader(name, 0, 0);
  for (let at = many; at > 0; at -= 1) {
    const oid = oidOf(at);
    if (at !== 7) yield tarHeader(`./${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid.slice(4)}`, 0, 0);
  }
  yield tarEnd;
}

/** What an archive with these objects lacks of rows and pointers of all of them. */
async function foundAmongMany(ports: Pick<BackupPorts, "scratch" | "openSpill">, own: string): Promise<FoundObjects> {
  const oids = `select lpad(to_hex(id), 64, '0') from generate_series(1, ${many}) as id`;
  const url = await databaseWith(
    `${gitlabTables} create table lfs_objects (oid text); insert into lfs_objects ${oids};`,
  );
  return withSpill(own, ports, async (spill) => {
    const named = new ArchivedObjects(new References(spill, "no part of it"), spill, systems);
    await named.objects(tarOfMany());
    const db = await testPorts.connectSource(url);
    await named.examine(db).finally(() => db.close());
    for (let at = 1; at <= many; at += 1) named.pointed({ repository: "a.git", oid: oidOf(at), path: `${at}.bin` });
    return named.concluded();
  });
}

test("however many objects it has, each row and each pointer is held against them, and nothing stays on the disk", async () => {
  const own = folder();

  const { lacks, notes } = await foundAmongMany(testPorts, own);

  assert.deepEqual(notes, []);
  assert.equal(lacks.length, 2);
  assert.match(
    lacks[0] ?? "",
    new RegExp(`^each LFS object: 1 of ${many} are in no part of it; ${oidOf(7)}: 00/00/0+7$`),
  );
  assert.match(lacks[1] ?? "", new RegExp(`^each LFS pointer .*: 1 of ${many} name an object .*; a\\.git: 7\\.bin`));
  assert.deepEqual(readdirSync(own), []);
});

test("where the disk is full of their names it is not told that any is missing, and nothing stays", async () => {
  const own = folder();
  const small: BackupPorts["openSpill"] = (file) => {
    const spill = testPorts.openSpill(file);
    spill.run("pragma max_page_count = 50");
    return spill;
  };

  await assert.rejects(
    foundAmongMany({ ...testPorts, openSpill: small }, own),
    (thrown) =>
      thrown instanceof SystemError && /rows could not be kept in .*: database or disk is full/.test(thrown.message),
  );
  assert.deepEqual(readdirSync(own), []);
});
