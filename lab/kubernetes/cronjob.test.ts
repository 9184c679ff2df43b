import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { type LabCluster, startKubernetes } from "./index.ts";
import type { Stored } from "./types.ts";

let now = "2026-11-20T00:58:30Z";
const open: LabCluster[] = [];
afterEach(() => {
  for (const cluster of open.splice(0)) cluster.close();
});

interface Given {
  readonly spec?: Readonly<Record<string, unknown>>;
  /** How the n-th Job's pod ends; it never does when left out. */
  readonly ends?: readonly number[];
}

async function clusterWith({ spec = {}, ends = [] }: Given): Promise<LabCluster> {
  now = "2026-11-20T00:58:30Z";
  let begun = 0;
  const cluster = await startKubernetes({
    stepMs: 0,
    now: () => now,
    job: () => {
      const exitCode = ends[begun];
      begun += 1;
      return exitCode === undefined ? new Promise(() => undefined) : Promise.resolve(exitCode);
    },
  });
  open.push(cluster);
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "dump", image: "postgres:15.18" }] } };
  const jobTemplate = { metadata: { labels: { app: "backup" } }, spec: { backoffLimit: 0, template } };
  cluster.seed([
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "backup", namespace: "default" },
      spec: { schedule: "0 * * * *", jobTemplate, ...spec },
    },
  ]);
  cluster.step();
  return cluster;
}

/** Lets it be that time, and the controllers and their programs work. */
async function at(cluster: LabCluster, time: string): Promise<readonly Stored[]> {
  now = time;
  for (let round = 0; round < 6; round += 1) {
    cluster.step();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return cluster.store.all("Job");
}

const names = (jobs: readonly Stored[]): readonly string[] => jobs.map(({ metadata }) => metadata.name).sort();
const reasons = (cluster: LabCluster): readonly unknown[] =>
  cluster.store
    .all("Event")
    .filter((event) => (event["involvedObject"] as { readonly kind: string }).kind === "CronJob")
    .map((event) => event["reason"]);
const minutes = (time: string): number => Date.parse(time) / 60_000;

test("a CronJob begins its Job when its time has come, once, under a name with that time", async () => {
  const cluster = await clusterWith({ ends: [0] });

  assert.deepEqual(names(await at(cluster, "2026-11-20T00:59:59Z")), []);
  const jobs = await at(cluster, "2026-11-20T01:00:20Z");
  await at(cluster, "2026-11-20T01:30:00Z");

  assert.deepEqual(names(cluster.store.all("Job")), [`backup-${minutes("2026-11-20T01:00:00Z")}`]);
  assert.equal(jobs[0]?.metadata.labels?.["app"], "backup");
  const scheduled = jobs[0]?.metadata.annotations?.["batch.kubernetes.io/cronjob-scheduled-timestamp"];
  assert.equal(scheduled, "2026-11-20T01:00:00Z");
  const [cronJob] = cluster.store.all("CronJob");
  assert.deepEqual(cronJob?.["status"], {
    lastScheduleTime: "2026-11-20T01:00:00Z",
    lastSuccessfulTime: "2026-11-20T01:00:20Z",
  });
});

test("of the times that were missed the last one runs, unless the deadline for it is over", async () => {
  const patient = await clusterWith({ ends: [0, 0] });
  const punctual = await clusterWith({ ends: [0, 0], spec: { startingDeadlineSeconds: 600 } });

  assert.deepEqual(names(await at(patient, "2026-11-20T04:20:00Z")), [`backup-${minutes("2026-11-20T04:00:00Z")}`]);
  assert.deepEqual(names(await at(punctual, "2026-11-20T04:20:00Z")), []);
  assert.deepEqual(reasons(punctual), ["MissSchedule"]);
  assert.deepEqual(names(await at(punctual, "2026-11-20T05:09:00Z")), [`backup-${minutes("2026-11-20T05:00:00Z")}`]);
});

test("what is suspended begins nothing", async () => {
  const cluster = await clusterWith({ spec: { suspend: true } });

  assert.deepEqual(await at(cluster, "2026-11-20T03:00:00Z"), []);
});

test("beside a Job that still runs another one begins, waits or takes its place, as concurrencyPolicy says", async () => {
  const [one, two] = ["2026-11-20T01:00:00Z", "2026-11-20T02:00:00Z"].map((time) => `backup-${minutes(time)}`);
  const after = async (concurrencyPolicy: string | undefined): Promise<readonly string[]> => {
    const cluster = await clusterWith({ spec: { concurrencyPolicy } });
    await at(cluster, "2026-11-20T01:00:00Z");
    return names(await at(cluster, "2026-11-20T02:00:00Z"));
  };

  assert.deepEqual(await after(undefined), [one, two]);
  assert.deepEqual(await after("Forbid"), [one]);
  assert.deepEqual(await after("Replace"), [two]);
});

test("a Job that had to wait begins when the earlier one has ended", async () => {
  const cluster = await clusterWith({ spec: { concurrencyPolicy: "Forbid" } });
  await at(cluster, "2026-11-20T01:00:00Z");
  await at(cluster, "2026-11-20T02:00:00Z");
  assert.ok(reasons(cluster).includes("JobAlreadyActive"));

  const [first] = cluster.store.all("Job");
  assert.ok(first);
  const conditions = [{ type: "Complete", status: "True" }];
  cluster.store.update(cluster.store.typeOfObject(first), first, { ...first, status: { conditions } });
  const jobs = await at(cluster, "2026-11-20T02:10:00Z");

  assert.deepEqual(
    names(jobs),
    ["01", "02"].map((hour) => `backup-${minutes(`2026-11-20T${hour}:00:00Z`)}`),
  );
});

test("of what has ended the latest are kept, as many as the limits say", async () => {
  const cluster = await clusterWith({
    ends: [0, 1, 0, 1, 0, 0],
    spec: { successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 1 },
  });

  for (const hour of ["01", "02", "03", "04", "05", "06"]) await at(cluster, `2026-11-20T${hour}:00:10Z`);

  const kept = ["04", "05", "06"].map((hour) => `backup-${minutes(`2026-11-20T${hour}:00:00Z`)}`);
  assert.deepEqual(names(cluster.store.all("Job")), kept);
});

test("a schedule that cannot be read is told, and the clock of its zone is asked", async () => {
  const broken = await clusterWith({ spec: { schedule: "every day" } });
  const abroad = await clusterWith({ spec: { schedule: "0 3 * * *", timeZone: "Europe/Paris" } });

  assert.deepEqual(await at(broken, "2026-11-20T03:00:00Z"), []);
  assert.ok(reasons(broken).includes("UnparseableSchedule"));
  assert.deepEqual(names(await at(abroad, "2026-11-20T02:00:00Z")), [`backup-${minutes("2026-11-20T02:00:00Z")}`]);
});
