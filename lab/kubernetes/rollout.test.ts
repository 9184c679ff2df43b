import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openKubeReader, openKubeWriter } from "../../src/edge/kube.ts";
import type { KubeObject } from "../../src/kernel/kube.ts";
import { startKubernetes } from "./index.ts";

const lab = await startKubernetes({
  stepMs: 0,
  fate: ({ image }) => (image.endsWith(":gone") ? "no-image" : image.endsWith(":broken") ? "crashes" : "runs"),
});
after(() => lab.close());
const admin = openKubeWriter({ kubeconfig: lab.kubeconfig("admin"), userAgent: "test" });
const name = { apiVersion: "apps/v1", plural: "deployments", namespace: "default", name: "web" };

lab.seed([
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: { replicas: 2, template: { spec: { containers: [{ name: "web", image: "registry.example.org/web:1" }] } } },
  },
]);

interface Status {
  readonly readyReplicas: number;
  readonly updatedReplicas: number;
  readonly observedGeneration: number;
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
}

async function live(): Promise<KubeObject & { readonly status: Status }> {
  const found = await admin.get(name);
  assert.ok(found.kind === "known");
  return found.value as KubeObject & { readonly status: Status };
}

async function setImage(tag: string): Promise<void> {
  const containers = [{ name: "web", image: `registry.example.org/web:${tag}` }];
  await admin.mergePatch(name, { spec: { template: { spec: { containers } } } }, { fieldManager: "test" });
}

function steps(count: number): void {
  for (let step = 0; step < count; step += 1) lab.step();
}

const progressing = ({ status }: { readonly status: Status }) =>
  status.conditions.find(({ type }) => type === "Progressing");

test("a rollout comes step by step, never below the replicas that are asked for", async () => {
  steps(4);
  assert.equal((await live()).status.readyReplicas, 2);

  await setImage("2");
  lab.step();
  const between = await live();
  steps(6);
  const done = await live();

  assert.equal(between.status.updatedReplicas, 1);
  assert.ok(between.status.readyReplicas >= 2);
  assert.equal(done.status.updatedReplicas, 2);
  assert.equal(done.status.observedGeneration, done.metadata.generation);
  assert.equal(progressing(done)?.reason, "NewReplicaSetAvailable");
});

test("a rollout that cannot succeed stops at its first pod and says so in the end", async () => {
  await setImage("gone");
  steps(30);
  const stuck = await live();
  const pods = await admin.list({ apiVersion: "v1", plural: "pods" }, { namespace: "default" });

  assert.equal(progressing(stuck)?.reason, "ProgressDeadlineExceeded");
  assert.equal(stuck.status.readyReplicas, 2);
  assert.match(JSON.stringify(pods), /ImagePullBackOff/);

  await setImage("2");
  steps(4);
  assert.equal(progressing(await live())?.status, "True");
});

test("a deployment takes its ReplicaSets and pods with it", async () => {
  await admin.delete(name);
  const pods = await admin.list({ apiVersion: "v1", plural: "pods" }, { namespace: "default" });

  assert.equal(pods.kind === "known" && pods.value.items.length, 0);
});

test("a refusal reads as the real server's", async () => {
  const nobody = openKubeReader({ kubeconfig: lab.kubeconfig("default/nobody"), userAgent: "test" });

  const said = await nobody.list({ apiVersion: "apps/v1", plural: "deployments" }, { namespace: "default" });

  assert.ok(said.kind === "unknown");
  assert.match(
    said.why,
    /deployments\.apps is forbidden: User "system:serviceaccount:default:nobody" cannot list resource "deployments" in API group "apps" in the namespace "default"/,
  );
});
