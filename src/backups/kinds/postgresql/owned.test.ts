// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { connectSource } from "../../../edge/source-database.ts";
import { databaseWith } from "../../others/prove.test-support.ts";
import { TestRepository } from "../../own.test-support.ts";
import { ownedOf } from "./owned.ts";

const mark = randomBytes(4).toString("hex");
const [app, admin, reader] = [`app_${mark}`, `admin_${mark}`, `Réader "${mark}"`];
const quotedReader = `"${reader.replaceAll('"', '""')}"`;

/** As an administrator makes it: the schema is theirs, what the application makes in it is the application's. */
const url = await databaseWith(`
  create role ${app}; create role ${admin}; create role ${quotedReader};
  create extension hstore;
  grant usage on schema public to ${quotedReader}; revoke create on schema public from public;
  create schema own authorization ${app};
  create table own.runs (id bigserial primary key, name text, secret text);
  alter table own.runs owner to ${app};
  grant select (id, name) on own.runs to ${quotedReader};
  create table plain (id int); alter table plain owner to ${app};
  grant select on plain to public; grant insert on plain to ${quotedReader} with grant option;
  revoke truncate on plain from ${app};
  grant usage on sequence own.runs_id_seq to ${quotedReader};
  create view seen as select 1 as one; alter view seen owner to ${app};
  create materialized view kept as select 1 as one; alter materialized view kept owner to ${app};
  create table parted (at date) partition by range (at); alter table parted owner to ${app};
  create function f(a int, b own.runs) returns int language sql as 'select 1'; alter function f owner to ${app};
  revoke execute on function f from public;
  create type mood as enum ('a'); alter type mood owner to ${app};
  create type span as range (subtype = float8); alter type span owner to ${app};
  create domain small as int check (value < 9); alter domain small owner to ${app};
  create type pair as (a int, b int); alter type pair owner to ${app};
  alter default privileges for role ${app} in schema own grant select on tables to ${quotedReader};
  alter default privileges for role ${app} revoke execute on functions from public;`);

const everythingOwned = [
  { kind: "column", name: "own.runs.id", grants: [{ role: reader, may: "SELECT" }] },
  { kind: "column", name: "own.runs.name", grants: [{ role: reader, may: "SELECT" }] },
  { kind: "default privileges", name: `${app} f`, grants: [{ role: app, may: "EXECUTE" }] },
  { kind: "default privileges", name: `${app} r in own`, grants: [{ role: reader, may: "SELECT" }] },
  { kind: "function", name: "public.f(integer, own.runs)", owner: app, grants: [{ role: "", may: "no EXECUTE" }] },
  { kind: "materialized view", name: "public.kept", owner: app },
  { kind: "partitioned table", name: "public.parted", owner: app },
  { kind: "schema", name: "own", owner: app },
  { kind: "schema", name: "public", grants: [{ role: reader, may: "USAGE" }] },
  { kind: "sequence", name: "own.runs_id_seq", owner: app, grants: [{ role: reader, may: "USAGE" }] },
  {
    kind: "table",
    name: "public.plain",
    owner: app,
    grants: [
      { role: "", may: "SELECT" },
      { role: reader, may: "INSERT with grant option" },
      { role: app, may: "no TRUNCATE" },
    ],
  },
  { kind: "table", name: "own.runs", owner: app },
  { kind: "type", name: "public.mood", owner: app },
  { kind: "type", name: "public.pair", owner: app },
  { kind: "type", name: "public.small", owner: app },
  { kind: "type", name: "public.span", owner: app },
  { kind: "view", name: "public.seen", owner: app },
];
const byName = (a: { readonly kind: string; readonly name: string }, b: typeof a): number =>
  `${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1;
const sorted = (all: NonNullable<Awaited<ReturnType<typeof ownedOf>>>) =>
  all
    .map((one) => ({
      ...one,
      ...(one.grants === undefined
        ? {}
        : { grants: one.grants.toSorted((a, b) => `${a.role}:${a.may}`.localeCompare(`${b.role}:${b.may}`)) }),
    }))
    .toSorted(byName);

test("whose everything is, and every grant that the server gives not by itself, is told; what an extension made is not", async (t) => {
  const db = await connectSource(url);
  t.after(() => db.close());
  await db.query("set search_path = ''");

  assert.deepEqual(sorted(await ownedOf(db)), sorted(everythingOwned));
});

test("a proof finds every owner and grant again", async () => {
  const repository = await TestRepository.make();

  const { manifest } = await repository.backUp(url);
  const { verdict, notes } = await repository.prove(manifest.id);

  assert.deepEqual(sorted(manifest.body.content.owned ?? []), sorted(everythingOwned));
  assert.deepEqual(verdict, { kind: "proven" });
  assert.doesNotMatch(notes.join("; "), /belong|come back/);
});

test("what only a superuser can give is noted in the proof: an owner that its schema does not let in", async () => {
  const repository = await TestRepository.make();
  const other = await databaseWith(`
    create schema theirs authorization ${admin}; grant usage on schema theirs to ${app};
    create table theirs.runs (id int); alter table theirs.runs owner to ${app}; grant select on theirs.runs to ${quotedReader};
    create table theirs.many (id int); alter table theirs.many owner to ${quotedReader};`);

  const { manifest } = await repository.backUp(other);
  const { verdict, notes } = await repository.prove(manifest.id);

  assert.deepEqual(verdict, { kind: "proven" });
  assert.match(notes.join("; "), new RegExp(`table theirs\\.runs: belongs to \\S+, and belonged to ${app}`));
  assert.match(notes.join("; "), /table theirs\.many: belongs to \S+, and belonged to Réader/);
});
