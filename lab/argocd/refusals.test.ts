import assert from "node:assert/strict";
import { test } from "node:test";
import { bench, configMap, repoURL } from "./argocd.test-support.ts";
import { maySync } from "./windows.ts";

const asking = { name: "gitlab", namespace: "gitlab", clusters: ["in-cluster"] };
const deny = { kind: "deny" as const, schedule: "0 22 * * *", duration: "8h", applications: ["*"] };
const allow = { kind: "allow" as const, schedule: "0 9 * * 1-5", duration: "1h30m", applications: ["git*"] };
const monday = "2026-11-23T09:30:00Z";
const night = "2026-11-23T23:00:00Z";

test("a deny wins over an allow, and lets a manual sync through only where it says so", () => {
  const always = { ...allow, schedule: "* * * * *" };
  assert.equal(maySync([], asking, false, night), true);
  assert.equal(maySync([deny, always], asking, true, night), false);
  assert.equal(maySync([{ ...deny, manualSync: true }, always], asking, true, night), true);
  assert.equal(maySync([{ ...deny, manualSync: true }, deny], asking, true, night), false);
  assert.equal(maySync([{ ...deny, applications: ["mlflow"] }], asking, false, night), true);
});

test("with an allow window a sync waits for it; the end is not in it", () => {
  assert.equal(maySync([allow], asking, false, monday), true);
  assert.equal(maySync([allow], asking, false, "2026-11-23T10:29:59Z"), true);
  assert.equal(maySync([allow], asking, false, "2026-11-23T10:30:00Z"), false);
  assert.equal(maySync([allow], asking, false, "2026-11-22T09:30:00Z"), false);
  assert.equal(maySync([{ ...allow, manualSync: true }], asking, true, night), true);
});

test("a window stands in its own time zone, and its day of the month or its weekday is enough", () => {
  const zoned = { ...allow, timeZone: "Europe/Berlin" };
  assert.equal(maySync([zoned], asking, false, "2026-11-23T08:30:00Z"), true);
  assert.equal(maySync([zoned], asking, false, monday), false);
  const either = { ...allow, schedule: "0 9 1 * 1" };
  assert.equal(maySync([either], asking, false, monday), true);
  assert.equal(maySync([either], asking, false, "2026-12-01T09:30:00Z"), true);
});

test("automated sync waits for its window; who asks is refused, and a bare .operation stands and says why", async () => {
  const b = await bench();
  b.git.commit({ "app/a.yaml": configMap("a", "1") });
  b.lab.seed([
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata: { name: "windowed", namespace: "argocd" },
      spec: {
        sourceRepos: ["*"],
        destinations: [{ server: "*", namespace: "*" }],
        syncWindows: [{ ...deny, schedule: "0 8 * * *", duration: "2h" }],
      },
    },
  ]);
  b.seed("a", { project: "windowed", syncPolicy: { automated: {} } });
  await b.go(2);
  assert.equal(b.status("a").operationState, undefined);
  assert.throws(() => b.argo.sync("a"), /cannot sync: blocked by sync window/);

  b.lab.handEdit(
    { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace: "argocd", name: "a" },
    { operation: { sync: {} } },
  );
  await b.go(2);
  assert.equal(b.status("a").operationState?.phase, "Running");
  assert.equal(b.status("a").operationState?.message, "Sync operation blocked by sync window");
  assert.equal(b.get("ConfigMap", "a"), undefined);

  b.later(2 * 3600);
  await b.go(2);
  assert.equal(b.status("a").operationState?.phase, "Succeeded");
});

