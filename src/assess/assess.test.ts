import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type LabCluster, startKubernetes } from "../../lab/kubernetes/index.ts";
import { platformDefinitions, platformNow, platformObjects } from "../../lab/kubernetes/platform.ts";
import { rules } from "../cli/rules.ts";
import { openKubeReader } from "../edge/kube.ts";
import { memoryTree } from "../findings/examples.ts";
import { SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { TlsInspector } from "../kernel/probe-ports.ts";
import { defaultConfig } from "../platform/config.ts";
import type { Assessment, Row, Section } from "../reports/assess/assessment.ts";
import endOfLife from "../systems/facts/end-of-life.json" with { type: "json" };
import { systems } from "../systems/index.ts";
import { upgradeFactsData } from "../systems/upgrade-facts.ts";
import { loadFacts } from "../upgrades/facts.ts";
import { parseEndOfLifeTable } from "../versions/freshness-end-of-life.ts";
import { assess } from "./assess.ts";
import { observerFile } from "./rbac.test-support.ts";

let lab: LabCluster;
let observed: Assessment;

const repository = {
  "apps/production/sharinghub.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: { name: sharinghub, namespace: mlops }
spec:
  replicas: 2
  template:
    spec: { containers: [ { name: sharinghub, image: "registry.example.org/sharinghub/sharinghub-server:0.4.0" } ] }
`,
  "apps/production/mlflow.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: { name: mlflow, namespace: mlops }
spec: { template: { spec: { containers: [ { name: mlflow, image: "ghcr.io/mlflow/mlflow:v2.21.0" } ] } } }
`,
  "apps/production/indexer.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: { name: indexer, namespace: mlops }
spec: { template: { spec: { containers: [ { name: indexer, image: "registry.example.org/team/indexer:latest" } ] } } }
`,
};

function assessAs(user: string, namespaces: readonly string[] = [], tls?: TlsInspector): Promise<Assessment> {
  return assess({
    reader: openKubeReader({ kubeconfig: lab.kubeconfig(user), userAgent: "millwright/test" }),
    tree: memoryTree(repository, "gitops"),
    config: defaultConfig,
    environment: "production",
    namespaces,
    systems,
    rules: rules(systems),
    upgradeFacts: loadFacts(upgradeFactsData),
    endOfLife: parseEndOfLifeTable(endOfLife),
    tls,
    now: platformNow as Instant,
  });
}

before(async () => {
  lab = await startKubernetes({ stepMs: 0, now: () => platformNow });
  lab.seed(platformDefinitions);
  lab.seed(platformObjects);
  lab.seed(observerFile());
  observed = await assessAs("millwright/millwright-observer");
});

after(() => lab.close());

function part(id: string, assessment = observed): Section {
  const found = assessment.sections.find((one) => one.id === id);
  assert.ok(found !== undefined, id);
  return found;
}

function row(id: string, subject: string, assessment = observed): Row {
  const found = part(id, assessment).rows.find(({ cells }) => cells.some((cell) => cell.includes(subject)));
  assert.ok(found !== undefined, `${id}: ${subject}`);
  return found;
}

test("nothing was written, and no Secret was asked for but in vain", () => {
  assert.deepEqual(lab.mutations(), []);
  const secrets = lab.entries.filter(({ resource }) => resource === "secrets");
  assert.ok(secrets.every(({ status, accept }) => status === 403 && accept.includes("PartialObjectMetadata")));
  assert.equal(JSON.stringify(observed).includes("Y2FuYXJ5"), false);
});

test("a pod in trouble comes with evidence, cause and command", () => {
  const crashing = row("pods", "indexer");
  const unpullable = row("pods", "trainer");

  assert.equal(crashing.mark, "bad");
  assert.match(crashing.why ?? "", /code 1/);
  assert.match(crashing.next ?? "", /kubectl logs -n mlops indexer-\S+ -c indexer --previous/);
  assert.match(unpullable.why ?? "", /manifest unknown/);
  assert.equal(part("pods").quiet, 4);
});

test("a Service that sends to nobody is found, one with endpoints is not", () => {
  assert.deepEqual(
    part("services").rows.map(({ cells }) => cells[0]),
    ["mlops/indexer"],
  );
});

test("nodes tell pressure and the skew of their version", () => {
  assert.match(row("nodes", "node-3").why ?? "", /disk pressure/);
  assert.match(row("nodes", "node-2").why ?? "", /3 minors behind/);
  assert.equal(row("nodes", "node-1").mark, "good");
});

test("an Application out of sync names who wrote by hand, and when", () => {
  const found = row("argocd", "sharinghub");

  assert.equal(found.mark, "bad");
  assert.match(found.why ?? "", /Deployment sharinghub written by kubectl-edit 30 h ago/);
  assert.deepEqual(found.cells.slice(1, 4), ["OutOfSync", "Healthy", "by hand"]);
  assert.equal(row("argocd", "mlflow").mark, "good");
});

test("a field that was changed by hand is drift, with since when and by whom", () => {
  const found = row("drift", "sharinghub");

  assert.deepEqual(found.cells, ["Deployment mlops/sharinghub", "spec.replicas", "2", "1", "30 h ago", "kubectl-edit"]);
});

test("what runs is held against what Git says, by digest", () => {
  assert.equal(row("running", "sharinghub-server").mark, "good");
  assert.match(row("running", "mlflow/mlflow").why ?? "", /Git says v2\.21\.0/);
  assert.match(row("running", "sharinghub-server").cells[3] ?? "", /^sha256:/);
  assert.equal(row("running", "team/trainer").cells[3], "not pulled");
  assert.equal(row("running", "postgres").mark, "warn");
});

test("each system has its version, its end of care and its next hop", () => {
  const gitlab = row("versions", "gitlab/webservice");

  assert.equal(gitlab.mark, "bad");
  assert.equal(gitlab.cells[2], "v17.1.8");
  assert.equal(gitlab.cells[4], "17.3.7");
  assert.equal(row("versions", "cluster").cells[4], "1.32");
});

test("the same rules run on live objects, and say whether Git has the finding too", () => {
  const found = row("findings", "pinning-image-latest");

  assert.deepEqual(found.cells.slice(3), ["mlops/Deployment/indexer", "also"]);
});

test("backups are as old as their last good run", () => {
  assert.equal(row("backups", "postgresql-backup").mark, "good");
  assert.match(row("backups", "nightly").why ?? "", /PartiallyFailed/);
  assert.equal(row("backups", "nightly").cells[2], "3 d");
});

test("a certificate near its end is wrong, one outside cert-manager is unknown, and why is said", () => {
  assert.equal(row("certificates", "mlops/mlflow").mark, "bad");
  assert.equal(row("certificates", "mlops/sharinghub").mark, "good");
  assert.equal(row("certificates", "gitlab-bought-tls").mark, "unknown");
  assert.match(part("certificates").unseen[0]?.howToLearn ?? "", /do not widen the account/);
});

test("with a probe, hosts tell when their certificates end, and a host that cannot be reached is unknown", async () => {
  const asked: string[] = [];
  const certificate = {
    subject: "CN=gitlab.example.org",
    issuer: "CN=Bought CA",
    names: [],
    notBefore: "2025-11-22T00:00:00.000Z",
    notAfter: "2026-11-22T00:00:00.000Z",
    fingerprint: "AA",
  };
  const chain = {
    kind: "chain",
    protocol: "TLSv1.3",
    chain: [certificate],
    distrust: undefined,
    wrongName: undefined,
  } as const;
  const shown = await assessAs("millwright/millwright-observer", [], {
    inspect: ({ host, port }) => Promise.resolve(void asked.push(`${host}:${port}`)).then(() => chain),
  });
  const away = await assessAs("millwright/millwright-observer", [], {
    inspect: () => Promise.reject(new SystemError("no route to the host", "retry")),
  });

  assert.deepEqual(asked, ["gitlab.example.org:443"]);
  assert.deepEqual(
    [row("certificates", ":443", shown).mark, row("certificates", ":443", shown).cells[2]],
    ["bad", "1"],
  );
  assert.equal(
    part("certificates", shown).rows.some(({ cells }) => cells[0] === "gitlab/gitlab-bought-tls"),
    false,
  );
  assert.deepEqual(
    [row("certificates", ":443", away).mark, row("certificates", ":443", away).why],
    ["unknown", "no route to the host"],
  );
});

test("who can write by hand leaves Argo CD's own and Kubernetes' own out", () => {
  const names = part("hands").rows.map(({ cells }) => cells[0]);

  assert.deepEqual(names, ["Group oidc:ops", "admission", "ServiceAccount mlops/ci"]);
  assert.equal(row("hands", "oidc:ops").mark, "bad");
  assert.equal(row("hands", "admission").mark, "absent");
});

test("claims, quotas, requests and warnings are told", () => {
  assert.match(row("volumes", "old-artifacts").cells[1] ?? "", /no pod uses it/);
  assert.equal(row("quotas", "requests.memory").cells[4], "94");
  assert.deepEqual(row("resources", "mlflow").cells[2], "cpu request, memory request, memory limit");
  assert.deepEqual(row("events", "BackOff").cells.slice(1, 3), ["pod mlops/indexer-…", "412"]);
});

test("an account without rights sees nothing, and nothing looks fine or absent for that", async () => {
  const blind = await assessAs("nobody");

  for (const id of [
    "pods",
    "services",
    "nodes",
    "hands",
    "resources",
    "volumes",
    "quotas",
    "events",
    "argocd",
    "backups",
  ]) {
    assert.equal(part(id, blind).mark, "unknown", id);
    assert.ok(part(id, blind).unseen.length > 0, id);
    assert.match(part(id, blind).summary, /not be seen/);
  }
  assert.match(part("pods", blind).unseen[0]?.howToLearn ?? "", /list pods in the whole cluster/);
});

test("an account of one namespace sees that one", async () => {
  lab.seed([
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "guest", namespace: "mlops" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "millwright-observer" },
      subjects: [{ kind: "User", name: "guest" }],
    },
  ]);

  const seen = await assessAs("guest", ["mlops"]);

  assert.equal(row("pods", "indexer", seen).mark, "bad");
  assert.equal(part("nodes", seen).mark, "unknown");
});

test("a type that the cluster does not serve is absent, not unknown", () => {
  const unseen = observed.sections.flatMap((one) => one.unseen.map(({ what }) => what));

  assert.equal(
    unseen.some((what) => /volumesnapshots|inferenceservices/.test(what)),
    false,
  );
});

test("one list that does not come leaves the others standing", async () => {
  lab.faults.push({ matches: ({ path }) => path.endsWith("/nodes"), kind: { status: 500 }, times: 9 });

  const seen = await assessAs("millwright/millwright-observer");
  lab.faults.length = 0;

  assert.equal(part("nodes", seen).mark, "unknown");
  assert.equal(part("pods", seen).mark, "bad");
});
