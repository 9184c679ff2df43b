// oxlint-disable no-restricted-imports -- tests write to databases of their own, and bind the ports as main.ts does
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openKubeWriter } from "../edge/kube.ts";
import type { FilesStore, SqliteStore } from "../platform/backup-stores.ts";
import { files } from "./kinds/files/index.ts";
import { sqlite } from "./kinds/sqlite/index.ts";
import { taken } from "./kinds/taking.test-support.ts";
import { application } from "./kinds/volume/volume.test-support.ts";
import { folder } from "./others/prove.test-support.ts";
import { grantedBy, shippedRole, watchRights } from "./rights.test-support.ts";

/* Backups from pods as the shipped role lets them: each call that they make is allowed. */

const namespace = "mlflow";
const role = shippedRole("backup-runner.yaml", namespace);
const data = folder();
const path = join(data, "runs.db");
const db = new DatabaseSync(path);
db.exec("create table runs (id integer primary key); insert into runs values (1), (2)");
db.close();
const app = await application("mlflow", data);
const { lab } = app.pods;
lab.seed([...role]);
const kubeconfig = lab.kubeconfig("millwright/millwright-backup-runner");
const cluster = openKubeWriter({ kubeconfig, userAgent: "millwright/test" });
const { used, held } = watchRights(lab, "millwright-backup-runner");

const of = { component: "mlflow", pod: app.pod };
const database: SqliteStore = { ...of, store: "runs", kind: "sqlite", path };
const all: FilesStore = { ...of, store: "files", kind: "files", paths: [data] };
const down = [app.workload];

test("files and SQLite are read by the runner's role, in a pod that is ready and while the application is down", async () => {
  await held(async () => {
    await taken(files, all, { cluster, down });
    await taken(sqlite, database, { cluster, down });
  });
  assert.deepEqual([...used].toSorted(), ["create pods/exec", "list pods"], "nothing is made where a pod is ready");
  await app.scale(0);

  const [ofFiles, backup] = await held(async () => [
    await taken(files, all, { cluster, down }),
    await taken(sqlite, database, { cluster, down }),
  ]);

  assert.equal(ofFiles.sealed.body.files, 1);
  assert.equal(backup.sealed.body.tables[0]?.rows, 2);
  assert.deepEqual(await app.names(), []);
  const granted = grantedBy(role);
  for (const right of ["create pods", "delete pods", "list deployments", "list statefulsets"])
    assert.ok(used.has(right), right);
  assert.deepEqual(
    [...used].filter((right) => !granted.includes(right)),
    [],
  );
});

test("it makes no pod in another namespace", async () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "x", namespace: "default" } };
  const made = await cluster.create({ apiVersion: "v1", plural: "pods" }, pod, { fieldManager: "tests" });
  assert.equal(made.kind, "refused");
});
