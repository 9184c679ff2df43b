import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type LabCluster, startKubernetes } from "../../../lab/kubernetes/index.ts";
import { openKubeWriter } from "../../edge/kube.ts";
import type { KubeWriter } from "../../kernel/kube.ts";
import { actionsOf } from "../actions/index.ts";
import { markAnnotation } from "../actions/kube-outcome.ts";
import { kubeTraces } from "../actions/traces.ts";
import { abortRun, retryStep } from "../decisions.ts";
import { startRun } from "../start-run.ts";
import { attemptsOf } from "../store.ts";
import { ada, type Bench, ben, openBench } from "../test-support.ts";
import { procedures } from "./index.ts";

const target = { namespace: "mlops", name: "mlflow" };
const name = { apiVersion: "apps/v1", plural: "deployments", ...target };
const lease = {
  apiVersion: "coordination.k8s.io/v1",
  plural: "leases",
  namespace: "mlops",
  name: "millwright-deployment-mlflow",
};

let lab: LabCluster;
let kube: KubeWriter;
let bench: Bench;

before(async () => {
  lab = await startKubernetes({ stepMs: 2 });
  lab.seed([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "mlops" } }]);
  kube = openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent: "millwright/test" });
});
after(() => lab.close());

beforeEach(async () => {
  lab.faults.length = 0;
  for (const plural of ["deployments", "secrets", "leases"]) await clear(plural);
  lab.seed([
    deployment(),
    { apiVersion: "v1", kind: "Secret", metadata: { name: "mlflow-s3", ...ns }, data: { key: "b2xk" } },
  ]);
  bench = await openBench();
  bench.policy = { ...bench.policy, procedures };
  const registry = actionsOf({ kube, notify });
  bench.ports = { ...bench.ports, registry: () => registry };
  await settled();
});

const ns = { namespace: "mlops" };
const notify = async (): Promise<void> => undefined;

async function clear(plural: string): Promise<void> {
  const versions: Readonly<Record<string, string>> = { deployments: "apps/v1", leases: "coordination.k8s.io/v1" };
  const type = { apiVersion: versions[plural] ?? "v1", plural };
  const list = await kube.list(type, ns);
  for (const { metadata } of list.kind === "known" ? list.value.items : [])
    await kube.delete({ ...type, ...ns, name: metadata.name });
}

function deployment(): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: target,
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "mlflow" } },
      template: {
        metadata: { labels: { app: "mlflow" } },
        spec: { containers: [{ name: "mlflow", image: "registry.example.org/mlflow:2.22.0" }] },
      },
    },
  };
}

async function read() {
  const fact = await kube.get(name);
  assert.equal(fact.kind, "known");
  return fact.kind === "known" ? fact.value : undefined;
}

/** The rollout controller needs its steps. */
async function settled(): Promise<void> {
  for (let tries = 0; tries < 12_000; tries += 1) {
    const status = (await read())?.["status"] as {
      updatedReplicas?: number;
      availableReplicas?: number;
      replicas?: number;
    };
    if (status?.updatedReplicas === 2 && status.availableReplicas === 2 && status.replicas === 2) return;
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error("the lab's rollout does not end");
}

async function play(procedure: string, more: object = {}): Promise<string> {
  const wanted = { procedure, arguments: { ...target, ...more }, environment: "staging", requestedBy: ada };
  const run = await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record);
  await goOn(run.id);
  return run.id;
}

/** Settles until the run ends or waits for a person; the rollout is given its time. */
async function goOn(id: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    await bench.settle();
    const { endedAt, waitsFor } = await bench.show(id);
    if (endedAt !== null || waitsFor === "decision") return;
    bench.later(5);
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error("the run does not end");
}

/** Who holds the Lease; an empty name when it was given back. */
async function holder() {
  const fact = await kube.get(lease);
  assert.ok(fact.kind === "known");
  return {
    name: (fact.value["spec"] as { holderIdentity: string }).holderIdentity,
    labels: fact.value.metadata.labels,
  };
}

const patches = () => lab.mutations().filter(({ resource, status }) => resource === "deployments" && status === 200);

test("a restart replaces the pods once, under a Lease, and leaves its run's mark", async () => {
  const earlier = patches().length;

  const id = await play("restart-component");

  assert.equal((await bench.show(id)).state, "done", (await bench.show(id)).reason ?? "");
  assert.equal(patches().length - earlier, 1);
  assert.equal((await read())?.metadata.annotations?.[markAnnotation], `${id}/restart`);
  assert.deepEqual(await holder(), { name: "", labels: { "app.kubernetes.io/managed-by": "millwright" } });
  assert.deepEqual(await kubeTraces(kube), [{ mark: `${id}/restart`, where: "deployments mlops/mlflow" }]);
  await bench.store.close();
});

