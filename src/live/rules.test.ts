import assert from "node:assert/strict";
import { test } from "node:test";
import { unknown } from "../kernel/fact.ts";
import { clusterOf, exampleNow, factsOfExample } from "./cluster.test-support.ts";
import { applicationYaml, deploymentYaml } from "./examples.ts";
import { factsOf } from "./read.ts";
import { blindLook, lookOfFacts } from "./rule.ts";
import { liveRules } from "./rules.ts";

for (const rule of liveRules) {
  for (const example of rule.examples.failing)
    test(`${rule.id} finds: ${example.name}`, () => {
      const look = lookOfFacts(factsOfExample(example), [rule], []);
      assert.equal(look.findings.length, 1, JSON.stringify(look));
      assert.match(look.findings[0]?.id ?? "", /^[0-9a-f]{16}$/);
    });
  for (const example of [...rule.examples.passing, ...(rule.examples.unknown ?? [])])
    test(`${rule.id} does not find: ${example.name}`, () => {
      const look = lookOfFacts(factsOfExample(example), [rule], []);
      assert.deepEqual(look.findings, []);
      assert.equal(look.unknown.length > 0, rule.examples.unknown?.includes(example) === true);
    });
}

test("every rule has its own id, a source, and says why and what to do", () => {
  assert.equal(new Set(liveRules.map(({ id }) => id)).size, liveRules.length);
  for (const { id, group, sources, why, fix } of liveRules) {
    assert.match(id, new RegExp(`^${group.replace(/s$/, "")}-[a-z-]+$`));
    assert.ok(sources.length > 0 && why.length > 20 && fix.length > 10, id);
  }
});

test("a rule whose facts are not known did not run: it closes nothing, and asks", () => {
  const facts = factsOfExample({ name: "", files: { "cluster.yaml": applicationYaml() } });
  const look = lookOfFacts({ ...facts, applications: unknown("403", "get applications") }, liveRules, []);
  assert.ok(!look.ran.has("drift-out-of-sync"));
  assert.ok(look.ran.has("certificate-expired"));
  assert.ok(look.unknown.some(({ rule, why }) => rule === "drift-out-of-sync" && why === "403"));
});

test("a cluster that does not answer is blind: nothing is proven gone", () => {
  const [rule] = liveRules;
  assert.ok(rule);
  const look = blindLook("staging", rule, "nobody answers", "ask again");
  assert.equal(look.blind, true);
  assert.equal(look.ran.size, 0);
});

test("of a rendered chart, what was applied last says what Git says, and who wrote against it, also before the last sync", () => {
  const yaml = `${applicationYaml()}---\n${deploymentYaml(5, "kubectl-edit", 1)}`.replace(
    "2026-11-19T14",
    "2026-10-19T14",
  );
  const { drifts } = factsOfExample({ name: "", files: { "cluster.yaml": yaml } });
  assert.ok(drifts.kind === "known");
  const [drift] = drifts.value;
  assert.deepEqual([drift?.field, drift?.git, drift?.live], ["spec.replicas", "1", "5"]);
  assert.deepEqual([drift?.author, drift?.since, drift?.hand], ["kubectl-edit", "2026-10-19T14:03:00Z", true]);
});

test("Git moved on: what was applied last says nothing of it", () => {
  const yaml = `${applicationYaml({ syncedRevision: "0000000" })}---\n${deploymentYaml(5, "keda", 1)}`;
  const { drifts } = factsOfExample({ name: "", files: { "cluster.yaml": yaml } });
  assert.ok(drifts.kind === "known");
  assert.deepEqual(
    drifts.value.map(({ field, git }) => [field, git]),
    [["", "declared"]],
  );
});

test("a suppression of millwright.yaml reaches what is live, by rule and place", () => {
  const files = { "cluster.yaml": `${applicationYaml()}---\n${deploymentYaml(5, "kubectl-scale")}` };
  const facts = factsOfExample({ name: "", files });
  const suppression = { rule: "drift-by-hand", path: "cluster/staging/mlops", reason: "a trial", until: "2026-12-01" };
  const look = lookOfFacts(facts, liveRules, [suppression] as never);
  assert.deepEqual(look.findings, []);
  assert.equal(look.suppressed[0]?.finding.rule, "drift-by-hand");
});

test("no value that may be a secret is shown: by the variable's name, by the field, and never of a Secret", () => {
  const env = (password: string) => `
apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: mlops
  name: mlflow
  managedFields:
    - { manager: kubectl-edit, time: "2026-11-19T00:00:00Z", fieldsV1: { "f:spec": { "f:template": {} } } }
spec:
  template:
    spec:
      containers:
        - name: web
          image: registry.example.org/web:1
          args: ["--password=${password}"]
          env:
            - { name: DB_PASSWORD, value: ${password} }
            - { name: DB_URL, value: "postgresql://user:${password}@db/x" }
            - { name: LEVEL, value: "${password === "gitside" ? "info" : "debug"}" }
---
apiVersion: v1
kind: ConfigMap
metadata: { namespace: mlops, name: settings }
data: { oidc_client_secret: "${password}" }
`;
  const files = { "cluster.yaml": env("canary-live"), "git/all.yaml": env("gitside") };
  const facts = factsOfExample({ name: "", files });
  assert.ok(facts.drifts.kind === "known");
  assert.deepEqual(
    facts.drifts.value
      .map(({ field, git, live }) => [field, git.includes("not shown"), live])
      .filter(([, hid]) => !hid),
    [
      ["spec.template.spec.containers[0].env[1].value", false, "postgresql://***@db/x"],
      ["spec.template.spec.containers[0].env[2].value", false, "debug"],
    ],
  );
  assert.equal(facts.drifts.value.length, 5);
  assert.doesNotMatch(JSON.stringify(facts), /canary-live|gitside/);
});

test("a field says who wrote it and since when; severity is graver in production", () => {
  const files = { "cluster.yaml": `${applicationYaml()}---\n${deploymentYaml(5, "kubectl-edit")}` };
  const facts = factsOfExample({ name: "", files }, true);
  const [drift] = facts.drifts.kind === "known" ? facts.drifts.value : [];
  assert.deepEqual(
    [drift?.field, drift?.live, drift?.author, drift?.since, drift?.hand],
    ["spec.replicas", "5", "kubectl-edit", "2026-11-19T14:03:00Z", true],
  );
  const { findings } = lookOfFacts(facts, liveRules, []);
  assert.deepEqual(
    findings.map(({ rule, severity }) => [rule, severity]),
    [["drift-by-hand", "high"]],
  );
});

test("where there is no Argo CD nothing drifts from it, and that is known", () => {
  const live = clusterOf("");
  const looking = { environment: "staging", production: false, desired: undefined, now: exampleNow };
  const look = lookOfFacts(factsOf(live, looking, new Map()), liveRules, []);
  assert.equal(look.ran.size, liveRules.length);
  assert.deepEqual([look.findings, look.unknown], [[], []]);
});
