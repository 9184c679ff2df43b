// oxlint-disable no-restricted-imports -- tests start the lab's API server, and bind the ports as main.ts does
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startKubernetes } from "../../../lab/kubernetes/index.ts";
import type { JobProgram } from "../../../lab/kubernetes/job.ts";
import { openKubeWriter } from "../../edge/kube.ts";
import type { RunnerCall } from "../../kernel/backup-runner.ts";
import { BackupJob } from "../../platform/server-backup-job.ts";
import { readJobLog } from "./job-log.ts";
import { jobName } from "./job-object.ts";
import { jobRunner } from "./job-runner.ts";
import { backupBench, canary, inJob } from "./server.test-support.ts";

let program: JobProgram = async () => 0;
const started: string[] = [];
const lab = await startKubernetes({
  stepMs: 20,
  job: async (run) => {
    started.push(run.job);
    return program(run);
  },
});
lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "millwright" } }]);
after(() => lab.close());

const declared = BackupJob.parse({ image: "registry.example.org/backup:1", config: "backup-config" });
const cluster = openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent: "millwright/test" });
const asked: (readonly string[])[] = [];
const runner = jobRunner({
  process: {
    async call({ args }) {
      asked.push(args);
      return { code: 0, output: "{}", errors: "" };
    },
  },
  declared: () => declared,
  cluster: async () => cluster,
  pause: async (_, signal) => sleep(20, undefined, { signal }).catch(() => undefined),
});

function callOf(args: readonly string[], more: Partial<RunnerCall> = {}): RunnerCall {
  return { args, environment: "staging", signal: new AbortController().signal, ...more };
}

const run = (mark: string) => ["backup", "run", "-o", "jsonl", "--mark", mark];
const jobsThere = () => lab.store.all("Job").map(({ metadata }) => metadata.name);

test("a Job does the work: its lines are heard once each, and how it ended is told", async () => {
  program = async (pod) => {
    pod.log('{"kind":"progress","text":"begun"}\nwarning: slow\n');
    await sleep(100);
    pod.log('{"kind":"outcome","store":"mlflow/database","outcome":"failed","why":"no room"}\n');
    return 2;
  };
  const lines: unknown[] = [];
  const end = await runner.call(callOf(run("r1/take"), { onLine: (line) => lines.push(line) }));
  assert.equal(end.code, 2);
  assert.equal(end.errors, "warning: slow");
  assert.deepEqual(
    lines.map((line) => (line as { readonly kind: string }).kind),
    ["progress", "progress", "outcome"],
    "what was started, and the two lines",
  );
});

test("the Job has no privilege, and no secret: its configuration is named", async () => {
  const [job] = lab.store.all("Job");
  const text = JSON.stringify(job);
  assert.match(text, /"secret":\{"name":"backup-config"\}/);
  assert.match(text, /"runAsNonRoot":true/);
  assert.match(text, /"drop":\["ALL"\]/);
  assert.match(text, /"serviceAccountName":"millwright-backup-runner"/);
  assert.match(text, /"backoffLimit":0/);
  assert.doesNotMatch(text, /"env":\[[^\]]*valueFrom/);
});

test("questions go to the process, not to a Job: also the report of a drill that was done", async () => {
  const before = started.length;
  await runner.call(callOf(["backup", "list", "-o", "json"]));
  await runner.call(callOf(["receipt", "verify", "line"]));
  await runner.call(callOf(["backup", "drill", "--show", "drill-1", "-o", "json"]));
  assert.equal(asked.length, 3);
  assert.equal(started.length, before);
});

test("a worker that comes after one that died follows the Job that works already", async () => {
  let go = (): void => undefined;
  const held = new Promise<void>((done) => {
    go = done;
  });
  program = async (pod) => {
    await held;
    pod.log('{"kind":"outcome","store":"a/b","outcome":"backed-up"}\n');
    return 0;
  };
  const before = started.length;
  const first = runner.call(callOf(run("r2/take")));
  while (started.length === before) await sleep(10);
  const second = runner.call(callOf([...run("r2/take"), "--store", "a/b"]));
  await sleep(100);
  go();
  const [one, two] = await Promise.all([first, second]);
  assert.equal(started.length, before + 1, "one Job for one mark");
  assert.equal(one.output, two.output);
});

test("a Job that ended before is cleared away with its pod, and the work done anew", async () => {
  program = async () => 0;
  const before = started.length;
  await runner.call(callOf(run("r2/take")));
  const name = jobName(callOf(run("r2/take")));
  assert.equal(started.length, before + 1);
  const pods = lab.store.all("Pod").filter(({ metadata }) => metadata.labels?.["job-name"] === name);
  assert.equal(pods.length, 1);
});

test("a cancel removes the Job that was started, and no other of its name", async () => {
  program = async () => sleep(4000, 0);
  const stop = new AbortController();
  const before = started.length;
  const call = runner.call(callOf(run("r3/take"), { signal: stop.signal }));
  while (started.length === before) await sleep(10);
  stop.abort();
  await assert.rejects(call, /broken off; what it left is no backup/);
  assert.ok(!jobsThere().includes(jobName(callOf(run("r3/take")))));
  const deletion = lab.entries.findLast(({ method }) => method === "DELETE");
  assert.ok(deletion);
});

test("a Job that somebody removes, and one whose program is killed, are no answer", async () => {
  program = async () => 137;
  await assert.rejects(runner.call(callOf(run("r4/take"))), /ended .* with 137/);
  program = async () => sleep(4000, 0);
  const before = started.length;
  const call = runner.call(callOf(run("r5/take")));
  const refused = assert.rejects(call, /was removed/);
  while (started.length === before) await sleep(10);
  await cluster.delete({
    apiVersion: "batch/v1",
    plural: "jobs",
    namespace: "millwright",
    name: jobName(callOf(run("r5/take"))),
  });
  await refused;
});

test("a document over several lines, lines of JSON and complaints are told apart in one log", () => {
  const log = readJobLog('not json\n{"a":1}\n{\n  "b": {\n    "c": 1\n  }\n}\n{half\n{"cut":');
  assert.equal(log.output, '{"a":1}\n{\n  "b": {\n    "c": 1\n  }\n}\n');
  assert.equal(log.errors, "not json\n{half");
  assert.deepEqual(log.lines, [{ a: 1 }]);
});

test("the command line itself, started by a Job, backs up a database", async () => {
  const bench = await backupBench();
  const secret = join(bench.folder, "restic");
  const file = join(bench.folder, "in-the-job.yaml");
  writeFileSync(secret, canary, { mode: 0o600 });
  const text = readFileSync(join(bench.folder, "millwright.server.yaml"), "utf8");
  writeFileSync(file, text.replace("store:restic", `file:${secret}`));
  program = inJob(file);
  const { code, output } = await runner.call(callOf(run("r6/take")));
  assert.equal(code, 0, output);
  assert.match(output, /"outcome":"backed-up"/);
  const { backups } = JSON.parse(await bench.call("backup", "list", "-o", "json")) as {
    readonly backups: readonly { readonly run: string }[];
  };
  assert.deepEqual(
    backups.map((one) => one.run),
    ["r6/take"],
  );
  const { bytes } = JSON.parse(await bench.call("backup", "size", "-o", "json")) as { readonly bytes: number };
  assert.ok(bytes > 1000, `the repository holds ${bytes} bytes`);
  const logs = [...lab.logs.values()].join();
  assert.ok(!logs.includes(canary), "no secret is in a pod's log");
  await bench.store.close();
});
