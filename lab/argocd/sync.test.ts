import assert from "node:assert/strict";
import { test } from "node:test";
import { bench, configMap, deployment, hook } from "./argocd.test-support.ts";

const automated = { syncPolicy: { automated: { prune: true, selfHeal: false } } };
const code = (status: unknown): unknown => (status as { readonly sync: { readonly status: string } }).sync.status;
const health = (status: unknown): unknown => (status as { readonly health: { readonly status: string } }).health.status;

test("without automated sync nothing is applied until someone asks by .operation", async () => {
  const b = await bench();
  const sha = b.git.commit({ "app/web.yaml": deployment("registry.example.org/web:1") });
  b.seed("web");
  await b.go();
  assert.equal(code(b.status("web")), "OutOfSync");
  assert.equal(health(b.status("web")), "Missing");

  const operation = {
    sync: { revision: sha, prune: false },
    initiatedBy: { username: "ada" },
    info: [{ name: "run", value: "7" }],
  };
  b.lab.act({
    manager: "argocd",
    method: "PATCH",
    of: { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace: "argocd", name: "web" },
    body: { operation },
    contentType: "application/merge-patch+json",
  });
  await b.go(6);

  const { operationState, history = [] } = b.status("web");
  assert.equal(operationState?.phase, "Succeeded");
  assert.deepEqual(operationState?.operation.info, [{ name: "run", value: "7" }]);
  assert.equal(operationState?.syncResult?.revision, sha);
  assert.equal(b.application("web")["operation"], undefined);
  assert.deepEqual(
    history.map(({ id, revision, initiatedBy }) => [id, revision, initiatedBy]),
    [[0, sha, { username: "ada" }]],
  );
  assert.equal(code(b.status("web")), "Synced");
  assert.equal(health(b.status("web")), "Healthy");
  const live = b.get("Deployment", "web");
  assert.equal(live?.metadata.annotations?.["argocd.argoproj.io/tracking-id"], "web:apps/Deployment:mlops/web");
  assert.deepEqual(
    live?.metadata.managedFields?.filter(({ subresource }) => subresource === undefined).map(({ manager }) => manager),
    ["argocd-controller"],
  );
});

test("automated sync follows Git once; a change by hand stays, with its author, while self-heal is off", async () => {
  const b = await bench();
  b.git.commit({ "app/web.yaml": deployment("registry.example.org/web:1") });
  b.seed("web", automated);
  await b.go(5);
  assert.equal(code(b.status("web")), "Synced");

  b.lab.handEdit(
    { apiVersion: "apps/v1", kind: "Deployment", namespace: "mlops", name: "web" },
    { spec: { replicas: 3 } },
    { at: "2026-11-19T22:00:00Z" },
  );
  b.later(60);
  await b.go(5);
  assert.equal(code(b.status("web")), "OutOfSync");
  assert.equal((b.get("Deployment", "web")?.["spec"] as { readonly replicas: number } | undefined)?.replicas, 3);
  const hand = b.get("Deployment", "web")?.metadata.managedFields?.find(({ manager }) => manager === "kubectl-edit");
  assert.deepEqual([hand?.time, hand?.fieldsV1], ["2026-11-19T22:00:00Z", { "f:spec": { "f:replicas": {} } }]);

  b.git.commit({ "app/web.yaml": deployment("registry.example.org/web:2") });
  await b.go(8);
  assert.equal(code(b.status("web")), "Synced");
  assert.equal(b.status("web").history?.length, 2);
});

test("with self-heal a change by hand is put back after five seconds", async () => {
  const b = await bench();
  b.git.commit({ "app/config.yaml": configMap("settings", "git") });
  b.seed("config", { syncPolicy: { automated: { selfHeal: true } } });
  await b.go(3);
  b.lab.handEdit(
    { apiVersion: "v1", kind: "ConfigMap", namespace: "mlops", name: "settings" },
    { data: { key: "hand", more: "stays" } },
  );
  b.later(4);
  await b.go(1);
  assert.deepEqual(b.get("ConfigMap", "settings")?.["data"], { key: "hand", more: "stays" });
  b.later(2);
  await b.go(2);
  assert.deepEqual(b.get("ConfigMap", "settings")?.["data"], { key: "git", more: "stays" });
});

test("a key that leaves Git is taken away; an object is pruned only where prune is on", async () => {
  const b = await bench();
  b.git.commit({
    "app/a.yaml": configMap("a", "1").replace('key: "1"', 'key: "1", old: "x"'),
    "app/b.yaml": configMap("b", "1"),
  });
  b.seed("keeps", { syncPolicy: { automated: {} } });
  await b.go(3);
  b.git.commit({ "app/a.yaml": configMap("a", "1") });
  await b.go(3);
  assert.deepEqual(b.get("ConfigMap", "a")?.["data"], { key: "1" });

  b.git.remove("app/b.yaml");
  await b.go(3);
  assert.ok(b.get("ConfigMap", "b") !== undefined);
  assert.equal(code(b.status("keeps")), "OutOfSync");
  b.argo.sync("keeps", { prune: true });
  await b.go(3);
  assert.equal(b.get("ConfigMap", "b"), undefined);
  assert.equal(code(b.status("keeps")), "Synced");
});

