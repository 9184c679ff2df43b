import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stored } from "../kubernetes/types.ts";
import { bench, configMap, deployment, hook } from "./argocd.test-support.ts";
import { healthOf } from "./health.ts";
import { jqPaths, withoutPaths } from "./jq-path.ts";
import { hasOption } from "./sync-options.ts";

const containers = [
  { name: "web", image: "a:1", env: [{ name: "A", value: "1" }] },
  { name: "istio-proxy", image: "b:1" },
];
const document = { spec: { replicas: 2, containers }, data: { "tls.crt": "x", other: "y" } };

test("a jq path points at fields, elements, and elements chosen by what they hold", () => {
  assert.deepEqual(jqPaths(".spec.replicas", document), [["spec", "replicas"]]);
  assert.deepEqual(jqPaths('.data["tls.crt"]', document), [["data", "tls.crt"]]);
  assert.deepEqual(jqPaths('.data."tls.crt"', document), [["data", "tls.crt"]]);
  assert.deepEqual(jqPaths('.spec.containers[] | select(.name == "istio-proxy")', document), [
    ["spec", "containers", 1],
  ]);
  assert.deepEqual(jqPaths('.spec.containers[] | select(.name != "web") | .image', document), [
    ["spec", "containers", 1, "image"],
  ]);
  assert.deepEqual(jqPaths(".spec.containers[].env[]?.value", document), [
    ["spec", "containers", 0, "env", 0, "value"],
  ]);
  assert.deepEqual(jqPaths(".spec.containers[-1].image", document), [["spec", "containers", 1, "image"]]);
  assert.deepEqual(jqPaths(".spec.missing.deep", document), []);
});

test("all of a list that is pointed at goes, and the document itself stays as it was", () => {
  assert.deepEqual(withoutPaths(document, [".spec.containers[]"]).spec.containers, []);
  assert.equal(document.spec.containers.length, 2);
});

test("a jq expression beyond paths is refused by name", () => {
  for (const expression of [
    '.a | test("x")',
    "del(.a)",
    ".a // .b",
    '.a[] | select(.b | startswith("x"))',
    "..",
    "spec.a b",
  ])
    assert.throws(() => jqPaths(expression, document), /is not covered by the lab/, expression);
});

test("what a resource says of a sync option wins over its Application", () => {
  const object = {
    metadata: { annotations: { "argocd.argoproj.io/sync-options": "Prune=false, ServerSideApply=false" } },
  };
  assert.equal(hasOption(["ServerSideApply=true"], object as unknown as Stored, "ServerSideApply=true"), false);
  assert.equal(hasOption([], object as unknown as Stored, "Prune=false"), true);
  assert.equal(hasOption(["ServerSideApply=true"], undefined, "ServerSideApply=true"), true);
});

const web = { group: "apps", kind: "Deployment" };
const byHand = { apiVersion: "apps/v1", kind: "Deployment", namespace: "mlops", name: "web" };
const code = (status: Readonly<Record<string, unknown>>) => (status["sync"] as { readonly status: string }).status;

test("jqPathExpressions hide a change by hand; without them it is a difference", async () => {
  const b = await bench();
  b.git.commit({ "app/web.yaml": deployment("registry.example.org/web:1") });
  const expression = '.spec.template.spec.containers[] | select(.name == "web") | .image';
  b.seed("hidden", {
    ignoreDifferences: [{ ...web, jqPathExpressions: [expression] }],
    syncPolicy: { automated: {} },
  });
  await b.go(6);
  b.lab.handEdit(byHand, { spec: { template: { spec: { containers: [{ name: "web", image: "other:2" }] } } } });
  await b.go(2);
  assert.equal(code(b.status("hidden")), "Synced");
  b.lab.handEdit(byHand, { spec: { replicas: 3 } });
  await b.go(2);
  assert.equal(code(b.status("hidden")), "OutOfSync");
});

test("what the lab cannot ignore, or do, is a ComparisonError with its name", async () => {
  const b = await bench();
  b.git.commit({ "app/web.yaml": deployment("registry.example.org/web:1") });
  b.seed("jq", { ignoreDifferences: [{ ...web, jqPathExpressions: ["del(.spec)"] }], syncPolicy: { automated: {} } });
  b.seed("managers", { ignoreDifferences: [{ group: "*", kind: "*", managedFieldsManagers: ["kubectl"] }] });
  b.seed("options", {
    syncPolicy: { automated: {}, syncOptions: ["Prune=confirm", "Unheard=true", "CreateNamespace=true"] },
  });
  await b.go(3);
  const said = (name: string) =>
    b
      .status(name)
      .conditions?.map(({ type, message }) => `${type}: ${message}`)
      .join("\n");
  assert.match(said("options") ?? "", /^ComparisonError: sync option 'Prune=confirm', 'Unheard=true' is not covered/);
  assert.match(said("jq") ?? "", /^ComparisonError: jqPathExpressions: .del\(\.spec\)/);
  assert.equal(b.get("Deployment", "web"), undefined, "nothing is applied by halves");

  b.seed("plain", { syncPolicy: { automated: {} } });
  await b.go(3);
  assert.match(said("jq") ?? "", /^ComparisonError: jqPathExpressions: 'del\(\.spec\)' is not covered/);
  assert.match(said("managers") ?? "", /^ComparisonError: ignoreDifferences: managedFieldsManagers \(kubectl\)/);
  assert.equal(code(b.status("jq")), "Unknown");
});

