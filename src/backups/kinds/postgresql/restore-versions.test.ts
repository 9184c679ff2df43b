// oxlint-disable no-restricted-imports -- a test reads an archive that another server's pg_dump made
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Client } from "pg";
import { InputError } from "../../../kernel/errors.ts";
import { laterPrograms } from "../../../store/later-programs.test-support.ts";
import { freePort } from "../../../store/postmaster.ts";
import { startTestCluster, type TestCluster } from "../../../store/test-cluster.ts";
import { forge } from "../../forged.test-support.ts";
import { folder, mlflowRows, mlflowTables } from "../../others/prove.test-support.ts";
import { type DatabaseManifest, TestRepository } from "../../own.test-support.ts";
import { readPart } from "../../parts.ts";
import type { RestoreTarget, Restoring } from "../../restore/contract.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { restore } from "./restore.ts";

/** All that a later major writes otherwise in its catalog: NOT NULL as constraints, more rights in ALL, the schema public. */
const content = `${mlflowTables}${mlflowRows}
  create role app login; create role reader;
  grant all on runs to reader; grant select on experiments to reader; alter default privileges grant all on tables to reader;
  create extension pg_trgm; create extension citext;
  create view busy as select * from runs where end_time is null; create materialized view counted as select count(*) from runs;
  create table parted (id bigint generated always as identity, at date not null, name citext) partition by range (at);
  create table parted_2026 partition of parted for values from ('2026-01-01') to ('2027-01-01');
  insert into parted (at, name) select '2026-03-01', 'n' || g from generate_series(1, 500) g;
  create table kinds (id int primary key check (id > 0), total int generated always as (id * 2) stored, big numeric, at timestamptz,
    data jsonb, bytes bytea, list text[], span tstzrange, unique nulls not distinct (big));
  insert into kinds (id, big, at, data, bytes, list, span) select g, g / 7.0, timestamptz '2026-01-01' + g * interval '1 hour',
    jsonb_build_object('g', g), decode(md5(g::text), 'hex'), array[g::text, null], tstzrange(now(), null) from generate_series(1, 300) g;
  create index on kinds using gin (data); create index on kinds (lower(list[1])) where id > 7;
  create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger t before update on kinds for each row execute function f();
  alter table experiments enable row level security; create policy own on experiments to app using (true);
  alter table runs owner to app; select lo_from_bytea(0, 'large');
  create sequence down increment -3 start 100 minvalue 0 maxvalue 200; select nextval('down');`;

const port = await freePort();
const old = await startTestCluster(undefined, { port });
const later = laterPrograms(folder());
const repository = await TestRepository.make();
const url = await databaseAt(old, "models", content);
const { manifest } = await repository.backUp(url);
const [wasMajor] = manifest.body.source.serverVersion.split(".");

async function databaseAt({ url: at }: TestCluster, name: string, sql: string): Promise<string> {
  await ask(at, `create database ${name}`);
  const made = Object.assign(new URL(at), { pathname: `/${name}` }).href;
  await ask(made, sql);
  return made;
}

async function ask(at: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: at });
  await client.connect();
  try {
    const done = await client.query<Record<string, unknown>>(sql);
    return Array.isArray(done) ? [] : done.rows;
  } finally {
    await client.end();
  }
}

const names = async (at: string): Promise<readonly string[]> =>
  (await ask(at, "select datname::text as name from pg_database where not datistemplate order by 1")).map(({ name }) =>
    String(name),
  );
const rows = async (at: string, table = "runs"): Promise<number> =>
  Number((await ask(at, `select count(*)::int as count from ${table}`))[0]?.["count"]);

const ref = { kind: "env", name: "URL" } as const;
const config = { component: "mlflow", store: "database", kind: "postgresql", url: ref } as const;

function restoringAt(at: string, more: Partial<Restoring> = {}): Restoring {
  const { signal } = new AbortController();
  return {
    ...restoringOf({ stored: new Map(), secrets: { "env:URL": at } }),
    readPart: (part) => readPart(repository.open(), part, signal),
    ...more,
  };
}

const planAt = (
  at: string,
  target: RestoreTarget,
  sealed: DatabaseManifest = manifest,
  more: Partial<Restoring> = {},
) => restore.plan(sealed, config, target, restoringAt(at, more));

test("a server of a later major gets all of it, in a new database, and the plan names both majors", async () => {
  const server = await startTestCluster(undefined, { programs: later });
  const target = { kind: "database", name: "models_copy" } as const;
  try {
    const plan = await planAt(server.url, target);
    assert.deepEqual(plan.refuses, []);
    assert.match(
      plan.notes.join("; "),
      new RegExp(`the server is PostgreSQL ${later.major}\\.\\d+, and was ${wasMajor}\\.`),
    );

    const done = await restore.run(manifest, config, target, restoringAt(server.url));

    assert.deepEqual(done.differences, []);
    assert.deepEqual(await names(server.url), ["models_copy", "postgres"]);
    const copy = Object.assign(new URL(server.url), { pathname: "/models_copy" }).href;
    for (const table of ["runs", "experiments", "parted", "kinds"])
      assert.equal(await rows(copy, table), await rows(url, table), table);
    const [{ owner } = {}] = await ask(copy, "select tableowner as owner from pg_tables where tablename = 'runs'");
    assert.equal(owner, "app");
  } finally {
    await server.stop();
  }
});

