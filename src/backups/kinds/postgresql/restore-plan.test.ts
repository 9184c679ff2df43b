import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../../kernel/errors.ts";
import { systems } from "../../../systems/index.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../../others/prove.test-support.ts";
import { TestRepository, testPorts } from "../../own.test-support.ts";
import { planFor } from "./restore-plan.ts";
import type { RestoreServer } from "./restore-server.ts";

const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
const name = new URL(url).pathname.slice(1);
const { manifest } = await (await TestRepository.make()).backUp(url);
const server = (freeBytes: number | undefined): RestoreServer => ({
  database: name,
  connect: (database) => testPorts.connectSource(Object.assign(new URL(url), { pathname: `/${database}` }).href),
  restorer: async () => "pg_restore",
  restore: () => Promise.reject(new InputError("nothing is restored in this test")),
  freeBytes: async () => freeBytes,
});

test("an older server, an extension that it lacks and too little room are in the way", async () => {
  const { source, content } = manifest.body;
  const newer = {
    ...manifest,
    body: {
      ...manifest.body,
      source: { ...source, serverVersion: "99.1" },
      content: { ...content, extensions: [{ name: "no_such_extension", version: "1" }] },
    },
  };
  const { refuses } = await planFor(newer, { kind: "in-place" }, server(1000), systems);
  assert.match(
    refuses.join("; "),
    /is of PostgreSQL 99\.1, and the server is .*: a dump is not restored into an older one/,
  );
  assert.match(refuses.join("; "), /no extension no_such_extension/);
  assert.match(refuses.join("; "), /has 1 MB free, and the backup needs/);
});

test("roles that are not there are made, and their passwords are asked for", async () => {
  const roles = [...manifest.body.roles, { ...manifest.body.roles[0], name: "nobody_here", superuser: false }];
  const other = { ...manifest, body: { ...manifest.body, roles } } as typeof manifest;
  const { does, notes, refuses } = await planFor(other, { kind: "in-place" }, server(undefined), systems);
  assert.deepEqual(refuses, []);
  assert.match(does.join("; "), /make the roles nobody_here, without a password/);
  assert.match(notes.join("; "), /give the roles nobody_here their passwords/);
});

test("the database from which others are renamed is not restored in place", async () => {
  const { refuses } = await planFor(
    manifest,
    { kind: "in-place" },
    { ...server(undefined), database: "postgres" },
    systems,
  );
  assert.match(refuses.join(), /restore it by hand/);
});

const words = "the application must be of the version that made the backup, or bring it up by its own migration";
const planInPlace = async (there: string, said = manifest) => {
  const other = await databaseWith(there);
  const database = new URL(other).pathname.slice(1);
  const plan = await planFor(said, { kind: "in-place" }, { ...server(undefined), database }, systems);
  return { ...plan, database };
};

test("another schema than the backup's is told by both heads, and its rows are counted", async () => {
  const { notes, loses, refuses, database } = await planInPlace(
    `${mlflowTables}${mlflowRows} update alembic_version set version_num = 'acf3f17fdcc7'; delete from runs where run_uuid = 'r1';`,
  );

  assert.deepEqual(refuses, []);
  assert.ok(
    notes.includes(`the backup has the schema head 5b0e9adcef9c, and ${database} has acf3f17fdcc7 now: ${words}`),
    notes.join("; "),
  );
  assert.ok(loses.includes("public.runs: 2999 rows now, 3000 in the backup"), loses.join("; "));
});

test("the same schema, and one that nobody knows on either side, are nothing to say", async () => {
  const { content } = manifest.body;
  const unknown = { ...manifest, body: { ...manifest.body, content: { ...content, schemaHead: undefined } } };

  for (const { notes } of [
    await planFor(manifest, { kind: "in-place" }, server(undefined), systems),
    await planInPlace("create table t (id int)", unknown),
  ])
    assert.doesNotMatch(notes.join("; "), /schema head/);
});

test("a database that is of no system, of another, empty of migrations or cannot be asked is told beside the backup's head", async () => {
  const keycloak = `create table databasechangelog (id int); create table realm (id int); create table client (id int);
    create table user_entity (id int); create table credential (id int);
    create table migration_model (version text, update_time bigint); insert into migration_model values ('26.3.1', 7);`;
  const cases: readonly (readonly [string, RegExp])[] = [
    ["create table t (id int)", /5b0e9adcef9c, and \S+ has none that is known: the application/],
    [keycloak, /5b0e9adcef9c, and \S+ has 26\.3\.1 of Keycloak now: the application/],
    [`${mlflowTables} delete from alembic_version`, /5b0e9adcef9c, and \S+ has none: the application/],
    [
      `${mlflowTables} alter table alembic_version rename column version_num to version`,
      /5b0e9adcef9c, and that of \S+ could not be read: .*version_num/,
    ],
  ];
  for (const [there, told] of cases) assert.match((await planInPlace(there)).notes.join("; "), told);
});

test("a backup without a schema that is known does not go under a system's database unsaid", async () => {
  const { content } = manifest.body;
  const unknown = { ...manifest, body: { ...manifest.body, content: { ...content, schemaHead: undefined } } };

  const { notes, database } = await planInPlace(mlflowTables, unknown);

  assert.match(
    notes.join("; "),
    new RegExp(`no schema head that is known, and ${database} has 5b0e9adcef9c of MLflow\\S* now: the application`),
  );
});
