import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "pg";
import type { BackupPorts } from "../../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../../own.test-support.ts";

const repository = await TestRepository.make();

/** Ports under which something happens to the database just before a question is asked, once. */
function meanwhile(url: string, before: RegExp, happens: (client: Client) => Promise<void>): Partial<BackupPorts> {
  let done = false;
  return {
    async connectSource(address) {
      const db = await testPorts.connectSource(address);
      return {
        close: () => db.close(),
        async query(sql) {
          if (before.test(sql) && !done) {
            done = true;
            const client = new Client({ connectionString: url });
            await client.connect();
            await happens(client);
            await client.end();
          }
          return db.query(sql);
        },
      };
    },
  };
}

test("a table is not emptied or rewritten while it is backed up, and one made meanwhile is taken along", async () => {
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const refused: string[] = [];
  const ports = meanwhile(url, /begin isolation level/, async (client) => {
    await client.query("set lock_timeout = '200ms'; create table late (id serial, t text)");
    await client.query("insert into late (t) select 'x' from generate_series(1, 10)");
    for (const sql of [
      "truncate model_versions, runs",
      "alter table runs alter start_time type numeric",
      "drop table runs",
    ])
      await client.query(sql).catch((thrown: Error) => refused.push(thrown.message));
  });

  const { manifest } = await repository.backUp(url, {}, ports);
  assert.equal(refused.length, 3);
  for (const message of refused) assert.match(message, /lock timeout/);
  const rows = Object.fromEntries(manifest.body.content.tables.map((one) => [one.table, one.rows]));
  assert.equal(rows["public.runs"], 3000);
  assert.equal(rows["public.late"], 10);
  assert.equal((await repository.prove(manifest.id)).verdict.kind, "proven");
});

test("a backup gives way soon to who waits to have a table alone, and with it all others, and is made again", async (context) => {
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const migration = new Client({ connectionString: url });
  await migration.connect();
  context.after(() => migration.end());
  let emptied: Promise<unknown> | undefined;
  const ports = meanwhile(url, /pg_export_snapshot/, async (client) => {
    emptied = migration.query("truncate model_versions, runs");
    const waiting = "select from pg_locks where not granted and relation = any('{model_versions,runs}'::regclass[])";
    while ((await client.query(waiting)).rowCount === 0);
  });
  await assert.rejects(repository.backUp(url, {}, ports), (thrown) => {
    assert.ok(thrown instanceof SystemError && thrown.remedy === "retry");
    assert.match(thrown.message, /somebody waits to have a table \(public\.(?:model_versions|runs)\) alone/);
    return true;
  });
  await emptied;

  const { manifest } = await repository.backUp(url);
  const rows = Object.fromEntries(manifest.body.content.tables.map((one) => [one.table, one.rows]));
  assert.equal(rows["public.runs"], 0);
});

test("rows written and numbers drawn during the backup do not make it fail", async () => {
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const ports = meanwhile(url, /hashtextextended.*"runs"/s, async (client) => {
    await client.query("insert into experiments (name) select 'later ' || g from generate_series(1, 100) g");
    await client.query("delete from registered_models");
  });
  const { manifest } = await repository.backUp(url, {}, ports);
  const rows = Object.fromEntries(manifest.body.content.tables.map((one) => [one.table, one.rows]));
  assert.equal(rows["public.experiments"], 5);
  assert.equal(rows["public.registered_models"], 1);
  const sequence = manifest.body.content.sequences.find(({ name }) => name === "public.experiments_experiment_id_seq");
  assert.deepEqual([sequence?.last, sequence?.until], ["5", "105"]);
  assert.equal((await repository.prove(manifest.id)).verdict.kind, "proven");
});

test("two backups of one database at once: the second waits for another time; of two databases: both", async () => {
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const other = await databaseWith("create table realm (id text primary key); insert into realm values ('master')");
  let second: unknown;
  const ports = meanwhile(url, /begin isolation level/, async () => {
    second = await repository.backUp(url).catch((thrown: unknown) => thrown);
  });

  const [one, two] = await Promise.all([
    repository.backUp(url, {}, ports),
    repository.backUp(other, { component: "keycloak" }),
  ]);
  assert.ok(second instanceof SystemError && second.remedy === "retry" && /under way/.test(second.message));
  assert.notEqual(one.manifest.id, two.manifest.id);
  const ids = (await repository.catalogue()).backups.map(({ id }) => id);
  assert.ok(ids.includes(one.manifest.id) && ids.includes(two.manifest.id));
});

test("a role that may not read all is told so, and rows that a policy hides are not left out in silence", async () => {
  const url = await databaseWith(`${mlflowTables}${mlflowRows} do $$ begin
    if not exists (select from pg_roles where rolname = 'half_reader') then create role half_reader login; end if; end $$;
    grant usage on schema public to half_reader; grant select on all tables in schema public to half_reader;
    grant select on all sequences in schema public to half_reader;`);
  const asReader = Object.assign(new URL(url), { username: "half_reader", password: "" }).href;
  const client = new Client({ connectionString: url });
  await client.connect();

  await client.query("revoke select on runs from half_reader");
  await assert.rejects(repository.backUp(asReader), /permission denied for table runs/);
  await client.query("grant select on runs to half_reader; alter table runs enable row level security");
  await assert.rejects(repository.backUp(asReader), /row-level security policy|row security/);
  await client.end();
});

test("an address that is none does not show what was written", async () => {
  await assert.rejects(
    repository.backUp("mysql://root:canary@db/x"),
    (thrown) => thrown instanceof InputError && !thrown.message.includes("canary"),
  );
});
