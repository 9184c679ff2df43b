// oxlint-disable no-restricted-imports -- tests bind the ports as main.ts does
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { openBackups } from "../../edge/backups.ts";
import { connectSource } from "../../edge/source-database.ts";
import type { Spill } from "../../kernel/backup-ports.ts";
import { InputError } from "../../kernel/errors.ts";
import { systems } from "../../systems/index.ts";
import { databaseWith, folder, gitlabTables, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import type { PointCheck } from "./point-check.ts";
import { References } from "./references.ts";
import type { Source } from "./sources.ts";

const oid = `ab12${"c".repeat(60)}`;
const withObjects = `${gitlabTables} create table lfs_objects (id int, oid text, file_store int);`;

/** By what made them. */
const databases = new Map<string, Promise<string>>();

const scratch = folder();
const { ports } = openBackups(process.env);
const opened: Spill[] = [];
after(() => {
  for (const one of opened) one.close();
});

function opening(): References {
  const spill = ports.openSpill(join(scratch, `rows-${opened.length}`));
  opened.push(spill);
  return new References(spill);
}

async function asked(sql: string, store: string, given?: References): Promise<References> {
  const references = given ?? opening();
  const url = databases.get(sql) ?? databaseWith(sql);
  databases.set(sql, url);
  const db = await connectSource(await url);
  try {
    await references.ask(db, systems, store);
  } finally {
    await db.close();
  }
  return references;
}

/** A store's keys, as its backup lists them; undefined: the list cannot be read. */
interface TestSource extends Source {
  readonly keys: readonly string[] | undefined;
}

const bucket = (store: string, keys: TestSource["keys"], name = store.replace("/", "-"), prefix = ""): TestSource => ({
  store,
  listed: { kind: "bucket", bucket: name, prefix },
  keys,
});
const files = (store: string, path: string, keys: readonly string[]): TestSource => ({
  store,
  listed: { kind: "folders", paths: [path] },
  keys,
});
const archive = (keys: readonly string[]): TestSource => ({
  store: "gitlab/backup",
  listed: { kind: "part", part: "lfs" },
  part: { of: "gitlab", id: "lfs" },
  keys,
});

async function* keysOf({ keys }: TestSource): AsyncGenerator<string> {
  if (keys === undefined) throw new InputError("the list of objects is cut short");
  yield* keys;
}

/** What the first question came to, with these stores in the point. */
async function found(references: References, ...sources: readonly TestSource[]): Promise<PointCheck> {
  const wanted = references.look(sources);
  for (const source of sources)
    if (wanted.includes(source))
      await references.read(source, keysOf(source)).catch((thrown) => assert.ok(thrown instanceof InputError));
  const [check] = references.checks();
  assert.ok(check !== undefined);
  return check;
}

const model = (version: number, source: string, stage = "Production"): string =>
  `insert into model_versions (name, version, source, current_stage) values ('iris', ${version}, '${source}', '${stage}');`;
const proxied = (run: string): string => `mlflow-artifacts:/1/${run}/artifacts/model`;
const keyOf = (id: string): string => `${id.slice(0, 2)}/${id.slice(2, 4)}/${id.slice(4)}`;
const lfs = (id: number, of: string): string => `insert into lfs_objects values (${id}, '${of}', 2);`;
const other = "f".repeat(64);
const mlflow = (...models: readonly string[]) =>
  asked(`${mlflowTables}${mlflowRows}${models.join("")}`, "mlflow/database");
const gitlab = (...rows: readonly string[]) => asked(`${withObjects}${rows.join("")}`, "gitlab/database");

test("each registered version's artifact has to be below its location, whatever prefix the bucket puts before it", async () => {
  const models = [model(1, proxied("r1")), model(2, `${proxied("r2")}/`), model(3, "gone", "Deleted_Internal")];
  const [first, near] = ["mlflow/1/r1/artifacts/model/MLmodel", "1/r2/artifacts/model-of-another/MLmodel"];

  const check = await found(await mlflow(...models), bucket("mlflow/artifacts", [first, near]));
  assert.equal(check.state, "failed");
  assert.equal(check.asked, 2);
  assert.deepEqual(check.why, ["1 of 2 are in no backup of this point", "iris 2: 1/r2/artifacts/model"]);

  const both = bucket("mlflow/artifacts", [first, near, "1/r2/artifacts/model/model.pkl"]);
  assert.equal((await found(await mlflow(...models), both)).state, "passed");
});

test("a location that names its bucket is there alone, and not under another prefix", async () => {
  const models = [model(1, "s3://models/1/r1/artifacts/model")];
  const key = "1/r1/artifacts/model/MLmodel";
  const stateWith = async (...sources: readonly TestSource[]): Promise<string> =>
    (await found(await mlflow(...models), ...sources)).state;

  assert.equal(await stateWith(bucket("mlflow/artifacts", [key], "models")), "passed");
  assert.equal(await stateWith(bucket("mlflow/artifacts", [`old/${key}`], "models")), "failed");
  assert.equal(await stateWith(bucket("mlflow/artifacts", [key], "models", "1/")), "passed");
  assert.equal(await stateWith(bucket("mlflow/artifacts", [key], "models", "2/")), "unknown");
  const elsewhere = await found(await mlflow(...models), bucket("mlflow/artifacts", [key], "another"));
  assert.equal(elsewhere.state, "unknown");
  assert.match(elsewhere.why.join(), /no backup of this point is of the bucket models: 1 of 1, as iris 1: s3:/);
});

test("a like-named key in another component's bucket does not stand for what the component's own lacks", async () => {
  const key = "1/r1/artifacts/model/MLmodel";
  const sources = [bucket("mlflow/artifacts", []), bucket("staging/artifacts", [key])];
  assert.equal((await found(await mlflow(model(1, proxied("r1"))), ...sources)).state, "failed");
});

test("what may lie in a bucket that is not in the point is unknown, until others of the same are found there", async () => {
  const models = [model(1, proxied("r1")), model(2, proxied("r2"))];
  const [first, second] = ["1/r1/artifacts/model/MLmodel", "1/r2/artifacts/model/MLmodel"];

  const none = await found(await mlflow(...models), bucket("s3/lfs", ["ab/12/x"]));
  assert.equal(none.state, "unknown");
  assert.match(none.why.join(), /^nothing of it is in s3\/lfs, and no backup of this point lists the objects/);
  assert.equal((await found(await mlflow(...models), bucket("s3/all", [first]))).state, "failed");
  assert.equal((await found(await mlflow(...models), bucket("s3/all", [first, second]))).state, "passed");
});

test("artifacts kept as files are looked for there, beside a bucket of another's", async () => {
  const lfsBucket: TestSource = { ...bucket("gitlab/lfs", []), part: { of: "gitlab", id: "lfs" } };
  const models = [model(1, proxied("r1"))];
  const kept = files("mlflow/files", "/data/mlartifacts", ["data/mlartifacts/1/r1/artifacts/model/MLmodel"]);

  assert.equal((await found(await mlflow(...models), kept, lfsBucket)).state, "passed");
  const without = await found(await mlflow(...models), files("mlflow/files", "/etc", ["etc/a"]), lfsBucket);
  assert.equal(without.state, "unknown");
  assert.match(without.why.join(), /nothing of it is in mlflow\/files, /);
});

test("files that have the artifacts' own name are where they have to be", async () => {
  const none = files("mlflow/artifacts", "/data/mlartifacts", []);
  assert.equal((await found(await mlflow(model(1, proxied("r1"))), none)).state, "failed");
});

test("what rows name is a part that its system says lies beside the database", () => {
  for (const { references = [], beside } of systems.flatMap(({ stores = [] }) => stores))
    for (const { id, part } of references)
      assert.ok(
        beside.some((one) => one.id === part),
        id,
      );
});

test("a location on a volume is in the files that were kept of it, or unknown", async () => {
  const models = [model(1, "file:///mlruns/1/r1/artifacts/model"), model(2, "/mlruns/1/r2/artifacts/model")];
  const [first, second] = ["mlruns/1/r1/artifacts/model/MLmodel", "./mlruns/1/r2/artifacts/model/MLmodel"];

  assert.equal(
    (await found(await mlflow(...models), files("mlflow/files", "/mlruns", [first, second]))).state,
    "passed",
  );
  assert.equal((await found(await mlflow(...models), files("mlflow/files", "/mlruns", [first]))).state, "failed");
  for (const source of [files("mlflow/files", "/data", [`data/${first}`]), bucket("mlflow/artifacts", [first])]) {
    const check = await found(await mlflow(...models), source);
    assert.equal(check.state, "unknown");
    assert.match(check.why.join(), /no backup of the kind files in this point has that folder: 2 of 2, as iris 1/);
  }
  const relative = await mlflow(model(1, "./mlruns/1/r1/artifacts/model"));
  assert.equal((await found(relative, files("mlflow/files", "/app", [`app/${first}`]))).state, "passed");
});

test("a logged model's file MLmodel is where the logged model says, and another file there is not enough", async () => {
  const sql = `${mlflowTables}${mlflowRows}
    alter table model_versions add column storage_location text;
    create table logged_models (model_id text, artifact_location text);
    insert into logged_models values ('m-1', 'mlflow-artifacts:/1/models/m-1/artifacts');
    ${model(1, "models:/m-1")}`;
  for (const [file, state] of [
    ["MLmodel", "passed"],
    ["requirements.txt", "failed"],
  ] as const) {
    const references = await asked(sql, "mlflow/database");
    await found(references, bucket("mlflow/artifacts", [`1/models/m-1/artifacts/${file}`]));
    assert.deepEqual(
      references.checks().map((check) => [check.id, check.state, check.asked]),
      [
        ["model-artifacts", "passed", 0],
        ["logged-model-artifacts", state, 1],
      ],
    );
  }
});

test("a version that its run logged as a model needs its MLmodel; one of another folder needs what is there", async () => {
  const history = JSON.stringify([{ run_id: "r1", artifact_path: "nets/model", flavors: {} }]).replaceAll(":", ": ");
  const sql = `${mlflowTables}${mlflowRows}
    alter table model_versions add column run_id text;
    create table tags (key text, value text, run_uuid text);
    insert into tags values ('mlflow.log-model.history', '${history}', 'r1'), ('mlflow.log-model.history', '${history}', 'r2');
    insert into model_versions (name, version, source, run_id, current_stage)
      values ('iris', 1, 'mlflow-artifacts:/1/r1/artifacts/nets/model', 'r1', 'None'),
        ('iris', 2, 'mlflow-artifacts:/1/r2/artifacts/raw', 'r2', 'None');`;
  const keys = ["1/r1/artifacts/nets/model/weights.bin", "1/r2/artifacts/raw/weights.bin"];
  const states = async (...more: readonly string[]): Promise<unknown> => {
    const references = await asked(sql, "mlflow/database");
    await found(references, bucket("mlflow/artifacts", [...keys, ...more]));
    return references.checks().map(({ id, state, asked: rows }) => [id, state, rows]);
  };

  assert.deepEqual(await states(), [
    ["model-artifacts", "passed", 2],
    ["model-files", "failed", 1],
  ]);
  assert.deepEqual(await states("1/r1/artifacts/nets/model/MLmodel"), [
    ["model-artifacts", "passed", 2],
    ["model-files", "passed", 1],
  ]);
});

test("every LFS object's row has its object, in the bucket that is said to hold them", async () => {
  const check = await found(await gitlab(lfs(1, oid), lfs(2, other)), bucket("gitlab/lfs", [keyOf(oid)]));
  assert.equal(check.state, "failed");
  assert.match(check.why.join("\n"), /^1 of 2 are in no backup[^\n]*\nf{64}: ff\/ff\/f{60}$/);
  const named: TestSource = { ...bucket("s3/one", []), part: { of: "gitlab", id: "lfs" } };
  assert.equal((await found(await gitlab(lfs(1, oid)), named)).state, "failed");
});

test("LFS objects in the archive are seen there, whatever other buckets the point has", async () => {
  const artifacts = bucket("mlflow/artifacts", ["1/r1/artifacts/model/MLmodel"]);
  const rows = [lfs(1, oid), lfs(2, other)];

  assert.equal(
    (await found(await gitlab(...rows), artifacts, archive([`./${keyOf(oid)}`, `./${keyOf(other)}`]))).state,
    "passed",
  );
  assert.equal((await found(await gitlab(...rows), artifacts, archive([`./${keyOf(oid)}`]))).state, "failed");
  const uploads: TestSource = { ...bucket("gitlab/uploads", []), part: { of: "gitlab", id: "uploads" } };
  for (const sources of [[artifacts], [uploads], [uploads, artifacts, bucket("gitlab/objects", [])]])
    assert.equal((await found(await gitlab(...rows), ...sources)).state, "unknown");
});

test("two databases that are asked the same are one question, and a row of both is one", async () => {
  const references = await gitlab(lfs(1, oid));
  await asked(`${withObjects} ${lfs(1, oid)} ${lfs(2, other)}`, "gitlab/backup", references);
  await found(references, bucket("gitlab/lfs", []));
  const [check, ...more] = references.checks();
  assert.deepEqual([check?.state, check?.asked, more], ["failed", 2, []]);
});

test("without a list of objects nothing is told, unless no row names any", async () => {
  assert.equal((await found(await gitlab(lfs(1, oid)))).state, "unknown");
  assert.equal((await found(await gitlab())).state, "passed");
  const unread = await found(await gitlab(lfs(1, oid)), bucket("gitlab/lfs", undefined));
  assert.equal(unread.state, "unknown");
  assert.match(unread.why.join(), /what gitlab\/lfs holds cannot be read: 1 of 1/);
});

test("a location where nothing is backed up, and a question that is refused, leave it open", async () => {
  const local = await found(await mlflow(model(1, "hdfs://host/1/r1")), bucket("mlflow/artifacts", ["1/r1/MLmodel"]));
  assert.deepEqual(
    [local.state, local.why],
    ["unknown", ["no kind of store that is backed up here lies there: 1 of 1, as iris 1: hdfs://host/1/r1"]],
  );
  const refused = await found(await mlflow("alter table model_versions drop column source;"));
  assert.equal(refused.state, "unknown");
  assert.match(refused.why.join(), /source.*does not exist/);
});
