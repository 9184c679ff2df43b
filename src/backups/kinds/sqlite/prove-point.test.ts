// oxlint-disable no-restricted-imports -- tests write to databases of their own
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { BackupStore } from "../../../platform/backup-stores.ts";
import { folder } from "../../others/prove.test-support.ts";
import { TestRepository } from "../../own.test-support.ts";
import type { PointProof } from "../../point/prove-point.ts";
import { receiptFor } from "../../receipts/issue.ts";
import { testPods } from "../pod.test-support.ts";

const pods = await testPods();
const lent = { cluster: async () => pods.cluster };
const pod = { namespace: "default", labels: "app=mlflow-0" };
pods.add("mlflow-0", { env: { TMPDIR: folder() } });

/** As MLflow 2.14.3 makes it, as far as it is asked. */
const tables = `create table alembic_version (version_num varchar(32) not null);
  insert into alembic_version values ('5b0e9adcef9c');
  create table experiments (experiment_id integer primary key, name varchar(256));
  create table runs (run_uuid varchar(32) primary key, experiment_id integer);
  create table tags (key varchar(250), value varchar(5000), run_uuid varchar(32), primary key (key, run_uuid));
  create table registered_models (name varchar(256) primary key);
  create table model_versions (name varchar(256), version integer, current_stage varchar(20), source varchar(500),
    run_id varchar(32), primary key (name, version));
  insert into registered_models values ('iris');
  insert into tags values ('mlflow.log-model.history', '[{"run_id": "r1", "artifact_path": "model"}]', 'r1');
  insert into model_versions values ('iris', 1, 'Production', 'mlflow-artifacts:/1/r1/artifacts/model', 'r1'),
    ('iris', 2, null, 'mlflow-artifacts:/1/r2/artifacts/raw', 'r2'),
    ('iris', 3, 'Deleted_Internal', 'mlflow-artifacts:/1/gone', 'r3')`;

const loggedModels = `alter table model_versions add column storage_location varchar(500);
  create table logged_models (model_id varchar(34) primary key, artifact_location varchar(1000));
  insert into logged_models values ('m-1', 'mlflow-artifacts:/1/models/m-1/artifacts');
  insert into model_versions values ('iris', 4, 'None', 'models:/m-1', null, null),
    ('copy', 1, 'None', 'models:/iris/2', null, 'mlflow-artifacts:/1/r4/artifacts/raw')`;

const whole = ["1/r1/artifacts/model/MLmodel", "1/r1/artifacts/model/model.pkl", "1/r2/artifacts/raw/weights.bin"];

/** A database on a volume, and its artifacts on another. */
function storesOf(sql: string, artifacts: readonly string[] | undefined): readonly BackupStore[] {
  const at = folder();
  const path = join(at, "mlflow.db");
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
  for (const file of artifacts ?? []) {
    mkdirSync(dirname(join(at, "mlartifacts", file)), { recursive: true });
    writeFileSync(join(at, "mlartifacts", file), file);
  }
  const database: BackupStore = { component: "mlflow", store: "database", kind: "sqlite", pod, path };
  const paths = [join(at, "mlartifacts")];
  const kept: BackupStore = { component: "mlflow", store: "artifacts", kind: "files", pod, paths };
  return artifacts === undefined ? [database] : [database, kept];
}

async function provedPoint(sql: string, artifacts: readonly string[] | undefined) {
  const repository = await TestRepository.make();
  const { point, outcomes } = await repository.takePoint(storesOf(sql, artifacts), lent);
  assert.ok(point !== undefined, JSON.stringify(outcomes));
  const proof = await repository.provePoint(point.point.id, lent);
  return { repository, proof };
}

const states = ({ checks }: PointProof): unknown => checks.map(({ id, state, asked }) => [id, state, asked]);

test("MLflow in SQLite is asked for its models: each artifact is there, also of a newer schema, and the point is proven", async () => {
  const older = await provedPoint(tables, whole);
  assert.deepEqual(states(older.proof), [
    ["model-artifacts", "passed", 2],
    ["model-files", "passed", 1],
  ]);
  assert.deepEqual(older.proof.verdict, { kind: "proven" });

  const more = ["1/models/m-1/artifacts/MLmodel", "1/r4/artifacts/raw/a"];
  const newer = await provedPoint(`${tables};${loggedModels}`, [...whole, ...more]);
  assert.deepEqual(states(newer.proof), [
    ["model-artifacts", "passed", 3],
    ["model-files", "passed", 1],
    ["logged-model-artifacts", "passed", 1],
  ]);
});

test("an artifact that a model in SQLite names and no backup has fails the point, which has no receipt", async () => {
  const { repository, proof } = await provedPoint(tables, whole.slice(0, 2));
  assert.ok(proof.verdict.kind === "failed");
  assert.match(proof.verdict.why.join(), /1 of 2 are in no backup of this point; iris 2: 1\/r2\/artifacts\/raw/);
  await assert.rejects(receiptFor(proof.point, repository.open(), repository.identity()), /its proof of .* failed/);

  const withoutModel = await provedPoint(tables, whole.slice(1));
  assert.deepEqual(states(withoutModel.proof), [
    ["model-artifacts", "passed", 2],
    ["model-files", "failed", 1],
  ]);
});

test("models in SQLite whose artifacts no store of the point holds are unknown, and so are tables that are not MLflow's own", async () => {
  const { proof } = await provedPoint(tables, undefined);
  assert.ok(proof.verdict.kind === "unknown");
  assert.match(proof.verdict.why, /no backup of this point lists the objects that rows name: 2 of 2/);
  assert.deepEqual(
    proof.backups.map(({ verdict }) => verdict),
    ["proven"],
  );
  assert.match(proof.doesNotCover.join("; "), /the artifacts \(files and models\) in the object store/);

  const other = await provedPoint(
    "alter table model_versions rename column source to elsewhere".replace(/^/, `${tables};`),
    whole,
  );
  assert.ok(other.proof.verdict.kind === "unknown");
  assert.match(other.proof.verdict.why, /no such column: v\.source/);
  assert.doesNotMatch(other.proof.verdict.why, /\/tmp\//);
});
