import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Proof } from "../proof/proof.ts";
import { dump, dumpedMlflow, proofOf } from "./prove.test-support.ts";

const { dir, url, plain, packed, proofsOf } = await dumpedMlflow();
const custom = dump(url, join(dir, "custom"), "-Fc");
const letters = "abcdefghijklmnopqrstuvwxyz";

test("every kind of dump is known by its content and proven, compressed or not", async () => {
  const all = join(dir, "kinds");
  mkdirSync(all);
  dump(url, join(all, "directory"), "-Fd");
  dump(url, join(all, "tar"), "-Ft");
  dump(url, join(all, "inserts"), "--rows-per-insert=500", "--create", "--clean", "--if-exists");
  execFileSync("tar", ["-C", all, "-czf", join(all, "packed-directory"), "directory"]);
  const proofs = await proofsOf("kinds", {
    plain: readFileSync(plain),
    "plain-gzip": gzipSync(readFileSync(plain)),
    "plain-zstd": zstdCompressSync(readFileSync(plain)),
    custom: readFileSync(custom),
    "custom-gzip": gzipSync(readFileSync(custom)),
  });
  const formats = {
    plain: "plain dump",
    "plain-gzip": "plain dump, gzip",
    "plain-zstd": "plain dump, zstd",
    custom: "custom archive of pg_dump",
    "custom-gzip": "custom archive of pg_dump, gzip",
    directory: "directory archive of pg_dump",
    "packed-directory": "directory archive of pg_dump, tar, gzip",
    tar: "tar archive of pg_dump",
    inserts: "plain dump",
  };
  assert.equal(proofs.size, Object.keys(formats).length);
  for (const [name, format] of Object.entries(formats)) {
    const proof = proofs.get(name);
    assert.deepEqual([proof?.format, proof?.verdict], [format, { kind: "proven" }], name);
    assert.ok(proof !== undefined);
    checkMlflow(proof);
  }
});

/** That all of the database came back, and is known for what it is. */
function checkMlflow({ name, databases, phases, notIncluded }: Proof): void {
  const [database] = databases;
  assert.equal(database?.rows, 3007, name);
  assert.equal(database.system, "mlflow");
  assert.equal(database.schemaHead.kind === "known" && database.schemaHead.value, "5b0e9adcef9c");
  assert.equal(database.newest.kind === "known" && database.newest.value.at, "2026-11-19T02:59:59.999Z");
  assert.match(database.serverVersion ?? "", /^1\d\.\d+/);
  assert.deepEqual(database.extensions, [{ name: "pg_trgm", present: true }]);
  assert.ok(phases.some((phase) => phase.name === "restore"));
  assert.deepEqual(
    notIncluded.map(({ what }) => what),
    ["the artifacts (files and models) in the object store"],
  );
}

test("an archive that only root may read is proven all the same", async () => {
  const closed = dump(url, join(dir, "closed"), "-Fc");
  chmodSync(closed, 0o600);
  assert.equal((await proofOf(closed)).verdict.kind, "proven");
});

test("a file cut off is not restorable, whatever its kind", async () => {
  const bytes = {
    plain: readFileSync(plain),
    gz: gzipSync(readFileSync(plain)),
    custom: readFileSync(custom),
    zst: zstdCompressSync(readFileSync(plain)),
  };
  const cut = Object.entries(bytes).flatMap(([kind, whole]) =>
    [0.3, 0.7, 0.99].map(
      (part, index) => [`${kind}-${letters[index]}`, whole.subarray(0, Math.floor(whole.length * part))] as const,
    ),
  );
  const proofs = await proofsOf("cut", Object.fromEntries(cut));
  assert.equal(proofs.size, 12);
  for (const [name, { verdict }] of proofs)
    assert.equal(verdict.kind, "not-restorable", `${name}: ${JSON.stringify(verdict)}`);
  const empty = packed("empty", Buffer.alloc(0));
  assert.deepEqual((await proofOf(empty)).verdict, { kind: "not-restorable", why: "it is empty" });
});

test("a byte flipped in a packed archive is found", async () => {
  for (const [name, bytes] of [
    ["custom", readFileSync(custom)],
    ["gz", gzipSync(readFileSync(plain))],
  ] as const) {
    const at = Math.floor(bytes.length * 0.6);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    const { verdict } = await proofOf(packed(`flipped-${name}`, bytes));
    assert.equal(verdict.kind, "not-restorable", `${name}: ${JSON.stringify(verdict)}`);
  }
});

test("random bytes are unknown, not proven and not a crash", async () => {
  const noise = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919 + 13) % 251));
  const { verdict } = await proofOf(packed("noise", noise));
  assert.equal(verdict.kind, "unknown");
});

test("an archive of a later format is unknown, and says which client would tell", async () => {
  const bytes = readFileSync(custom);
  bytes[6] = 99;
  const { verdict } = await proofOf(packed("later", bytes));
  assert.ok(verdict.kind === "unknown", JSON.stringify(verdict));
  assert.match(verdict.howToLearn, /Install pg_restore 19 or newer/);
});

/** A tar of files, in this order. */
function tarred(name: string, files: Readonly<Record<string, Uint8Array>>): Buffer {
  for (const [file, bytes] of Object.entries(files)) packed(join(name, file), bytes);
  const options = { maxBuffer: 100_000_000 };
  return execFileSync("tar", ["-C", join(dir, name), "-cf", "-", ...Object.keys(files)], options);
}

test("a tar of roles and of a database's dump is a backup, also beside others", async () => {
  const roles = execFileSync("pg_dumpall", ["--globals-only", "--dbname", url]);
  const both = tarred("roles-and-dump", { "globals.sql": roles, "mlflow.dump": readFileSync(custom) });
  const proofs = await proofsOf("beside", { plain: readFileSync(plain), both });
  const verdicts = Object.fromEntries([...proofs].map(([name, { verdict }]) => [name, verdict.kind]));
  assert.deepEqual(verdicts, { plain: "proven", both: "proven" });
});

test("what nobody here can tell of one dump in a tar hides no damage of another", async () => {
  const damaged = readFileSync(custom);
  const at = Math.floor(damaged.length * 0.6);
  damaged[at] = (damaged[at] ?? 0) ^ 0x10;
  const later = readFileSync(custom);
  later[6] = 99;
  for (const [name, files] of [
    ["first", { "a.dump": damaged, "b.dump": later }],
    ["last", { "a.dump": later, "b.dump": damaged }],
  ] as const) {
    const { verdict } = await proofOf(packed(`${name}.tar`, tarred(name, files)));
    assert.equal(verdict.kind, "not-restorable", `${name}: ${JSON.stringify(verdict)}`);
  }
});
