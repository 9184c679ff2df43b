import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type LabCluster, startKubernetes } from "../../../lab/kubernetes/index.ts";
import { openKubeWriter } from "../../edge/kube.ts";
import type { KubeObject, KubeWriter } from "../../kernel/kube.ts";
import { actionsOf } from "../actions/index.ts";
import { markAnnotation } from "../actions/kube-outcome.ts";
import { markInfo, readApplication } from "../argocd/application.ts";
import { digestDrift } from "../argocd/drift-digest.ts";
import { abortRun } from "../decisions.ts";
import { planRun, startRun } from "../start-run.ts";
import { attemptsOf } from "../store.ts";
import { ada, type Bench, ben, openBench } from "../test-support.ts";
import { procedures } from "./index.ts";

const resource = { group: "apps", kind: "Deployment", namespace: "mlops", name: "mlflow" };
const application = { namespace: "argocd", name: "mlflow" };
const argo = "argoproj.io/v1alpha1";
const appName = { apiVersion: argo, plural: "applications", ...application };
const deploymentName = { apiVersion: "apps/v1", plural: "deployments", namespace: "mlops", name: "mlflow" };

let lab: LabCluster;
let kube: KubeWriter;
let bench: Bench;

beforeEach(async () => {
  lab = await startKubernetes({ stepMs: 2 });
  kube = openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent: "millwright/test" });
  lab.seed([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "mlops" } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "argocd" } },
    crd("applications", "Application"),
    crd("appprojects", "AppProject"),
    project([]),
    appObject(),
    deployment(5),
  ]);
  bench = await openBench();
  bench.policy = { ...bench.policy, procedures };
  const registry = actionsOf({ kube, notify: async () => undefined });
  bench.ports = { ...bench.ports, registry: () => registry };
});
afterEach(async () => {
  lab.close();
  await bench.store.close();
});

