import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { Client } from "pg";
import type { Instant } from "../kernel/instant.ts";
import type { Proof } from "./proof.ts";
import { databaseWith, dump, folder, mlflowRows, mlflowTables, proofOf, proving } from "./prove.test-support.ts";

const dir = folder();
const url = await databaseWith(
  `${mlflowTables}${mlflowRows} create extension pg_trgm; create view busy as select * from runs;`,
);
const plain = dump(url, join(dir, "plain.sql"));
const custom = dump(url, join(dir, "custom"), "-Fc");

function packed(name: string, bytes: Uint8Array): string {
  const file = join(dir, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

/** The proofs of several files by their names, on one server. */
async function proofsOf(
  folderName: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<ReadonlyMap<string, Proof>> {
  for (const [name, bytes] of Object.entries(files)) packed(join(folderName, name), bytes);
  const { proofs } = await proving(join(dir, folderName));
  return new Map(proofs.map((proof) => [proof.name, proof]));
}

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
  assert.equal(database.schemaHead.kind === "known" && database.schemaHead.value, "4465047574b1");
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

test("commands to psql and to the machine are refused and never run", async () => {
  const mark = join(dir, "touched");
  const text = readFileSync(plain, "utf8");
  const tries = [
    text.replace("SET lock_timeout = 0;", `\\! touch ${mark}\nSET lock_timeout = 0;`),
    text.replace("SET lock_timeout = 0;", `SELECT 1 \\! touch ${mark}\n;`),
    text.replace(
      "SET lock_timeout = 0;",
      `COPY public.nothing FROM stdin;\n\\! touch ${mark}\n\\.\n\\copy (select 1) to program 'touch ${mark}'\n`,
    ),
    text.replace("SET lock_timeout = 0;", `COPY (SELECT 1) TO PROGRAM 'touch ${mark}';`),
    text.replace("SET lock_timeout = 0;", `COPY (SELECT 1) TO '${mark}';`),
  ];
  const proofs = await proofsOf(
    "hostile",
    Object.fromEntries(tries.map((text, index) => [letters[index], Buffer.from(text)])),
  );
  assert.equal(proofs.size, tries.length);
  for (const [name, { verdict }] of proofs)
    assert.equal(verdict.kind, "not-restorable", `${name}: ${JSON.stringify(verdict)}`);
  assert.throws(() => readFileSync(mark), /ENOENT/);
});

test("code within a dump has no right outside its own database", async () => {
  const mark = join(dir, "touched-by-code");
  const dumped = `${readFileSync(plain, "utf8")}
DO $$ begin execute 'copy (select 1) to program ''touch ${mark}'''; end $$;
DO $$ begin execute 'set session authorization postgres'; end $$;
DO $$ begin execute 'alter role current_user superuser'; end $$;
ALTER TABLE public.runs OWNER TO postgres;
SET ROLE postgres;
CREATE ROLE own SUPERUSER;
SELECT pg_catalog.pg_read_file('/etc/passwd');
`;
  const { verdict, databases } = await proofOf(packed("code", Buffer.from(dumped)));
  assert.equal(verdict.kind, "proven-with-lacks", JSON.stringify(verdict));
  assert.throws(() => readFileSync(mark), /ENOENT/);
  const refused = databases.flatMap(({ failures }) => failures.map(({ message }) => message)).join("\n");
  assert.match(refused, /permission denied/);
  assert.match(refused, /pg_read_file/);
});

test("what the data breaks is said: constraints, sequences, a table without rows", async () => {
  const text = readFileSync(plain, "utf8");
  const orphan = text
    .replace(/^r17\t\d+\t/m, "r17\t999\t")
    .replace(
      /pg_catalog\.setval\('public\.experiments_experiment_id_seq', 5, true\)/,
      "pg_catalog.setval('public.experiments_experiment_id_seq', 2, true)",
    );
  const { verdict } = await proofOf(packed("orphan.sql", Buffer.from(orphan)));
  assert.ok(verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
  assert.equal(verdict.lacks.length, 2, verdict.lacks.join("\n"));
  assert.match(verdict.lacks[0], /ADD CONSTRAINT runs_experiment_id_fkey.* fails: .*violates foreign key/);
  assert.match(
    verdict.lacks[1] ?? "",
    /experiments_experiment_id_seq gives 3 next, and experiments.experiment_id has 5/,
  );

  const broken = text.replace(/^r18\t/m, "r18\tnot a number\t");
  const lost = await proofOf(packed("lost.sql", Buffer.from(broken)));
  assert.ok(lost.verdict.kind === "not-restorable", JSON.stringify(lost.verdict));
  assert.match(lost.verdict.why, /COPY public\.runs: .*(?:invalid input|extra data)/);
});

test("an MLflow database without a run is not called proven", async () => {
  const empty = dump(await databaseWith(mlflowTables), join(dir, "empty-mlflow"), "-Fc");
  const { verdict } = await proofOf(empty);
  assert.ok(verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
  assert.match(verdict.lacks[0], /sqlite:\/\/\/data\/mlflow\.db.*printenv MLFLOW_BACKEND_STORE_URI/);
});

test("data older than asked is a lack, however new the file is", async () => {
  const fresh = { newerThan: "2026-11-19T00:00:00.000Z" as Instant };
  assert.equal((await proofOf(plain, fresh)).verdict.kind, "proven");
  const { verdict } = await proofOf(plain, { newerThan: "2026-11-20T00:00:00.000Z" as Instant });
  assert.ok(verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
  assert.match(verdict.lacks[0], /2026-11-19T02:59:59\.999Z \(public\.runs\.start_time\), 1 day ago/);
});

test("a constraint that was never checked is checked", async () => {
  const unchecked = await databaseWith(
    "create table t (a int); insert into t values (-1); alter table t add constraint positive check (a > 0) not valid;",
  );
  const { verdict } = await proofOf(dump(unchecked, join(dir, "unchecked"), "-Fc"));
  assert.ok(verdict.kind === "proven-with-lacks");
  assert.match(verdict.lacks[0], /positive was never checked \(NOT VALID\) and does not hold/);
});

test("roles a dump names need not exist", async () => {
  const owned = await databaseWith("create table t (a int); insert into t values (1);");
  const client = new Client({ connectionString: owned });
  await client.connect();
  await client.query(
    `do $$ begin if not exists (select from pg_roles where rolname = 'Odd "role"') then create role "Odd ""role"""; end if; end $$`,
  );
  await client.query('alter table t owner to "Odd ""role"""');
  await client.end();
  for (const format of ["-Fc", "-Fp"]) {
    const proof = await proofOf(dump(owned, join(dir, `owned${format}`), format));
    assert.equal(proof.verdict.kind, "proven");
    assert.ok(proof.databases[0]?.roles.includes('Odd "role"'), proof.databases[0]?.roles.join());
    assert.deepEqual(proof.databases[0]?.failures, []);
  }
});

test("of a folder the newest of each series is proven; links and servers' files are passed over", async () => {
  const backups = join(dir, "backups");
  mkdirSync(join(backups, "base", "global"), { recursive: true });
  writeFileSync(join(backups, "base", "PG_VERSION"), "15\n");
  symlinkSync("/etc/passwd", join(backups, "link.dump"));
  for (const day of [18, 19]) {
    const file = dump(url, join(backups, `mlflow-2026-11-${day}.dump`), "-Fc");
    if (day === 18) truncateSync(file, 10);
    utimesSync(file, new Date(Date.UTC(2026, 10, day)), new Date(Date.UTC(2026, 10, day)));
  }
  const report = await proving(backups);
  assert.deepEqual(
    report.proofs.map(({ name, verdict }) => [name, verdict.kind]),
    [["mlflow-2026-11-19.dump", "proven"]],
  );
  assert.deepEqual(
    report.passedOver.map(({ name }) => name),
    ["base", "link.dump"],
  );
  assert.match(report.notes.join(), /1 older of the same series/);
});
