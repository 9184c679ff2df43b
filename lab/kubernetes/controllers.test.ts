import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openKubeWriter } from "../../src/edge/kube.ts";
import type { Fate } from "./fate.ts";
import { type LabCluster, startKubernetes } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "millwright-lab-test-"));
after(() => rmSync(folder, { recursive: true }));

const names = (lab: LabCluster, kind: string): readonly string[] =>
  lab.store.all(kind).map(({ metadata }) => metadata.name);
const statusOf = (lab: LabCluster, kind: string, name: string): Record<string, unknown> =>
  lab.store.all(kind).find(({ metadata }) => metadata.name === name)?.["status"] as Record<string, unknown>;
const settle = async (lab: LabCluster, steps: number): Promise<void> => {
  for (let step = 0; step < steps; step += 1) {
    lab.step();
    await new Promise((done) => setImmediate(done));
  }
};
const containers = (image: string): unknown => [{ name: "main", image }];

const statefulSet = (image: string): object => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: "default" },
  spec: {
    replicas: 2,
    template: { spec: { containers: containers(image) } },
    volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { resources: { requests: { storage: "1Gi" } } } }],
  },
});
const job = (name: string, backoffLimit: number): object => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, namespace: "default" },
  spec: { backoffLimit, template: { spec: { containers: containers("registry.example.org/job:1") } } },
});

test("a StatefulSet comes in order, keeps its volumes, rolls from the last, and a broken pod holds it", async () => {
  let fate: Fate = "runs";
  const lab = await startKubernetes({ stepMs: 0, fate: () => fate });
  lab.seed([statefulSet("registry.example.org/db:1")]);
  lab.step();
  assert.deepEqual(names(lab, "Pod"), ["db-0"]);
  await settle(lab, 5);
  assert.deepEqual(names(lab, "PersistentVolumeClaim"), ["data-db-0", "data-db-1"]);
  assert.equal(statusOf(lab, "PersistentVolumeClaim", "data-db-1")["phase"], "Bound");

  fate = "no-image";
  const of = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: "default", name: "db" };
  lab.handEdit(of, { spec: { template: { spec: { containers: containers("registry.example.org/db:2") } } } });
  await settle(lab, 6);
  const { readyReplicas, updatedReplicas, currentRevision, updateRevision } = statusOf(lab, "StatefulSet", "db");
  assert.deepEqual([readyReplicas, updatedReplicas], [1, 1]);
  assert.notEqual(currentRevision, updateRevision);
  assert.equal(statusOf(lab, "Pod", "db-1")["phase"], "Pending");

  fate = "runs";
  await settle(lab, 6);
  assert.deepEqual(statusOf(lab, "StatefulSet", "db")["updatedReplicas"], 2);
  assert.throws(
    () => lab.handEdit(of, { spec: { volumeClaimTemplates: [] } }),
    /updates to statefulset spec for fields other than/,
  );
  lab.close();
});

test("a Job runs its program, is tried again up to its limit, and then has failed", async () => {
  const exits = new Map([["good", [1, 0]]]);
  const lab = await startKubernetes({
    stepMs: 0,
    job: async (run) => {
      run.log(`${run.job} ran\n`);
      if (run.job === "throws") throw new Error("database is down");
      return exits.get(run.job)?.shift() ?? 1;
    },
  });
  lab.seed([job("good", 6), job("bad", 1), job("throws", 0)]);
  await settle(lab, 16);

  const condition = (name: string): unknown =>
    (statusOf(lab, "Job", name)["conditions"] as readonly { readonly type: string; readonly reason?: string }[])[0];
  assert.equal((condition("good") as { readonly type: string }).type, "Complete");
  assert.equal(statusOf(lab, "Job", "good")["failed"], 1);
  assert.equal(statusOf(lab, "Job", "bad")["failed"], 2);
  assert.equal((condition("bad") as { readonly reason?: string }).reason, "BackoffLimitExceeded");
  assert.match([...lab.logs.values()].join(""), /throws ran\ndatabase is down\n/);
  assert.throws(
    () =>
      lab.handEdit(
        { apiVersion: "batch/v1", kind: "Job", namespace: "default", name: "bad" },
        { spec: { template: { spec: { containers: containers("x:2") } } } },
      ),
    /field is immutable/,
  );
  lab.close();
});