test("a rollback is refused under automated sync; without it the old state comes and the Application is OutOfSync", async () => {
  const b = await bench();
  b.git.commit({ "app/a.yaml": configMap("a", "1") });
  b.seed("a", { syncPolicy: { automated: {} } });
  await b.go(3);
  b.git.commit({ "app/a.yaml": configMap("a", "2") });
  await b.go(3);
  assert.throws(() => b.argo.rollback("a", 0), /rollback cannot be initiated when auto-sync is enabled/);

  const of = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace: "argocd", name: "a" };
  b.lab.act({
    manager: "kubectl-edit",
    method: "PATCH",
    of,
    body: { spec: { syncPolicy: null } },
    contentType: "application/merge-patch+json",
  });
  assert.throws(() => b.argo.rollback("a", 9), /does not have deployment with id 9/);
  b.argo.rollback("a", 0);
  await b.go(3);
  assert.deepEqual(b.get("ConfigMap", "a")?.["data"], { key: "1" });
  assert.equal((b.status("a")["sync"] as { readonly status: string }).status, "OutOfSync");
  assert.equal(b.status("a").history?.length, 3);
});

test("around the API an old revision is synced, and automated sync brings the newer one back", async () => {
  const b = await bench();
  const old = b.git.commit({ "app/a.yaml": configMap("a", "1") });
  b.git.commit({ "app/a.yaml": configMap("a", "2") });
  b.seed("a", { syncPolicy: { automated: {} } });
  await b.go(3);
  b.lab.handEdit(
    { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace: "argocd", name: "a" },
    { operation: { sync: { revision: old } } },
  );
  await b.go(1);
  assert.deepEqual(b.get("ConfigMap", "a")?.["data"], { key: "1" });
  await b.go(3);
  assert.deepEqual(b.get("ConfigMap", "a")?.["data"], { key: "2" });
});

test("an Application outside its project is told so and not synced", async () => {
  const b = await bench();
  b.git.commit({ "app/a.yaml": configMap("a", "1") });
  b.lab.seed([
    {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata: { name: "narrow", namespace: "argocd" },
      spec: { sourceRepos: ["https://other.example.org/*"], destinations: [{ server: "*", namespace: "mlops" }] },
    },
  ]);
  b.seed("foreign", { project: "narrow", syncPolicy: { automated: {} } });
  b.seed("orphan", { project: "none", syncPolicy: { automated: {} } });
  b.seed("wrong", { source: { path: 1 } });
  await b.go(2);
  const condition = (name: string) => b.status(name).conditions?.[0];
  assert.deepEqual(
    [condition("foreign")?.type, condition("foreign")?.message],
    ["InvalidSpecError", `application repo ${repoURL} is not permitted in project 'narrow'`],
  );
  assert.match(condition("orphan")?.message ?? "", /project none which does not exist/);
  assert.match(condition("wrong")?.message ?? "", /the spec is not valid/);
  assert.equal(b.get("ConfigMap", "a"), undefined);
});

test("a refresh is taken note of, and what another Application holds is not taken over", async () => {
  const b = await bench({ pollMs: 3_600_000 });
  b.git.commit({ "app/a.yaml": configMap("a", "1") });
  b.seed("first", { syncPolicy: { automated: {} } });
  await b.go(3);
  b.git.commit({ "app/a.yaml": configMap("a", "2") });
  await b.go(2);
  assert.deepEqual(b.get("ConfigMap", "a")?.["data"], { key: "1" });
  const of = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace: "argocd", name: "first" };
  b.lab.handEdit(of, { metadata: { annotations: { "argocd.argoproj.io/refresh": "hard" } } });
  await b.go(2);
  assert.deepEqual(b.get("ConfigMap", "a")?.["data"], { key: "2" });
  assert.equal(b.application("first").metadata.annotations?.["argocd.argoproj.io/refresh"], undefined);

  b.seed("second", { syncPolicy: { automated: {}, syncOptions: ["FailOnSharedResource=true"], retry: { limit: 0 } } });
  await b.go(3);
  assert.match(
    b.status("second").operationState?.message ?? "",
    /Shared resource found: ConfigMap\/a is part of applications argocd\/second and first/,
  );
  assert.ok(b.status("second").conditions?.some(({ type }) => type === "SharedResourceWarning"));
});
