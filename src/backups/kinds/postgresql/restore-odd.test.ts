// oxlint-disable no-restricted-imports -- tests start a server of their own
import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../../kernel/errors.ts";
import { startTestCluster } from "../../../store/test-cluster.ts";
import { type DatabaseManifest, TestRepository } from "../../own.test-support.ts";
import { readPart } from "../../parts.ts";
import { quoteName } from "../../proof/throw-away.ts";
import type { Restoring } from "../../restore/contract.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { restore } from "./restore.ts";
import { besideName, mark, shortOf } from "./restore-marks.ts";
import { sqlOn } from "./sql.test-support.ts";

const server = await startTestCluster();
const repository = await TestRepository.make();
const sql = sqlOn(server.url);
const config = {
  component: "mlflow",
  store: "database",
  kind: "postgresql",
  url: { kind: "env", name: "URL" },
} as const;
const inPlace = { kind: "in-place" } as const;

const addressOf = (database: string, user = "postgres"): string =>
  Object.assign(new URL(server.url), { pathname: `/${encodeURI(database)}`, username: user }).href;

const lent = (database: string, user?: string): Restoring => ({
  ...restoringOf({ stored: new Map(), secrets: { "env:URL": addressOf(database, user) } }),
  readPart: (part) => readPart(repository.open(), part, new AbortController().signal),
});

/** A database with one row, and its backup. */
async function made(database: string, properties = ""): Promise<DatabaseManifest> {
  await sql(`create database ${quoteName(database)} ${properties}`);
  await sql("create table kept (name text); insert into kept values ('backed up')", encodeURI(database));
  return (await repository.backUp(addressOf(database))).manifest;
}

const databases = async (): Promise<readonly string[]> =>
  (await sql("select datname::text as name from pg_database where not datistemplate order by 1")).map(({ name }) =>
    String(name),
  );

test("what was kept was dropped: the restore is not taken back, and the database in use stays", async () => {
  const sealed = await made("models");
  const restoring = lent("models");
  await restore.run(sealed, config, inPlace, restoring);
  const [kept = ""] = (await databases()).filter((name) => name.startsWith("models_before_"));
  await sql(`drop database ${kept}`);

  const undone = Promise.resolve(restore.undo?.(config, undefined, restoring));

  await assert.rejects(undone, (thrown) => thrown instanceof InputError && thrown.message.includes(`${kept} is gone`));
  assert.deepEqual(await sql("select name from kept", "models"), [{ name: "backed up" }]);
});

test("a database with a long name is restored though a killed attempt, or another's, left half of it beside", async () => {
  for (const length of [50, 60]) {
    const name = "n".repeat(length);
    const sealed = await made(name);
    const restoring = lent(name);
    const left = [restoring.id, "restore-of-another"].map((id) => [id, besideName(name, "restoring", shortOf(id))]);
    for (const [id = "", beside = ""] of left) {
      await sql(`create database "${beside}"`);
      const said = { role: "beside", restore: id, backup: sealed.id, at: "2026-11-20T09:00:00Z" } as const;
      await mark({ query: sql }, beside, said);
    }

    const done = await restore.run(sealed, config, inPlace, restoring);

    assert.deepEqual(done.differences, []);
    assert.deepEqual(
      (await databases()).filter((one) => one.includes("_restoring_")),
      [],
    );
  }
});

test("a name that PostgreSQL would cut, and the databases that others are made from, are no targets", async () => {
  const sealed = await made("short");
  for (const [name, why] of [
    ["größe".repeat(10), /has 70 bytes, and PostgreSQL takes 63/],
    ["template1", /other databases are made from it/],
  ] as const) {
    const { refuses } = await restore.plan(sealed, config, { kind: "database", name }, lent("short"));
    assert.match(refuses.join("; "), why);
  }
});

test("hostile names are names, for a database that comes elsewhere and one that comes in place", async () => {
  const name = `-d "o'dd"\n%20 größe+@:;,&=$--/x`;
  const sealed = await made(name);
  const target = { kind: "database", name: `${name}2` } as const;

  const [copied, restored] = [
    await restore.run(sealed, config, target, lent(name)),
    await restore.run(sealed, config, inPlace, lent(name)),
  ];

  assert.deepEqual([copied.differences, restored.differences], [[], []]);
});