function crd(plural: string, kind: string): object {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.argoproj.io` },
    spec: {
      group: "argoproj.io",
      scope: "Namespaced",
      names: { plural, kind, singular: kind.toLowerCase() },
      versions: [{ name: "v1alpha1", served: true, storage: true }],
    },
  };
}

function project(syncWindows: readonly object[]): object {
  return {
    apiVersion: argo,
    kind: "AppProject",
    metadata: { namespace: "argocd", name: "default" },
    spec: { syncWindows },
  };
}

function appObject(): object {
  return {
    apiVersion: argo,
    kind: "Application",
    metadata: application,
    spec: {
      project: "default",
      destination: { namespace: "mlops" },
      syncPolicy: { syncOptions: ["ServerSideApply=true"] },
    },
    status: {
      sync: { status: "OutOfSync", revision: "a".repeat(40) },
      health: { status: "Healthy" },
      resources: [
        { group: "apps", version: "v1", kind: "Deployment", namespace: "mlops", name: "mlflow", status: "OutOfSync" },
      ],
    },
  };
}

function deployment(replicas: number): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: "mlops", name: "mlflow" },
    spec: {
      replicas,
      selector: { matchLabels: { app: "mlflow" } },
      template: {
        metadata: { labels: { app: "mlflow" } },
        spec: { containers: [{ name: "mlflow", image: "registry.example.org/mlflow:2.22.0" }] },
      },
    },
  };
}

async function read(name: typeof appName): Promise<KubeObject> {
  const fact = await kube.get(name);
  assert.ok(fact.kind === "known");
  return fact.value;
}

interface Held {
  readonly holderIdentity?: string;
}

interface Asked {
  readonly info: readonly { readonly name: string; readonly value: string }[];
  readonly sync: {
    readonly resources: readonly object[];
    readonly revision: string;
    readonly prune: boolean;
    readonly syncOptions: readonly string[];
  };
}

/** What Argo CD's controller does with an operation. */
async function controller(phase = "Succeeded"): Promise<Asked | undefined> {
  const operation = (await read(appName))["operation"] as Asked | undefined;
  if (operation === undefined) return undefined;
  if (phase === "Succeeded")
    await kube.mergePatch(deploymentName, { spec: { replicas: 1 } }, { fieldManager: "argocd-controller" });
  const at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const synced = phase === "Succeeded" ? "Synced" : "OutOfSync";
  const status = {
    sync: { status: synced },
    reconciledAt: at,
    operationState: { phase, message: "successfully synced", operation, startedAt: at, finishedAt: at },
    resources: [{ ...resource, version: "v1", status: synced }],
  };
  await kube.mergePatch(appName, { operation: null, status }, { fieldManager: "argocd-controller" });
  return operation;
}

async function windows(syncWindows: readonly object[]): Promise<void> {
  const name = { apiVersion: argo, plural: "appprojects", namespace: "argocd", name: "default" };
  await kube.mergePatch(name, { spec: { syncWindows } }, { fieldManager: "somebody" });
}

async function given(): Promise<object> {
  const app = readApplication(await read(appName));
  assert.ok(app);
  const { digest } = await digestDrift(kube, app, [resource]);
  const changes = [
    { resource: "Deployment mlops/mlflow", field: "spec.replicas", git: "1", live: "5", author: "kubectl-edit" },
  ];
  return { application, resources: [resource], digest, changes };
}

async function play(more: object = {}): Promise<string> {
  const wanted = {
    procedure: "put-back",
    arguments: { ...(await given()), ...more },
    environment: "staging",
    requestedBy: ada,
  };
  return (await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record)).id;
}

/** Until the run ends or waits for a person. */
async function goOn(id: string, phase?: string): Promise<Asked | undefined> {
  let asked: Asked | undefined;
  for (let tries = 0; tries < 200; tries += 1) {
    await bench.settle();
    const { endedAt, waitsFor } = await bench.show(id);
    if (endedAt !== null || waitsFor === "decision") return asked;
    asked = (await controller(phase)) ?? asked;
    bench.later(5);
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`the run does not end: ${JSON.stringify(await bench.show(id))}`);
}

const writes = () =>
  lab.mutations().filter(({ resource: of, status, user }) => of === "applications" && status === 200 && user !== "");

test("what was changed by hand is put back by Argo CD, that resource alone, with the run's mark", async () => {
  const id = await play();
  const asked = await goOn(id);

  assert.equal((await bench.show(id)).state, "done", (await bench.show(id)).reason ?? "");
  const mark = `${id}/sync`;
  assert.deepEqual(asked?.info[0], { name: markInfo, value: mark });
  assert.deepEqual(asked.sync.resources, [resource]);
  assert.equal(asked.sync.revision, "a".repeat(40), "the commit that was compared, not whatever is there by now");
  assert.equal(asked.sync.prune, false);
  assert.deepEqual(asked.sync.syncOptions, ["ServerSideApply=true"]);
  assert.equal((await read(appName)).metadata.annotations?.[markAnnotation], mark);
  assert.equal(((await read(deploymentName))["spec"] as { replicas: number }).replicas, 1);
  const leases = await kube.list({ apiVersion: "coordination.k8s.io/v1", plural: "leases" });
  const held = leases.kind === "known" ? leases.value.items.map(({ spec }) => (spec as Held).holderIdentity) : ["?"];
  assert.deepEqual(held.filter(Boolean), [], "every Lease was given back");
});

test("an answer that was lost on the way is not asked for again, also when the operation is long over", async () => {
  const earlier = writes().length;
  lab.faults.push({
    matches: ({ method, path }) => method === "PATCH" && path.endsWith("/applications/mlflow"),
    kind: { cut: "after" },
    times: 1,
  });
  const id = await play();
  await bench.settle();
  await controller();
  // Somebody syncs once more before we look again: only the annotation is left of ours.
  await kube.mergePatch(
    appName,
    { status: { operationState: { operation: { info: null } } } },
    { fieldManager: "argocd-controller" },
  );
  bench.later(120);
  await bench.settle();

  const attempts = (await attemptsOf(bench.store, id)).filter(({ name }) => name.startsWith("sync#"));
  assert.deepEqual(
    attempts.map(({ outcome }) => outcome),
    ["errored", "done"],
  );
  assert.equal(attempts[1]?.message, "Found done at the target.");
  const ours = writes()
    .slice(earlier)
    .filter(({ body }) => body.includes("annotations"));
  assert.equal(ours.length, 1);
});

test("an approval is for this drift alone: changed again, or with Git moved on, nothing is synced", async () => {
  for (const meddle of [
    () => kube.mergePatch(deploymentName, { spec: { replicas: 7 } }, { fieldManager: "kubectl-edit" }),
    () => kube.mergePatch(appName, { status: { sync: { revision: "b".repeat(40) } } }, { fieldManager: "argocd" }),
  ]) {
    const id = await play();
    await meddle();
    assert.equal(await goOn(id), undefined);
    assert.match((await bench.show(id)).reason ?? "", /not the one that was planned/);
    await abortRun(bench.deciding(ben), id, "it changed");
    await goOn(id);
    assert.equal((await bench.show(id)).state, "aborted");
  }
});

test("a sync window that forbids, and an operation that runs, are told and left alone", async () => {
  await windows([{ kind: "deny", schedule: "* * * * *", duration: "25h", applications: ["ml*"], manualSync: false }]);
  const shut = await play();
  assert.equal(await goOn(shut), undefined);
  assert.match((await bench.show(shut)).reason ?? "", /sync window "\* \* \* \* \*".*does not let/);
  await abortRun(bench.deciding(ben), shut, "later");
  await goOn(shut);

  await windows([]);
  const busy = await play();
  await kube.mergePatch(
    appName,
    { status: { operationState: { phase: "Running", message: "waiting for hooks" } } },
    { fieldManager: "argocd" },
  );
  assert.equal(await goOn(busy), undefined);
  assert.match((await bench.show(busy)).reason ?? "", /Another operation of mlflow is under way \(waiting for hooks\)/);
});

test("a sync that Argo CD could not do stops the run with Argo CD's words", async () => {
  const id = await play();
  await goOn(id, "Failed");
  assert.match((await bench.show(id)).reason ?? "", /Argo CD: successfully synced|Argo CD/);
  const synced = (await attemptsOf(bench.store, id)).find(({ name }) => name.startsWith("synced#"));
  assert.equal(synced?.outcome, "failed");
});

test("the plan says what is replaced, and that it cannot be taken back; another drift is another plan", async () => {
  const args = await given();
  const first = planRun(bench.policy, { procedure: "put-back", arguments: args, environment: "staging" });
  const sync = first.plan.steps.find(({ name }) => name === "sync");
  assert.equal(sync?.effect, "irreversible");
  assert.match(sync?.title ?? "", /spec\.replicas from 5 to 1.*is gone/);
  const other = { ...args, digest: "0".repeat(64) };
  assert.notEqual(
    planRun(bench.policy, { procedure: "put-back", arguments: other, environment: "staging" }).digest,
    first.digest,
  );
});