test("in place it comes back on the server that was upgraded behind the address meanwhile, and is taken back", async () => {
  await old.stop();
  const server = await startTestCluster(undefined, { programs: later, port });
  try {
    // What the upgrade brought over, and what users wrote in it since.
    await restore.run(manifest, config, { kind: "in-place" }, restoringAt(url));
    await ask(url, "delete from runs where run_uuid < 'r2'; create table since (id int)");
    const left = await rows(url);

    const plan = await planAt(url, { kind: "in-place" });
    assert.deepEqual([plan.refuses, plan.isThere], [[], true]);
    const backingUp = await planAt(url, { kind: "in-place" }, manifest, { backsUp: true });
    assert.match(
      backingUp.refuses.join("; "),
      /cannot be backed up before: the database runs PostgreSQL 18\.\d+, which pg_dump 18 or newer dumps.*postgresql-client-18; or leave that out by --no-safety-backup/,
    );
    assert.match(plan.loses.join("; "), new RegExp(`public\\.runs: ${left} rows now, 3000 in the backup`));
    assert.match(plan.notes.join("; "), new RegExp(`PostgreSQL ${later.major}\\.\\d+, and was ${wasMajor}\\.`));
    const restoring = restoringAt(url);
    const done = await restore.run(manifest, config, { kind: "in-place" }, restoring);
    assert.deepEqual(done.differences, []);
    assert.equal(await rows(url), 3000);

    await restore.undo?.(config, undefined, restoring);
    assert.equal(await rows(url), left);
  } finally {
    await server.stop();
  }
});

/** What a pg_dump of that version really made of a later server (others/fixtures/dumps). */
const laterDump = readFileSync(join(import.meta.dirname, "../../others/fixtures/dumps/pg18.4.dump"));
const sha256 = createHash("sha256").update(laterDump).digest("hex");
const ofLater: DatabaseManifest = {
  ...manifest,
  versions: { ...manifest.versions, pgDump: "18.4" },
  parts: [{ snapshot: "0", file: "later.dump", bytes: laterDump.length, sha256, added: 0 }],
  body: { ...manifest.body, source: { ...manifest.body.source, serverVersion: "18.4" } },
};

for (const target of [{ kind: "database", name: "models_older" }, { kind: "in-place" }] as const)
  test(`into a server of an earlier major it is refused before, and by itself, ${target.kind}; nothing is left of it`, async () => {
    const server = await startTestCluster();
    try {
      const at = await databaseAt(server, "models", "create table runs (id int); insert into runs values (1)");
      const stored = new Map([["later.dump", laterDump]]);
      const restoring = restoringOf({ stored, secrets: { "env:URL": at } });

      const plan = await restore.plan(ofLater, config, target, restoring);
      assert.match(
        plan.refuses.join("; "),
        /of PostgreSQL 18\.4, and the server is \d+\.\d+.*: a dump is not restored into an older/,
      );
      await assert.rejects(
        restore.run(ofLater, config, target, restoring),
        (thrown) => thrown instanceof InputError && /into an older one; nothing was changed/.test(thrown.message),
      );

      assert.deepEqual(await names(server.url), ["models", "postgres"]);
      assert.equal(await rows(at), 1);
      assert.deepEqual(await ask(at, "select 1 from pg_roles where rolname = 'app'"), []);
    } finally {
      await server.stop();
    }
  });

test("a dump whose pg_restore is not here is refused at the plan, also for a server that could have it", async () => {
  const server = await startTestCluster(undefined, { programs: later });
  try {
    const plan = await planAt(server.url, { kind: "database", name: "models_same" }, ofLater);
    assert.match(
      plan.refuses.join("; "),
      /was made by pg_dump 18\.4, and no pg_restore of that version or newer is here/,
    );
  } finally {
    await server.stop();
  }
});

const path = `${later.folder}:${process.env["PATH"] ?? ""}`;

test("of two servers at hand a proof takes that of the dump's own major", async () => {
  const proof = await repository.prove(manifest.id, { path });

  assert.deepEqual([proof.verdict, proof.restoredInto], [{ kind: "proven" }, Number(wasMajor)]);
});

test("a dump of a major that is not at hand is proven in the next later one", async () => {
  const between = await forge(
    manifest,
    (said) => ({
      ...said,
      body: { ...said.body, source: { ...said.body.source, serverVersion: `${Number(wasMajor) + 1}.0` } },
    }),
    repository,
  );
  const proof = await repository.prove(between, { path });

  assert.deepEqual([proof.verdict, proof.restoredInto], [{ kind: "proven" }, later.major]);
});
