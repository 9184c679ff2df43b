import assert from "node:assert/strict";
import { test } from "node:test";
import { known } from "../kernel/fact.ts";
import type { Instant } from "../kernel/instant.ts";
import type { KubeObject } from "../kernel/kube.ts";
import { intervalHours } from "./backups.ts";
import { handSection, powersOf } from "./hands.ts";
import { ignoredBy } from "./ignored.ts";
import { imageSection, plainName } from "./images.ts";
import { LiveCluster } from "./live.ts";
import { nodeSection } from "./nodes.ts";
import { podSection } from "./pods.ts";
import { ageOf } from "./section.ts";
import { lookedAt } from "./types.ts";

const now = "2026-11-20T09:00:00.000Z" as Instant;

/** A cluster that holds these objects and was seen whole. */
function seen(objects: readonly object[], version = "v1.31.4"): LiveCluster {
  const lists = new Map(
    lookedAt.map(({ apiVersion, plural, kind }) => [
      `${apiVersion}/${plural}`,
      known(
        (objects as readonly KubeObject[]).filter((one) => one.kind === kind),
        "test",
      ),
    ]),
  );
  return new LiveCluster("test", version, lists);
}

test("the interval of a schedule is read from its shape", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["0 2 * * *", 24],
    ["0 */6 * * *", 6],
    ["15 * * * *", 1],
    ["0 2 * * 0", 168],
    ["0 2 * * SUN", 168],
    ["0 2 1 * *", 744],
    ["@daily", 24],
    ["@weekly", 168],
    ["nonsense", 24],
    ["", 24],
  ];
  for (const [schedule, hours] of cases) assert.equal(intervalHours(schedule), hours, schedule);
});

test("powers are read from rules, wildcards too", () => {
  const rule = (verbs: string[], resources: string[], apiGroups = [""]) => ({ verbs, resources, apiGroups });

  assert.deepEqual(powersOf([rule(["*"], ["*"], ["*"])]), ["everything"]);
  assert.deepEqual(powersOf([rule(["get", "list", "watch"], ["pods", "deployments"], ["*"])]), []);
  assert.deepEqual(powersOf([rule(["get"], ["secrets"])]), ["read Secrets"]);
  assert.deepEqual(powersOf([rule(["create"], ["pods/exec"])]), ["run programs in pods"]);
  assert.deepEqual(powersOf([rule(["bind"], ["clusterroles"])]), ["grant rights"]);
  assert.deepEqual(powersOf([rule(["*"], ["deployments"], ["apps"])]), ["change workloads"]);
});

test("rights that could not be read are not taken for rights that nobody has", () => {
  const nobody = handSection(seen([]));
  const blind = handSection(new LiveCluster("test", "v1.31.4", new Map()));

  assert.equal(nobody.mark, "absent");
  assert.equal(blind.mark, "unknown");
});

test("power given to everyone is not taken for Kubernetes' own", () => {
  const { rows } = handSection(
    seen([
      {
        kind: "ClusterRole",
        metadata: { name: "admin" },
        rules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
      },
      {
        kind: "ClusterRoleBinding",
        metadata: { name: "all" },
        roleRef: { kind: "ClusterRole", name: "admin" },
        subjects: ["system:authenticated", "system:masters"].map((name) => ({ kind: "Group", name })),
      },
    ]),
  );

  assert.deepEqual(
    rows.filter(({ mark }) => mark === "bad").map(({ cells }) => cells[0]),
    ["Group system:authenticated"],
  );
});

test("an image goes by the name that was asked for, not by one its node happens to know", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const { rows } = imageSection(
    seen([
      {
        kind: "Pod",
        metadata: { name: "a", namespace: "mlops" },
        spec: { containers: [{ name: "a", image: "registry.example.org/team/web:1.4.0" }] },
        status: { containerStatuses: [{ name: "a", image: "registry.example.org/old/web:stable", imageID: digest }] },
      },
    ]),
    [],
  );

  assert.deepEqual(rows[0]?.cells.slice(0, 2), ["registry.example.org/team/web", "1.4.0"]);
});