test("whoever is no superuser swaps the names though the server itself vacuums the database", async () => {
  await sql("create role owner login; create role restorer login createdb; grant owner to restorer");
  const sealed = await made("busy");
  await sql("alter database busy owner to owner");
  await sql("alter table kept owner to owner", "busy");
  await sql("alter system set autovacuum_naptime = '1s'");
  await sql("select pg_reload_conf()");
  await sql(
    `create table large with (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_insert_threshold = 1,
      autovacuum_vacuum_insert_scale_factor = 0) as select repeat('x', 500) as x from generate_series(1, 20000)`,
    "busy",
  );
  const vacuums = "select 1 from pg_stat_activity where datname = 'busy' and backend_type = 'autovacuum worker'";
  while ((await sql(vacuums)).length === 0) await new Promise((resolve) => setTimeout(resolve, 100));

  const done = await restore.run(sealed, config, inPlace, lent("busy", "restorer"));

  assert.deepEqual(done.differences, []);
  assert.deepEqual((await sql("select count(*)::int as n from pg_class where relname = 'large'", "busy"))[0], { n: 0 });
});

const propertiesOf = (name: string) =>
  sql(`select to_jsonb(d) - '{oid,datname,datacl,datfrozenxid,datminmxid}'::text[] as said, array(select s.setconfig from pg_db_role_setting s
    where s.setdatabase = d.oid) as settings from pg_database d where datname = '${name}'`);

test("how a database sorts, how many may connect and what is set for it are as they were, in place, elsewhere and where it is gone", async () => {
  const sealed = await made(
    "sorted",
    "template template0 locale_provider icu icu_locale 'de-u-co-phonebk' connection limit 70",
  );
  await sql("alter database sorted set search_path to ''");
  const before = await propertiesOf("sorted");
  const again = (await repository.backUp(addressOf("sorted"))).manifest;

  const replaced = await restore.run(sealed, config, inPlace, lent("sorted"));
  const there = await propertiesOf("sorted");
  const copied = await restore.run(again, config, { kind: "database", name: "sorted_copy" }, lent("sorted"));
  await sql("drop database sorted");
  const anew = await restore.run(again, config, inPlace, lent("sorted"));

  assert.deepEqual([replaced.notes, copied.notes, anew.notes], [[], [], []]);
  assert.deepEqual(there, before);
  assert.deepEqual(await propertiesOf("sorted_copy"), before);
  assert.deepEqual(await propertiesOf("sorted"), before);
});

test("restored by another account, the database is the declared one, whatever the account's address names", async () => {
  const sealed = await made("declared");
  await sql("create database of_others");
  await sql("create table precious (id int)", "of_others");
  const account = { ...config, restoreUrl: { kind: "env", name: "RESTORER" } } as const;
  const by = (database: string): Restoring => ({
    ...restoringOf({
      stored: new Map(),
      secrets: { "env:URL": addressOf("declared"), "env:RESTORER": addressOf(database) },
    }),
    readPart: lent("declared").readPart,
  });
  await sql("delete from kept", "declared");

  const strange = restore.plan(sealed, account, inPlace, by("of_others"));
  await assert.rejects(
    strange,
    (thrown) =>
      thrown instanceof InputError &&
      /restoreUrl names the database of_others, and .* is declared/.test(thrown.message),
  );
  const plan = await restore.plan(sealed, account, inPlace, by("postgres"));
  await restore.run(sealed, account, inPlace, by("postgres"));

  assert.deepEqual(plan.refuses, []);
  assert.deepEqual(await sql("select name from kept", "declared"), [{ name: "backed up" }]);
});

/** The backup with roles that the server does not have, one of which belongs to another. */
function withRoles(sealed: DatabaseManifest, group: string, member: string): DatabaseManifest {
  const [first] = sealed.body.roles;
  assert.ok(first !== undefined);
  const roles = [
    { ...first, name: group, superuser: true, memberOf: [] },
    { ...first, name: member, superuser: false, createRole: false, bypassRls: false, memberOf: [group] },
  ];
  return { ...sealed, body: { ...sealed.body, roles: [...sealed.body.roles, ...roles] } };
}

test("a role that belonged to a superuser whom the server does not have is made without it, and that is said", async () => {
  const sealed = withRoles(await made("grouped"), "admins", "app");

  const done = await restore.run(sealed, config, { kind: "database", name: "grouped_copy" }, lent("grouped"));

  assert.deepEqual(done.differences, []);
  assert.deepEqual(done.notes, ["app is no member of admins, which the server does not have"]);
});

test("roles are made with all they belong to, or not at all: an attempt anew would not look at them", async () => {
  await sql("create role maker login createdb createrole");
  const sealed = withRoles(await made("half"), "postgres", "half_app");

  const run = restore.run(sealed, config, { kind: "database", name: "half_copy" }, lent("half", "maker"));

  await assert.rejects(run, /superuser/);
  assert.deepEqual(await sql("select 1 from pg_roles where rolname = 'half_app'"), []);
});