test("a crash loop that comes later shows at pods that ran, tells an event, and ends when it is mended", async () => {
  const lab = await startKubernetes({ stepMs: 0 });
  lab.seed([
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "default" },
      spec: {
        replicas: 1,
        template: { metadata: { labels: { app: "web" } }, spec: { containers: containers("x:1") } },
      },
    },
  ]);
  lab.seed([
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "default" },
      spec: { selector: { app: "web" } },
    },
  ]);
  await settle(lab, 3);
  const isReady = (): unknown =>
    JSON.stringify(lab.store.all("EndpointSlice")[0]?.["endpoints"]).includes('"ready":true');
  assert.equal(isReady(), true);

  lab.fate({ namespace: "default", workload: "web" }, "crashes");
  await settle(lab, 2);
  assert.equal(statusOf(lab, "Deployment", "web")["readyReplicas"], 0);
  assert.equal(isReady(), false);
  assert.ok(lab.store.all("Event").some((event) => event["reason"] === "BackOff" && event["type"] === "Warning"));

  lab.fate({ namespace: "default", workload: "web" }, "runs");
  await settle(lab, 2);
  assert.equal(statusOf(lab, "Deployment", "web")["readyReplicas"], 1);
  lab.close();
});

test("state, CA and kubeconfigs outlive a kill, to the last answered write; a torn line is dropped", async () => {
  const file = join(folder, "cluster.json");
  const first = await startKubernetes({ stepMs: 0, file });
  const kubeconfig = first.kubeconfig("admin");
  const before = readFileSync(kubeconfig, "utf8");
  const port = Number(new URL(first.url).port);
  const writer = openKubeWriter({ kubeconfig, userAgent: "test" });
  const of = { apiVersion: "v1", plural: "configmaps" };
  await writer.create(
    of,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", namespace: "default" }, data: { a: "1" } },
    { fieldManager: "test" },
  );
  await writer.create(
    of,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "gone", namespace: "default" } },
    { fieldManager: "test" },
  );
  await writer.delete({ ...of, namespace: "default", name: "gone" });
  const { version } = first.store;
  const [whole, changes] = [readFileSync(file), readFileSync(`${file}.changes`)];
  first.close();

  // As a kill leaves them: the whole file of the start, the changes since, and a line that was being written.
  const killed = join(folder, "killed.json");
  appendFileSync(killed, whole, { mode: 0o600 });
  appendFileSync(`${killed}.changes`, `${changes.toString("utf8")}{"version":9999,"put":{"apiVer`);
  const second = await startKubernetes({ stepMs: 0, file: killed, port });
  const read = await openKubeWriter({ kubeconfig, userAgent: "test" }).get({
    ...of,
    namespace: "default",
    name: "kept",
  });

  assert.ok(read.kind === "known");
  assert.equal(
    (await openKubeWriter({ kubeconfig, userAgent: "test" }).get({ ...of, namespace: "default", name: "gone" })).kind,
    "absent",
  );
  assert.ok(Number(second.store.version) >= Number(version));
  assert.equal(readFileSync(second.kubeconfig("admin"), "utf8"), before);
  assert.equal(statSync(killed).mode & 0o777, 0o600);
  second.close();
});

test("server-side apply takes away what its manager applies no more, and leaves what another set", async () => {
  const lab = await startKubernetes({ stepMs: 0 });
  const writer = openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent: "test" });
  const of = { apiVersion: "v1", plural: "configmaps" };
  const map = (data: Record<string, string>) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "default" },
    data,
  });
  await writer.apply(of, map({ mine: "1", dropped: "1" }), { fieldManager: "one" });
  await writer.mergePatch(
    { ...of, namespace: "default", name: "a" },
    { data: { theirs: "2" } },
    { fieldManager: "two" },
  );
  await writer.apply(of, map({ mine: "1" }), { fieldManager: "one" });

  assert.deepEqual(lab.store.all("ConfigMap").find(({ metadata }) => metadata.name === "a")?.["data"], {
    mine: "1",
    theirs: "2",
  });
  const conflict = await writer.apply(of, map({ theirs: "3" }), { fieldManager: "three" });
  assert.ok(conflict.kind === "conflict" && /conflict with "two" using v1: \.data\.theirs/.test(conflict.why));
  lab.close();
});
