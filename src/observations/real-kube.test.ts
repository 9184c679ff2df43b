import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type LabCluster, startKubernetes } from "../../lab/kubernetes/index.ts";
import { openKubeReader } from "../edge/kube.ts";
import { instantOf } from "../kernel/instant.ts";
import { Endpoint } from "../platform/endpoint.ts";
import { systems } from "../systems/index.ts";
import { said } from "./look.test-support.ts";
import { type Observation, observe } from "./observe.ts";
import { bindPorts, type Edges } from "./ports.ts";
import { targetsOf } from "./target.ts";

/* A Kubernetes-shaped API server over TLS, with rights. */

const now = () => instantOf(Date.UTC(2026, 10, 20, 12));
let lab: LabCluster;

const never = (): never => {
  throw new Error("not asked for");
};

async function look(account: string, system: string, probeId: string): Promise<readonly Observation[]> {
  const reader = openKubeReader({ kubeconfig: lab.kubeconfig(account), userAgent: "millwright/test" });
  const edges: Edges = {
    clock: { now },
    http: never,
    sql: never,
    redis: never,
    tls: never,
    kube: () => reader,
    resolve: never,
  };
  const endpoint = Endpoint.parse({ environment: "production", component: "cluster", system });
  const target = targetsOf([endpoint], systems).find(({ probe }) => probe.id === probeId);
  assert.ok(target !== undefined);
  return observe(target, { bind: (one) => bindPorts(edges, one), now }, AbortSignal.timeout(20_000));
}

before(async () => {
  lab = await startKubernetes({ stepMs: 0 });
  const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }];
  const meta = { metadata: { name: "looker" } };
  lab.seed([
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", ...meta, rules },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      ...meta,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "looker" },
      subjects: [{ kind: "ServiceAccount", name: "looker", namespace: "default" }],
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a", namespace: "x" },
      status: {
        phase: "Running",
        containerStatuses: [{ restartCount: 9, ready: false, state: { waiting: { reason: "CrashLoopBackOff" } } }],
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "empty", namespace: "x" },
      spec: { selector: { app: "none" } },
    },
  ]);
});
after(() => lab.close());

test("what is there is judged", async () => {
  assert.deepEqual(said(await look("admin", "kubernetes", "pods")), { pods: "unhealthy" });
  assert.deepEqual(said(await look("admin", "kubernetes", "services")), { services: "unhealthy" });
});

test("a missing right is unknown and named, never an empty cluster", async () => {
  assert.deepEqual(said(await look("default/looker", "kubernetes", "pods")), { pods: "unhealthy" });
  const [seen] = await look("default/looker", "kubernetes", "nodes");
  assert.equal(seen?.kind, "unknown");
  assert.match(seen?.kind === "unknown" ? `${seen.why} ${seen.howToLearn}` : "", /nodes/);
});

test("without a cluster the probe says what is missing", async () => {
  const endpoint = Endpoint.parse({ environment: "staging", component: "cluster", system: "kubernetes" });
  const [target] = targetsOf([endpoint], systems);
  assert.ok(target !== undefined);
  const edges: Edges = {
    clock: { now },
    http: never,
    sql: never,
    redis: never,
    tls: never,
    kube: () => undefined,
    resolve: never,
  };
  const [seen] = await observe(target, { bind: (one) => bindPorts(edges, one), now }, AbortSignal.timeout(1000));
  assert.ok(seen?.kind === "unknown" && /no cluster is configured for staging/.test(seen.why));
});

test("probes only read", () => {
  assert.deepEqual(lab.mutations(), []);
});
