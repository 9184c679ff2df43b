import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../kernel/errors.ts";
import { databaseWith, mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository } from "./own.test-support.ts";

const repository = await TestRepository.make();

test("a backup says what was in the database, and its proof finds it all again", async () => {
  const url = await databaseWith(`${mlflowTables}${mlflowRows}
    create role "weird ""role" nologin; grant select on runs to "weird ""role";
    create table "Odd name" (id bigserial primary key, at timestamptz, price money, raw bytea, f float8, tags text[], j jsonb);
    insert into "Odd name" (at, price, raw, f, tags, j) select now(), g, '\\xdead', g / 3.0, array['a', null], '{"a": 1}' from generate_series(1, 50) g;
    alter table "Odd name" drop column j; alter table "Odd name" add column k text collate "C" default 'k';
    create table parts (id int, at date) partition by range (at); create table parts_1 partition of parts for values from ('2026-01-01') to ('2027-01-01');
    insert into parts values (1, '2026-02-03');
    create view seen as select count(*) from runs; create extension hstore; select lo_from_bytea(0, 'large');`);

  const { manifest, digest } = await repository.backUp(url);
  const rows = Object.fromEntries(manifest.body.content.tables.map((one) => [one.table, one.rows]));
  assert.equal(rows["public.runs"], 3000);
  assert.equal(rows["public.Odd name"], 50);
  assert.equal(rows["public.parts_1"], 1);
  assert.deepEqual(manifest.body.content.schemaHead, { system: "mlflow", head: "5b0e9adcef9c" });
  assert.match(manifest.body.source.serverVersion, /^15\./);
  assert.match(manifest.body.source.lsn, /^[0-9A-F]+\/[0-9A-F]+$/);
  assert.ok(manifest.body.roles.some(({ name }) => name === 'weird "role'));
  assert.equal(manifest.identity.repository, repository.id);

  const { backups, debris } = await repository.catalogue();
  assert.deepEqual(debris, []);
  assert.equal(backups[0]?.digest, digest);
  const began = manifest.id.replace(/.*-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-.*/, "$1-$2-$3T$4:$5:$6Z");
  assert.equal(backups[0]?.millis, Date.parse(manifest.endedAt) - Date.parse(began));

  const proof = await repository.prove(manifest.id);
  assert.deepEqual(proof.verdict, { kind: "proven" }, JSON.stringify(proof));
  assert.equal(
    proof.counts["rows"],
    manifest.body.content.tables.reduce((sum, one) => sum + one.rows, 0),
  );
  assert.ok(proof.doesNotCover.some((what) => /artifacts/.test(what)));
  assert.equal((await repository.find(manifest.id)).proofs[0]?.verdict, "proven");
});

test("a repository that is not there is never made by a backup", async () => {
  const url = await databaseWith(mlflowTables);
  await assert.rejects(new TestRepository().backUp(url), (thrown) => {
    assert.ok(thrown instanceof InputError);
    return /no repository yet, or its folder is not mounted.*backup init --environment production/.test(thrown.message);
  });
});