test("an answer that was lost on the way is not asked for again: the target bears the mark", async () => {
  const earlier = patches().length;
  lab.faults.push({
    matches: ({ method, path }) => method === "PATCH" && path.endsWith("/deployments/mlflow"),
    kind: { cut: "after" },
    times: 1,
  });

  const id = await play("restart-component");

  const attempts = (await attemptsOf(bench.store, id)).filter((attempt) => attempt.name.startsWith("restart#"));
  assert.deepEqual(
    attempts.map(({ outcome, message }) => [outcome, message.slice(0, 25)]),
    [
      ["errored", attempts[0]?.message.slice(0, 25)],
      ["done", "Found done at the target."],
    ],
  );
  assert.equal(patches().length - earlier, 1);
  await bench.store.close();
});

test("a run waits outside while another holds the workload's Lease", async () => {
  await kube.create(
    { apiVersion: "coordination.k8s.io/v1", plural: "leases" },
    {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { namespace: "mlops", name: lease.name },
      spec: { holderIdentity: "another", renewTime: "2026-11-20T00:00:00.000000Z", leaseDurationSeconds: 60 },
    },
    { fieldManager: "another" },
  );
  const earlier = patches().length;
  const id = await play("restart-component");
  assert.match((await bench.show(id)).reason ?? "", /Run another is changing it/);
  assert.equal(patches().length, earlier);

  bench.later(120);
  await retryStep(bench.deciding(ben), id);
  await goOn(id);
  assert.equal((await bench.show(id)).state, "done", "a Lease that ran out is nobody's");
  await bench.store.close();
});

test("somebody else's change between look and patch is a conflict, and is looked at anew", async () => {
  const racing: KubeWriter = {
    ...kube,
    async mergePatch(what, patch, options) {
      if (what.plural === "deployments" && racing.label !== "raced") {
        Object.assign(racing, { label: "raced" });
        await kube.mergePatch(what, { metadata: { labels: { touched: "yes" } } }, { fieldManager: "somebody" });
      }
      return kube.mergePatch(what, patch, options);
    },
  };
  const registry = actionsOf({ kube: racing, notify });
  bench.ports = { ...bench.ports, registry: () => registry };

  const id = await play("restart-component");

  const outcomes = (await attemptsOf(bench.store, id)).filter(({ name: step }) => step.startsWith("restart#"));
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ["errored", "done"],
  );
  assert.match(outcomes[0]?.message ?? "", /Somebody else changed it first/);
  assert.equal((await read())?.metadata.labels?.["touched"], "yes");
  await bench.store.close();
});

test("a right that is missing is told with the right, and nothing is changed", async () => {
  lab.seed([
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "reader", ...ns } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "reader", ...ns },
      rules: [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "reader", ...ns },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
      subjects: [{ kind: "ServiceAccount", name: "reader", ...ns }],
    },
  ]);
  const weak = openKubeWriter({ kubeconfig: lab.kubeconfig("mlops/reader"), userAgent: "millwright/test" });
  const registry = actionsOf({ kube: weak, notify });
  bench.ports = { ...bench.ports, registry: () => registry };
  const earlier = patches().length;

  const id = await play("restart-component");
  for (let tries = 0; tries < 8 && (await bench.show(id)).waitsFor !== "decision"; tries += 1) {
    bench.later(60);
    await bench.settle();
  }

  assert.match((await bench.show(id)).reason ?? "", /get leases/);
  assert.equal(patches().length, earlier);
  await bench.store.close();
});

test("a changed Secret is rolled out once; unchanged, there is nothing to roll out", async () => {
  const sources = [{ kind: "secret", name: "mlflow-s3" }];
  await kube.mergePatch(
    { apiVersion: "v1", plural: "secrets", ...ns, name: "mlflow-s3" },
    { data: { key: "bmV3" } },
    { fieldManager: "operator" },
  );

  const before = lab.entries.length;
  const first = await play("roll-out-configuration", { sources });
  assert.equal((await bench.show(first)).state, "done", (await bench.show(first)).reason ?? "");
  const second = await play("roll-out-configuration", { sources });
  assert.match((await bench.show(second)).reason ?? "", /Nothing has changed since/);
  const asked = lab.entries.slice(before).filter(({ verb, resource }) => resource === "secrets" && verb !== "patch");
  assert.ok(
    asked.length > 0 && asked.every(({ accept }) => accept.includes("PartialObjectMetadata")),
    "never its content",
  );

  await abortRun(bench.deciding(ben), second, "nothing to do");
  await goOn(second);
  assert.equal((await bench.show(second)).state, "aborted");
  assert.equal((await holder()).name, "", "the abort gave the Lease back");
  await bench.store.close();
});
