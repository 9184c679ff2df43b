import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import type { Instant } from "../../kernel/instant.ts";
import { databaseWith, dump, dumpedMlflow, mlflowTables, proofOf, proving } from "./prove.test-support.ts";

const { dir, url, plain, packed } = await dumpedMlflow();

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

test("a table whose rows came back is not lost for an index or a trigger that it names", async () => {
  const clustered = await databaseWith(
    "create table t (a int not null, constraint t_a unique (a)); insert into t values (1), (2); alter table t cluster on t_a; alter table t replica identity using index t_a;",
  );
  const twice = readFileSync(dump(clustered, join(dir, "clustered.sql")), "utf8").replace("1\n2\n", "1\n1\n");
  const { verdict } = await proofOf(packed("twice.sql", Buffer.from(twice)));
  assert.ok(verdict.kind === "proven-with-lacks", JSON.stringify(verdict));
  assert.match(
    verdict.lacks.join("; "),
    /ADD CONSTRAINT t_a UNIQUE \(a\); fails.*2 statements failed, such as .*CLUSTER ON t_a/,
  );

  const [schema, rows] = [["--schema-only"], ["--data-only", "--disable-triggers"]].map((args, index) =>
    readFileSync(dump(url, join(dir, `half${index}.sql`), ...args), "utf8"),
  );
  const { verdict: halves } = await proofOf(packed("halves.sql", Buffer.from(`${schema}${rows}`)));
  assert.ok(halves.kind === "proven-with-lacks", JSON.stringify(halves));
  assert.match(halves.lacks.join("; "), /DISABLE TRIGGER ALL;: permission denied/);
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

test("a moment ahead of the rows is not taken for the newest of a database that nobody knows", async () => {
  const ahead = await databaseWith(
    `create table seen (created_at timestamptz, stale_at timestamptz, retry_at timestamptz, expires_at timestamptz);
     insert into seen values ('2026-11-10 08:00Z', '2026-11-19 08:00Z', '2026-11-19 08:00Z', '2026-11-19 08:00Z');`,
  );
  const { databases } = await proofOf(dump(ahead, join(dir, "ahead"), "-Fc"));
  const newest = databases[0]?.newest;
  assert.ok(newest?.kind === "known", JSON.stringify(newest));
  assert.deepEqual([newest.value.column, newest.value.at], ["created_at", "2026-11-10T08:00:00.000Z"]);
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

test("a table whose owner may not read it is counted", async () => {
  const closed = `${readFileSync(plain, "utf8")}
ALTER TABLE public.runs OWNER TO auditor;
REVOKE ALL ON TABLE public.runs FROM auditor;
SET ROLE auditor;
`;
  const { verdict, databases } = await proofOf(packed("closed.sql", Buffer.from(closed)));
  assert.deepEqual(verdict, { kind: "proven" });
  assert.equal(databases[0]?.rows, 3007);
});

test("what a transaction did that nobody commits does not come back, whether or not it failed", async () => {
  for (const more of ["", "SELECT nothing;\n"]) {
    const open = `BEGIN;\n${readFileSync(plain, "utf8")}${more}`;
    const { verdict } = await proofOf(packed(`open${more.length}.sql`, Buffer.from(open)));
    assert.ok(verdict.kind === "not-restorable", JSON.stringify(verdict));
    assert.match(verdict.why, /within a transaction that it does not commit/);
  }
  const whole = `BEGIN;\n${readFileSync(plain, "utf8")}COMMIT;\n`;
  assert.equal((await proofOf(packed("committed.sql", Buffer.from(whole)))).verdict.kind, "proven");
});

test("what restores without a row, without its tables or without a mark of its end is not called proven", async () => {
  const [schema, data] = (["--schema-only", "--data-only"] as const).map((what) => dump(url, join(dir, what), what));
  const { verdict: empty } = await proofOf(schema ?? "");
  assert.ok(empty.kind === "proven-with-lacks", JSON.stringify(empty));
  assert.match(empty.lacks.join("; "), /No table holds a row: it was dumped without its data/);
  const { verdict: rows } = await proofOf(data ?? "");
  assert.ok(rows.kind === "not-restorable", JSON.stringify(rows));
  assert.match(rows.why, /rows and not the tables .*--data-only/);
  const { verdict: byHand } = await proofOf(
    packed("by-hand.sql", Buffer.from("create table t (a int); insert into t values (1);\n")),
  );
  assert.ok(byHand.kind === "proven-with-lacks", JSON.stringify(byHand));
  assert.match(byHand.lacks.join(), /no mark of its end/);
});

test("text that psql reads or does not is told apart: a byte order mark, UTF-16, pg_dump's own complaint", async () => {
  const text = readFileSync(plain);
  const marked = await proofOf(packed("marked.sql", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text])));
  assert.equal(marked.verdict.kind, "proven");
  const said = async (name: string, content: Uint8Array): Promise<string> => {
    const { verdict } = await proofOf(packed(name, content));
    assert.ok(verdict.kind === "unknown", JSON.stringify(verdict));
    return `${verdict.why} ${verdict.howToLearn}`;
  };
  const wide = Buffer.from(`\ufeff${text.toString("utf8")}`, "utf16le");
  assert.match(await said("wide.sql", wide), /UTF-16, as PowerShell.*iconv/);
  const complaint = Buffer.from("pg_dump: error: connection to server failed\n");
  assert.match(await said("complaint.sql", complaint), /pg_dump complained of: pg_dump: error: connection to server/);
  assert.deepEqual((await proofOf(packed("blank.sql", Buffer.from("\n\n")))).verdict, {
    kind: "not-restorable",
    why: "it is empty",
  });
});

test("roles of a server are passed over beside dumps, and no backup alone", async () => {
  const both = join(dir, "with-roles");
  const roles = Buffer.from(
    "--\n-- PostgreSQL database cluster dump\n--\nSET client_encoding = 'UTF8';\nCREATE ROLE app;\n--\n-- PostgreSQL database cluster dump complete\n--\n",
  );
  packed("with-roles/globals.sql", roles);
  const alone = await proofOf(both);
  assert.ok(alone.verdict.kind === "unknown", JSON.stringify(alone.verdict));
  assert.match(alone.verdict.why, /roles of a server and no database/);
  packed("with-roles/plain.sql", readFileSync(plain));
  const report = await proving(both);
  assert.deepEqual(
    [report.proofs.map(({ name }) => name), report.passedOver.map(({ name }) => name)],
    [["plain.sql"], ["globals.sql"]],
  );
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
  assert.match(report.notes.join(), /1 older of the same series .*: mlflow-2026-11-18\.dump\.$/);
});