test("automated sync does not wipe an Application out, and says why", async () => {
  const b = await bench();
  b.git.commit({ "app/a.yaml": configMap("a", "1"), "app/README.md": "here" });
  b.seed("empty", automated);
  await b.go(3);
  b.git.remove("app/a.yaml");
  await b.go(3);
  assert.ok(b.get("ConfigMap", "a") !== undefined);
  assert.match(b.status("empty").conditions?.[0]?.message ?? "", /auto-sync will wipe out all resources/);
});

test("hooks go first and last, waves wait for health, and a hook that fails stops the sync after five retries", async () => {
  const order: string[] = [];
  let exit = 0;
  const b = await bench({
    job: async ({ job }) => {
      order.push(job);
      return job === "before" ? exit : 0;
    },
  });
  const files = {
    "app/before.yaml": hook("before", "PreSync"),
    "app/web.yaml": deployment("registry.example.org/web:1"),
    "app/late.yaml": configMap("late", "1", ', annotations: { argocd.argoproj.io/sync-wave: "1" }'),
    "app/after.yaml": hook("after", "PostSync"),
  };
  b.git.commit(files);
  b.seed("web", automated);
  await b.go();
  assert.equal(b.get("Deployment", "web"), undefined);
  assert.match(b.status("web").operationState?.message ?? "", /waiting for completion of hook batch\/Job\/before/);
  await b.go(20);
  assert.equal(b.status("web").operationState?.phase, "Succeeded");
  assert.deepEqual(order, ["before", "after"]);

  exit = 1;
  b.git.commit({ ...files, "app/web.yaml": deployment("registry.example.org/web:2") });
  for (let round = 0; round < 8; round += 1) {
    await b.go(4);
    b.later(600);
  }
  assert.match(JSON.stringify(b.get("Deployment", "web")?.["spec"]), /web:1/);
  assert.match(
    b
      .status("web")
      .conditions?.map(({ message }) => message)
      .join() ?? "",
    /Failed last sync attempt to 0+2: one or more synchronization tasks completed unsuccessfully/,
  );
});

test("a failed sync is tried again after its backoff, so often as it says", async () => {
  const b = await bench({ job: async () => 1 });
  b.git.commit({ "app/before.yaml": hook("before", "PreSync"), "app/a.yaml": configMap("a", "1") });
  b.seed("a", {
    syncPolicy: { automated: {}, retry: { limit: 1, backoff: { duration: "10s", factor: 2, maxDuration: "1m" } } },
  });
  await b.go(5);
  const first = b.status("a").operationState;
  assert.deepEqual([first?.phase, first?.retryCount], ["Running", 1]);
  assert.match(first?.message ?? "", /Retrying attempt #1 at 2026-11-20T09:00:10Z/);
  b.later(11);
  await b.go(5);
  assert.equal(b.status("a").operationState?.phase, "Failed");
  assert.match(b.status("a").operationState?.message ?? "", /retried 1 times/);
  assert.equal(b.get("ConfigMap", "a"), undefined);
});

test("a broken image is Degraded in the end, and the sync that brought it had succeeded", async () => {
  const b = await bench();
  b.git.commit({ "app/web.yaml": deployment("registry.example.org/web:1") });
  b.fate("no-image");
  b.seed("web", automated);
  await b.go(3);
  assert.equal(b.status("web").operationState?.phase, "Succeeded");
  assert.equal(health(b.status("web")), "Progressing");
  await b.go(20);
  assert.equal(health(b.status("web")), "Degraded");
  b.fate("runs");
  await b.go(4);
  assert.equal(health(b.status("web")), "Healthy");
});

test("a kind that the cluster does not serve stops the sync before anything is applied", async () => {
  const b = await bench();
  b.git.commit({
    "app/a.yaml": configMap("a", "1"),
    "app/odd.yaml": "apiVersion: odd.example.org/v1\nkind: Odd\nmetadata: { name: odd }\n",
  });
  b.seed("odd");
  b.argo.sync("odd");
  await b.go(2);
  const { operationState } = b.status("odd");
  assert.equal(operationState?.phase, "Failed");
  assert.match(operationState?.syncResult?.resources[0]?.message ?? "", /Make sure the "Odd" CRD is installed/);
  assert.equal(b.get("ConfigMap", "a"), undefined);
});

test("a sync of one resource leaves the others and writes no history", async () => {
  const b = await bench();
  b.git.commit({ "app/a.yaml": configMap("a", "1"), "app/b.yaml": configMap("b", "1") });
  b.seed("two");
  b.argo.sync("two", { resources: [{ kind: "ConfigMap", name: "a", namespace: "mlops" }] });
  await b.go(2);
  assert.ok(b.get("ConfigMap", "a") !== undefined);
  assert.equal(b.get("ConfigMap", "b"), undefined);
  assert.deepEqual(b.status("two").history, []);
});

test("an Application with the finalizer takes its resources along; without it they stay", async () => {
  const b = await bench();
  b.git.commit({ "app/a.yaml": configMap("a", "1") });
  b.seed("a", automated);
  await b.go(3);
  const of = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace: "argocd", name: "a" };
  b.lab.handEdit(of, { metadata: { finalizers: ["resources-finalizer.argocd.argoproj.io"] } });
  b.lab.act({ manager: "kubectl", method: "DELETE", of, body: {} });
  assert.ok(b.get("Application", "a") !== undefined);
  await b.go();
  assert.equal(b.get("Application", "a"), undefined);
  assert.equal(b.get("ConfigMap", "a"), undefined);
});
