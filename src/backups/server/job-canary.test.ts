// oxlint-disable no-restricted-imports -- tests start the lab's API server, and bind the ports as main.ts does
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { startKubernetes } from "../../../lab/kubernetes/index.ts";
import type { JobProgram } from "../../../lab/kubernetes/job.ts";
import { openKubeWriter } from "../../edge/kube.ts";
import { startRun } from "../../engine/start-run.ts";
import { ada } from "../../engine/test-support.ts";
import { BackupJob } from "../../platform/server-backup-job.ts";
import { jobRunner } from "./job-runner.ts";
import { backupBench, canary, inJob } from "./server.test-support.ts";

let program: JobProgram = async () => 0;
const lab = await startKubernetes({ stepMs: 20, job: async (run) => program(run) });
lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "millwright" } }]);
after(() => lab.close());
const cluster = openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent: "millwright/test" });
const declared = BackupJob.parse({ image: "registry.example.org/runner:1", config: "backup-config" });

const bench = await backupBench("", (process) =>
  jobRunner({
    process,
    declared: () => declared,
    cluster: async () => cluster,
    pause: async (_, signal) => sleep(50, undefined, { signal }).catch(() => undefined),
  }),
);
after(() => bench.store.close());

/** What the Job's own Secret holds: the repository's key, and a database whose password is one too. */
const secrets = { key: canary, password: "canary-9d22" };
const file = join(bench.folder, "in-the-job.yaml");
program = inJob(file);

function configured(address: string): void {
  const text = readFileSync(join(bench.folder, "millwright.server.yaml"), "utf8");
  writeFileSync(join(bench.folder, "restic"), secrets.key, { mode: 0o600 });
  writeFileSync(join(bench.folder, "address"), address, { mode: 0o600 });
  writeFileSync(
    file,
    text
      .replace("store:restic", `file:${join(bench.folder, "restic")}`)
      .replace(/url: "file:[^"]+"/, `url: "file:${join(bench.folder, "address")}"`),
  );
}

async function backUpByRun(): Promise<string> {
  const wanted = { procedure: "back-up", environment: "staging", arguments: {}, requestedBy: ada };
  const run = await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record);
  await bench.settle();
  return (await bench.show(run.id)).state;
}

/** Every row of every table, as text. */
async function everythingKept(): Promise<ReadonlyMap<string, string>> {
  const tables = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`.execute(bench.store.tables());
  const kept = new Map<string, string>();
  for (const { name } of tables.rows) {
    const rows = await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(
      bench.store.tables(),
    );
    kept.set(name, rows.rows.map(({ row }) => row).join("\n"));
  }
  return kept;
}

const kinds = ["Job", "Pod", "Event", "Secret", "ConfigMap", "Lease"] as const;

async function refuseCanaries(): Promise<void> {
  const seen = new Map<string, string>([
    ...kinds.map((kind) => [kind, JSON.stringify(lab.store.all(kind))] as const),
    ["logs of pods", [...lab.logs.values()].join("\n")],
    ["requests to the cluster", JSON.stringify(lab.entries)],
    ...(await everythingKept()),
  ]);
  assert.ok((seen.get("Job") ?? "").includes("backup-config") && (seen.get("logs of pods") ?? "").length > 100);
  assert.ok([...seen.keys()].some((name) => name.endsWith("runs")) && seen.size > 20);
  for (const [where, text] of seen)
    for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret), `${secret} is in ${where}`);
}

test("a backup by a Job that ends well leaves no secret in the Job, its log, events, run records or any table", async () => {
  configured(bench.url);

  assert.equal(await backUpByRun(), "done");

  await refuseCanaries();
});

test("nor does one that fails while it has them in its hands: a wrong password, a database that is not there", async () => {
  const address = Object.assign(new URL(bench.url), {
    username: "nobody_here",
    password: secrets.password,
    pathname: "/nowhere",
  });
  configured(address.href);

  assert.notEqual(await backUpByRun(), "done");

  assert.match([...lab.logs.values()].join(), /nobody_here|nowhere/, "it really tried");
  await refuseCanaries();
});

test("a canary that is planted would be found", async () => {
  lab.seed([
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "millwright" }, data: { a: canary } },
  ]);
  await assert.rejects(refuseCanaries(), /is in ConfigMap/);
});