test("Docker Hub's names of one image are one name", () => {
  for (const name of [
    "redis",
    "library/redis",
    "docker.io/redis",
    "docker.io/library/redis",
    "index.docker.io/library/redis",
  ])
    assert.equal(plainName(name), "redis", name);
  assert.equal(plainName("quay.io/library/redis"), "quay.io/library/redis");
});

test("a pod that nobody could place, one that is only new, and one that is done are told apart", () => {
  const pod = (name: string, status: object, creationTimestamp = "2026-11-20T08:59:30Z") => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "mlops", creationTimestamp },
    spec: {},
    status,
  });
  const unschedulable = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message: "0/3 nodes: Insufficient memory",
  };
  const { rows, quiet } = podSection(
    seen([
      pod("stuck", { phase: "Pending", conditions: [unschedulable] }),
      pod("new", { phase: "Pending" }),
      pod("old", { phase: "Pending" }, "2026-11-20T05:00:00Z"),
      pod("done", { phase: "Succeeded", conditions: [{ type: "Ready", status: "False", reason: "PodCompleted" }] }),
      pod("evicted", { phase: "Failed", reason: "Evicted", message: "low on memory" }),
      { apiVersion: "v1", kind: "Pod", metadata: { name: "odd", namespace: "mlops" }, status: { phase: 7 } },
    ]),
    now,
  );

  assert.deepEqual(
    rows.map(({ mark, cells }) => [mark, cells[0], cells[1]]),
    [
      ["bad", "mlops/old", "Pending"],
      ["bad", "mlops/stuck", "Unschedulable"],
      ["warn", "mlops/evicted", "Evicted"],
    ],
  );
  assert.equal(quiet, 2);
});

test("a kubelet newer than the API server, or too old for it, is wrong", () => {
  const node = (name: string, kubeletVersion: string) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    status: { conditions: [{ type: "Ready", status: "True" }], nodeInfo: { kubeletVersion } },
  });
  const { rows } = nodeSection(
    seen([node("a", "v1.27.1"), node("b", "v1.31.0"), node("c", "v1.32.0")], "v1.31.4"),
    now,
  );

  assert.deepEqual(Object.fromEntries(rows.map(({ mark, cells }) => [cells[0], mark])), {
    a: "bad",
    b: "good",
    c: "bad",
  });
});

test("an age is told in the unit that fits", () => {
  assert.equal(ageOf("2026-11-20T08:30:00Z", now), "30 min");
  assert.equal(ageOf("2026-11-19T09:00:00Z", now), "24 h");
  assert.equal(ageOf("2026-11-10T09:00:00Z", now), "10 d");
  assert.equal(ageOf("yesterday", now), undefined);
});

test("what an autoscaler moves and what Argo CD is told to ignore is no drift", () => {
  const ignored = ignoredBy(
    seen([
      {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: "web", namespace: "mlops" },
        spec: { scaleTargetRef: { kind: "Deployment", name: "web" } },
      },
      {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "Application",
        metadata: { name: "web", namespace: "argocd" },
        spec: {
          ignoreDifferences: [
            { group: "apps", kind: "Deployment", jsonPointers: ["/metadata/annotations/a~1b", "/spec/template/0"] },
          ],
        },
      },
    ]),
  );
  const deployment = (name: string): KubeObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "mlops" },
  });
  const told = [
    ["metadata", "annotations", "a/b"],
    ["spec", "template", 0],
  ];

  assert.deepEqual(ignored(deployment("web")), [["spec", "replicas"], ...told]);
  assert.deepEqual(ignored(deployment("other")), told);
  assert.deepEqual(ignored({ ...deployment("web"), kind: "StatefulSet" }), []);
});