test("a replaced resource loses what Git does not say, one applied keeps it, and the server's apply leaves no note", async () => {
  const noted = "kubectl.kubernetes.io/last-applied-configuration";
  for (const [option, kept, hasNote] of [
    ["Replace=true", false, false],
    ["ServerSideApply=true", true, false],
    ["ApplyOutOfSyncOnly=true", true, true],
  ] as const) {
    const b = await bench();
    b.git.commit({ "app/a.yaml": configMap("a", "1") });
    b.seed("a", { syncPolicy: { automated: {}, syncOptions: [option] } });
    await b.go(3);
    b.lab.handEdit({ apiVersion: "v1", kind: "ConfigMap", namespace: "mlops", name: "a" }, { data: { added: "x" } });
    b.git.commit({ "app/a.yaml": configMap("a", "2") });
    await b.go(3);
    const live = b.get("ConfigMap", "a");
    assert.equal(b.status("a").operationState?.phase, "Succeeded", b.status("a").operationState?.message);
    assert.deepEqual(live?.["data"], { key: "2", ...(kept ? { added: "x" } : {}) }, option);
    assert.equal(live?.metadata.annotations?.[noted] !== undefined, hasNote, option);
  }
});

test("with Force and Replace a Job is made anew by each sync", async () => {
  const b = await bench();
  const forced = hook("once", "none").replace(
    "argocd.argoproj.io/hook: none",
    'argocd.argoproj.io/sync-options: "Force=true,Replace=true"',
  );
  b.git.commit({ "app/job.yaml": forced });
  b.seed("a");
  b.argo.sync("a");
  await b.go(4);
  const first = b.get("Job", "once")?.metadata.uid;
  b.argo.sync("a");
  await b.go(4);
  assert.notEqual(first, undefined);
  assert.notEqual(b.get("Job", "once")?.metadata.uid, first);
});

test("with ApplyOutOfSyncOnly only what differs is applied, and the hooks run all the same", async () => {
  const b = await bench();
  b.git.commit({
    "app/a.yaml": configMap("a", "1"),
    "app/b.yaml": configMap("b", "1"),
    "app/h.yaml": hook("h", "PreSync"),
  });
  b.seed("a", { syncPolicy: { automated: {}, syncOptions: ["ApplyOutOfSyncOnly=true"] } });
  await b.go(8);
  b.git.commit({ "app/a.yaml": configMap("a", "2") });
  await b.go(8);
  const { phase, syncResult } = b.status("a").operationState ?? {};
  assert.equal(phase, "Succeeded");
  assert.deepEqual(syncResult?.resources.map(({ name }) => name).toSorted(), ["a", "h"]);
});

test("what is marked Delete=false outlives its Application", async () => {
  const b = await bench();
  const kept = configMap("kept", "1", ', annotations: { argocd.argoproj.io/sync-options: "Delete=false" }');
  b.git.commit({ "app/a.yaml": configMap("a", "1"), "app/kept.yaml": kept });
  b.seed("a", { syncPolicy: { automated: {} } });
  await b.go(3);
  const of = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace: "argocd", name: "a" };
  b.lab.handEdit(of, { metadata: { finalizers: ["resources-finalizer.argocd.argoproj.io"] } });
  b.lab.act({ manager: "kubectl", method: "DELETE", of, body: {} });
  await b.go(2);
  assert.equal(b.get("ConfigMap", "a"), undefined);
  assert.notEqual(b.get("ConfigMap", "kept"), undefined);
});

test("a Certificate is Progressing while it is issued, in cert-manager's words, and Ready decides after", () => {
  const health = (...conditions: readonly object[]) =>
    healthOf({
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: "c" },
      status: { conditions },
    });
  const ready = (status: string) => ({ type: "Ready", status, message: "m" });
  assert.deepEqual(health(ready("False"), { type: "Issuing", status: "True", message: "Renewing" }), {
    status: "Progressing",
    message: "Renewing",
  });
  assert.equal(health(ready("False"))?.status, "Degraded");
  assert.equal(health(ready("True"))?.status, "Healthy");
  assert.deepEqual(health(ready("Unknown")), { status: "Progressing", message: "Waiting for certificate" });
});
