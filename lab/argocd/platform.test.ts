import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bench, repoURL } from "./argocd.test-support.ts";

const kit = fileURLToPath(new URL("../../kit/", import.meta.url));

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Everything that the platform's repository holds, every tag meaning its last commit. */
function kitFiles(): Record<string, string> {
  return Object.fromEntries(
    filesBelow(kit).map((path) => [
      relative(kit, path),
      readFileSync(path, "utf8").replaceAll("targetRevision: v1.0.0", "targetRevision: main"),
    ]),
  );
}

const words = (b: Awaited<ReturnType<typeof bench>>, name: string): string =>
  (b.status(name).conditions ?? []).map(({ message }) => message).join("; ");

function stateOf(b: Awaited<ReturnType<typeof bench>>, name: string): readonly unknown[] {
  const status = b.status(name) as unknown as Record<"sync" | "health", { readonly status: string }>;
  return [status.sync.status, status.health.status, b.status(name).operationState?.phase];
}

const imagesOf = (b: Awaited<ReturnType<typeof bench>>, name: string): readonly string[] =>
  (b.status(name)["summary"] as { readonly images: readonly string[] }).images;

for (const environment of ["prod", "staging", "dev", "local"])
  test(`the platform's repository comes up in ${environment} from its one root Application`, async () => {
    const b = await bench();
    const files = kitFiles();
    b.git.commit(files);
    b.lab.seed(files["argocd-apps/project.yaml"] ?? "");
    b.lab.seed(files[`environments/${environment}/root-application.yaml`] ?? "");
    // The first syncs find namespaces missing that a later Application makes: their retries mend it.
    for (let round = 0; round < 4; round += 1) {
      await b.go(15);
      b.later(60);
    }

    const names = b.lab.store
      .all("Application")
      .map(({ metadata }) => metadata.name)
      .toSorted();
    assert.deepEqual(names, [
      "backups",
      "datastores",
      "gitlab",
      "mlflow",
      "monitoring",
      "platform",
      "routes",
      "secrets",
      "sharinghub",
    ]);
    for (const name of names)
      assert.deepEqual(stateOf(b, name), ["Synced", "Healthy", "Succeeded"], `${name}: ${words(b, name)}`);
    const images = imagesOf(b, "gitlab");
    assert.ok(images.includes("registry.gitlab.com/gitlab-org/build/cng/gitlab-webservice-ce:v19.4.1"), images.join());
    assert.deepEqual(imagesOf(b, "sharinghub"), ["docker.io/eoepca/sharinghub:0.4.2"]);
    const selfHeals = b.lab.store
      .all("Application")
      .filter(({ metadata, spec }) => metadata.name !== "platform" && JSON.stringify(spec).includes('"selfHeal":true'));
    assert.equal(selfHeals.length, environment === "prod" ? 0 : 8);
    const host = JSON.stringify(b.get("Ingress", "sharinghub-old-ui")?.["spec"]);
    if (environment === "staging") assert.match(host, /sharinghub\.staging\.example\.org/);
  });

test("the migrations Job has a new name with each version, so that it runs anew", async () => {
  const b = await bench();
  b.git.commit({
    "values.yaml":
      "postgresql: { install: false }\nredis: { install: false }\nglobal: { edition: ce, minio: { enabled: false } }\nupgradeCheck: { enabled: false }\n",
  });
  const source = (targetRevision: string) => ({
    sources: [
      {
        repoURL: "https://charts.gitlab.io",
        chart: "gitlab",
        targetRevision,
        helm: { releaseName: "gitlab", valueFiles: ["$values/values.yaml"] },
      },
      { repoURL, targetRevision: "main", ref: "values" },
    ],
  });
  b.seed("gitlab", { source: undefined, ...source("8.7.2"), syncPolicy: { automated: { prune: true } } });
  await b.go(30);
  const jobs = () => b.lab.store.all("Job").filter(({ metadata }) => metadata.name.startsWith("gitlab-migrations-"));
  const [first] = jobs();
  assert.match(JSON.stringify(first?.["spec"]), /gitlab-toolbox-ce:v17\.7\.0/);
  assert.deepEqual(
    b.status("gitlab").history?.map(({ revisions }) => revisions?.[0]),
    ["8.7.2"],
  );

  b.lab.handEdit(
    { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace: "argocd", name: "gitlab" },
    { spec: source("8.8.1") },
  );
  await b.go(30);
  assert.equal(jobs().length, 1);
  assert.notEqual(jobs()[0]?.metadata.name, first?.metadata.name);
  assert.match(JSON.stringify(jobs()[0]?.["spec"]), /v17\.8\.1/);
});

test("what the lab cannot render is said as a ComparisonError, and nothing is applied", async () => {
  const b = await bench();
  const kustomization = (text: string): string =>
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}\n`;
  b.git.commit({
    "transformer/kustomization.yaml": kustomization("namePrefix: x-"),
    "remote/kustomization.yaml": kustomization("resources: ['https://example.org/base?ref=1']"),
    "missing/kustomization.yaml": kustomization("resources: [gone.yaml]"),
    "hash/kustomization.yaml": kustomization("configMapGenerator: [{ name: a, literals: [a=b] }]"),
    "patch/kustomization.yaml": kustomization(
      "resources: [a.yaml]\npatches: [{ target: { kind: ConfigMap }, patch: '[{ op: replace, path: /data/none, value: 1 }]' }]",
    ),
    "patch/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: {}\n",
    "broken/a.yaml": "a: [",
    "chart/Chart.yaml": "name: other",
  });
  const cases: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ["transformer", { path: "transformer" }, /namePrefix is not covered/],
    ["remote", { path: "remote" }, /a remote resource is not covered/],
    ["missing", { path: "missing" }, /gone\.yaml: no such file or directory/],
    ["hash", { path: "hash" }, /a name with a hash behind it is not covered/],
    ["patch", { path: "patch" }, /doc is missing path: "\/data\/none"/],
    ["broken", { path: "broken" }, /Failed to unmarshal "broken\/a\.yaml"/],
    ["nowhere", { path: "nowhere" }, /app path does not exist/],
    ["chart", { path: "chart" }, /not among the lab's charts/],
    ["revision", { path: "patch", targetRevision: "v9" }, /unable to resolve 'v9' to a commit SHA/],
    ["range", { chart: "gitlab", targetRevision: "8.x" }, /a version range \(8\.x\) is not covered/],
    ["bundled", { chart: "gitlab", targetRevision: "8.1.8" }, /set postgresql\.install: false/],
  ];
  for (const [name, source] of cases)
    b.seed(name, { source: { repoURL, targetRevision: "main", ...source }, syncPolicy: { automated: {} } });
  await b.go(2);

  for (const [name, , message] of cases) {
    assert.match(words(b, name), message);
    assert.equal(b.status(name).conditions?.[0]?.type, "ComparisonError");
    assert.equal((b.status(name)["sync"] as { readonly status: string }).status, "Unknown");
    assert.equal(b.status(name).operationState, undefined);
  }
});
