// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectSource } from "../../edge/source-database.ts";
import { systems } from "../../systems/index.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import { References } from "./references.ts";

const oid = `ab12${"c".repeat(60)}`;
const gitlabTables = `create table schema_migrations (version text); create table ar_internal_metadata (key text);
  create table projects (id int); create table namespaces (id int); create table users (id int);
  create table merge_requests (id int); create table lfs_objects (id int, oid text, file_store int);`;

async function asked(sql: string, references = new References()): Promise<References> {
  const db = await connectSource(await databaseWith(sql));
  try {
    await references.ask(db, systems);
  } finally {
    await db.close();
  }
  return references;
}

const model = (version: number, source: string, stage = "Production"): string =>
  `insert into model_versions (name, version, source, current_stage) values ('iris', ${version}, '${source}', '${stage}');`;

test("each registered version's artifact has to be below its location, whatever prefix the bucket puts before it", async () => {
  const sql = `${mlflowTables}${mlflowRows}${model(1, "mlflow-artifacts:/1/r1/artifacts/model")}
    ${model(2, "s3://models/1/r2/artifacts/model/")}${model(3, "gone", "Deleted_Internal")}`;
  const references = await asked(sql);
  references.see("mlflow/1/r1/artifacts/model/MLmodel");
  references.see("1/r2/artifacts/model-of-another/MLmodel");
  const [check] = references.checks(true);
  assert.equal(check?.state, "failed");
  assert.equal(check?.asked, 2);
  assert.deepEqual(check?.why, ["1 of 2 are in no backup of this point", "iris 2: 1/r2/artifacts/model"]);

  references.see("1/r2/artifacts/model/model.pkl");
  assert.deepEqual(
    references.checks(true).map(({ state }) => state),
    ["passed"],
  );
});

test("a logged model's artifacts are where the logged model says", async () => {
  const references = await asked(`${mlflowTables}${mlflowRows}
    alter table model_versions add column storage_location text;
    create table logged_models (model_id text, artifact_location text);
    insert into logged_models values ('m-1', 'mlflow-artifacts:/1/models/m-1/artifacts');
    ${model(1, "models:/m-1")}`);
  references.see("1/models/m-1/artifacts/MLmodel");
  assert.deepEqual(
    references.checks(true).map(({ id, state, asked }) => [id, state, asked]),
    [
      ["model-artifacts", "passed", 0],
      ["logged-model-artifacts", "passed", 1],
    ],
  );
});

test("every LFS object's row has its object", async () => {
  const references = await asked(
    `${gitlabTables} insert into lfs_objects values (1, '${oid}', 2), (2, '${"f".repeat(64)}', 2);`,
  );
  references.see(`${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid.slice(4)}`);
  const [check] = references.checks(true);
  assert.equal(check?.state, "failed");
  assert.match(check?.why.join("\n") ?? "", /^1 of 2 are in no backup[^\n]*\nf{64}: ff\/ff\/f{60}$/);
});

test("two databases that are asked the same are one question, and a row of both is one", async () => {
  const lfs = (id: number, of: string): string => `insert into lfs_objects values (${id}, '${of}', 2);`;
  const references = await asked(`${gitlabTables} ${lfs(1, oid)}`);
  await asked(`${gitlabTables} ${lfs(1, oid)} ${lfs(2, "f".repeat(64))}`, references);
  const [check, ...more] = references.checks(true);
  assert.deepEqual([check?.state, check?.asked, more], ["failed", 2, []]);
});

test("without a list of objects nothing is told, unless no row names any", async () => {
  const references = await asked(`${gitlabTables} insert into lfs_objects values (1, '${oid}', 2);`);
  assert.deepEqual(
    references.checks(false).map(({ state }) => state),
    ["unknown"],
  );
  assert.deepEqual(
    (await asked(gitlabTables)).checks(false).map(({ state }) => state),
    ["passed"],
  );
});

test("a location in no object store, and a question that is refused, leave it open", async () => {
  const local = await asked(`${mlflowTables}${mlflowRows}${model(1, "file:///mlruns/1/r1/artifacts/model")}`);
  const [check] = local.checks(true);
  assert.deepEqual(
    [check?.state, check?.why],
    ["unknown", ["iris 1: file:///mlruns/1/r1/artifacts/model is in no object store"]],
  );
  const refused = await asked(`${mlflowTables}${mlflowRows} alter table model_versions drop column source;`);
  const [other] = refused.checks(true);
  assert.equal(other?.state, "unknown");
  assert.match(other?.why.join() ?? "", /source.*does not exist/);
});
