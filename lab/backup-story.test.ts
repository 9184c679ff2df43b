import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { RunningLab, within } from "./running.test-support.ts";
import { programOnPath } from "./servers/children.ts";
import { ask } from "./servers/postgresql.ts";
import { readState } from "./state.ts";
import { openS3 } from "./stores/s3.ts";

/*
 * What backups are for, on the running lab: all of production is backed up and proven; MLflow is lost and brought back; a bit turns on
 * the backups' disk and is an incident; the drill restores everything.
 */

interface Page<T> {
  readonly items: readonly T[];
}
interface Run {
  readonly id: string;
  readonly digest: string;
  readonly state: string;
  readonly waitsFor: string | null;
  readonly reason: string | null;
}
interface Told {
  readonly outcomes: readonly { readonly store: string; readonly kind: string }[];
  readonly point?: { readonly id: string };
  readonly pointProof?: {
    readonly verdict: { readonly kind: string };
    readonly checks: readonly { readonly id: string; readonly state: string }[];
  };
}

const skip = programOnPath("restic") === undefined ? "not run: restic" : false;
const lab = new RunningLab();
before(async () => void (skip === false && (await lab.start())));
after(() => lab.close());

/** Seconds, on a machine that does other things too. */
const patience = 240;
const place = () => ["--config", join(lab.data, "server.yaml"), "--environment", "production"];
const runIs = async (id: string): Promise<Run> => lab.reads<Run>(`/runs/${id}`);

async function ended(id: string): Promise<void> {
  await within(patience, "the run has ended", async () => {
    const { state, waitsFor, reason } = await runIs(id);
    assert.notEqual(waitsFor, "decision", reason ?? "");
    return state === "done";
  });
}

/** What is registered: each version of each model, and where its files are. */
async function models(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const port = readState(lab.data)?.ports["production-postgresql"];
  const url = `postgresql://mlflow:${lab.secret("production-database-owner")}@127.0.0.1:${port}/mlflow`;
  return ask(url, ["select name, version, source, run_id from model_versions order by name, version"]);
}

async function artifacts(): Promise<readonly string[]> {
  const login = { url: lab.url("s3"), accessKey: lab.secret("s3-access"), secretKey: lab.secret("s3-secret") };
  return (await openS3(login, () => new Date()).list("mlflow-artifacts")) ?? [];
}

let point = "";

test("all of production is one recovery point, proven, with a receipt that holds", { skip }, async (t) => {
  if (!lab.hasObjectStore()) return t.skip("not run: the S3 gateway");
  const told = await lab.asks<Told>("operator", "backup", "run", ...place(), "--prove", "--quiet");

  assert.deepEqual(
    told.outcomes.filter(({ kind }) => kind !== "backed-up"),
    [],
  );
  assert.equal(told.pointProof?.verdict.kind, "proven", JSON.stringify(told.pointProof));
  const checks = told.pointProof?.checks.map(({ id, state }) => `${id} ${state}`) ?? [];
  assert.ok(checks.includes("model-artifacts passed") && checks.includes("lfs-objects passed"), checks.join());
  point = told.point?.id ?? "";
  const receipt = (await lab.does("operator", "receipt", "show", point, ...place())).trim();
  assert.match(await lab.does("operator", "receipt", "verify", receipt, ...place()), /valid/i);
});

test("MLflow's database dropped and its files deleted: a run brings both back, agreed to by a second person", {
  skip,
}, async () => {
  const [modelsBefore, filesBefore] = [await models(), await artifacts()];
  await lab.fault("apply", "drop-database");
  await lab.fault("apply", "delete-artifacts");
  await assert.rejects(models(), /does not exist/);
  assert.deepEqual(await artifacts(), []);

  const given = JSON.stringify({ from: point, stores: ["mlflow/database", "mlflow/artifacts"] });
  const started = ["run", "start", "restore", "--environment", "production", "--arguments", given];
  const { id, digest } = await lab.asks<Run>("operator", ...started);
  await within(patience, "it asks for the users", async () => (await runIs(id)).waitsFor === "attestation");
  await lab.does("operator", "run", "attest", id, "--said", "told in the channel of the data scientists");
  await within(patience, "it asks for agreement", async () => (await runIs(id)).waitsFor === "approval");
  await lab.does("approver", "run", "approve", id, "--digest", digest, "--reason", "the models must come back");
  await ended(id);

  assert.deepEqual(await models(), modelsBefore);
  assert.deepEqual(await artifacts(), filesBefore);
  assert.ok(modelsBefore.length > 0);
});

test("a drill restores MLflow's stores from the backups alone, and its report is signed", { skip }, async (t) => {
  if (!lab.hasObjectStore()) return t.skip("not run: the S3 gateway");
  const given = JSON.stringify({ component: "mlflow" });
  const started = ["run", "start", "drill", "--environment", "production", "--arguments", given];
  const { id } = await lab.asks<Run>("operator", ...started);
  await ended(id);

  const listed = await lab.does("operator", "backup", "drill", "--list", ...place());
  const drill = /\bdrill-\S+/.exec(listed)?.[0] ?? "";
  const file = join(lab.data, "drill.json");
  await lab.says("operator", "backup", "drill", "--show", drill, ...place(), "--output-file", file);
  assert.match(await lab.does("operator", "backup", "drill", "--verify", file, ...place()), /sign/i);
});

test("a bit that turned in the repository is an incident once it was read", { skip }, async (t) => {
  if (!lab.hasObjectStore()) return t.skip("not run: the S3 gateway");
  await lab.fault("apply", "flip-byte", "--seed", "5");
  await lab.does("operator", "run", "start", "check-repository", "--environment", "production");

  await within(patience, "an incident is open", async () => {
    const { items } = await lab.reads<Page<{ readonly title: string; readonly state: string }>>("/incidents");
    return items.some(({ title, state }) => /repository of the backups is damaged/.test(title) && state === "open");
  });
});
