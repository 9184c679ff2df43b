import assert from "node:assert/strict";
import { test } from "node:test";
import { argocd } from "./argocd.ts";
import { pinLines, repositoryOf } from "./pins.test-support.ts";

/** An Application around a spec; the comment makes bytes and characters differ. */
function application(spec: string, kind = "Application"): string {
  const indented = spec.replace(/^(?=.)/gm, "  ");
  return `# dépôt\napiVersion: argoproj.io/v1alpha1\nkind: ${kind}\nmetadata:\n  name: app\nspec:\n${indented}`;
}

/** The pins of a spec, without the file's name. */
async function linesOf(spec: string, kind?: string): Promise<readonly string[]> {
  const lines = await pinLines({ "a.yaml": application(spec, kind) }, [argocd]);
  return lines.map((line) => line.replace("a.yaml ", ""));
}

test("a source without targetRevision tracks HEAD or the newest chart: its pin is missing", async () => {
  assert.deepEqual(await linesOf("source: {repoURL: https://example.org/a.git, path: x}\n"), [
    "spec.source.targetRevision git https://example.org/a.git - missing",
  ]);
  assert.deepEqual(await linesOf("source: {repoURL: https://charts.example.org, chart: c}\n"), [
    "spec.source.targetRevision chart c - missing",
  ]);
});

test("every source of several is a pin, also the one that only lends values files", async () => {
  const spec = `sources:
  - {repoURL: "https://charts.example.org", chart: gitlab, targetRevision: 8.1.8, helm: {valueFiles: [$values/v.yaml]}}
  - {repoURL: "https://example.org/values.git", ref: values}
  - {repoURL: registry.example.org/charts, chart: redis, targetRevision: 19.x}
  - {repoURL: "oci://registry.example.org/charts/minio", path: ., targetRevision: "14.0.1"}
source: {repoURL: https://example.org/ignored.git, targetRevision: v1.0.0}
`;

  assert.deepEqual(await linesOf(spec), [
    "spec.sources[0].targetRevision chart gitlab 8.1.8 pinned",
    "spec.sources[1].targetRevision git https://example.org/values.git - missing",
    "spec.sources[2].targetRevision chart redis 19.x range",
    "spec.sources[3].targetRevision chart minio 14.0.1 pinned",
  ]);
});

test("a targetRevision that is no string keeps its text", async () => {
  assert.deepEqual(await linesOf("source: {repoURL: https://example.org/a.git, path: x, targetRevision: 1.10}\n"), [
    "spec.source.targetRevision git https://example.org/a.git 1.10 moving",
  ]);
});

test("credentials in a repository's address are not shown", async () => {
  const [line] = await linesOf("source: {repoURL: https://bob:secret@example.org/a.git, targetRevision: v1.0.0}\n");

  assert.equal(line, "spec.source.targetRevision git https://***@example.org/a.git v1.0.0 pinned");
});

test("the dry source of a hydrator is a source", async () => {
  const spec = `sourceHydrator:
  drySource: {repoURL: https://example.org/a.git, path: x, targetRevision: main}
  syncSource: {targetBranch: env/prod, path: x}
`;

  assert.deepEqual(await linesOf(spec), [
    "spec.sourceHydrator.drySource.targetRevision git https://example.org/a.git main moving",
  ]);
});

test("Applications in a List and in JSON are found", async () => {
  const item = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata: { name: "a" } };
  const source = { repoURL: "https://charts.example.org", chart: "c", targetRevision: "1.2.3" };
  const json = JSON.stringify({ apiVersion: "v1", kind: "List", items: [{ ...item, spec: { source } }] });

  assert.deepEqual(await pinLines({ "l.json": json }, [argocd]), [
    "l.json items[0].spec.source.targetRevision chart c 1.2.3 pinned",
  ]);
});

test("images in valuesObject are found, and their tags where they are written", async () => {
  const spec = `source:
  repoURL: https://charts.example.org
  chart: hub
  targetRevision: 1.0.0
  helm:
    values: |
      image: {repository: ignored/beside-values-object, tag: 1.0.0}
    valuesObject:
      image:
        tag: 2.0.0_pre1
      pycsw:
        image: {repository: geo/pycsw, tag: eoepca-2.0.0-beta1}
      singleuser:
        image: {name: quay.io/hub/single, tag: "5.1"}
        extraEnv: [{name: SINGLE_USER_IMAGE, value: "eoepca/lab:1.2.0"}]
`;

  assert.deepEqual((await linesOf(spec)).slice(1), [
    "spec.source.helm.valuesObject.image.tag image hub 2.0.0_pre1 pinned",
    "spec.source.helm.valuesObject.pycsw.image.tag image geo/pycsw eoepca-2.0.0-beta1 pinned",
    "spec.source.helm.valuesObject.singleuser.image.tag image quay.io/hub/single 5.1 moving",
    "spec.source.helm.valuesObject.singleuser.extraEnv[0].value image eoepca/lab 1.2.0 pinned",
  ]);
});

test("YAML inside helm.values has its places in the outer file", async () => {
  const spec = `source:
  repoURL: https://charts.example.org
  chart: hub
  targetRevision: 1.0.0
  helm:
    values: |
      # été
      image:
        repository: geo/hub
        tag: 1.10
`;

  assert.deepEqual((await linesOf(spec)).slice(1), ["spec.source.helm.values.image.tag image geo/hub 1.10 moving"]);
});

test("Helm parameters that set tags, references and revisions are pins", async () => {
  const spec = `source:
  repoURL: https://example.org/charts.git
  path: charts/hub
  targetRevision: v1.0.0
  helm:
    fileParameters: [{name: config, path: files/config.json}]
    parameters:
      - {name: image.repository, value: quay.io/hub/hub}
      - {name: image.tag, value: "1.9.0"}
      - {name: image.tag, value: "2.0.0"}
      - {name: server.image.tag, value: latest}
      - {name: worker.image, value: "quay.io/hub/worker:3.1.0"}
      - {name: spec.source.targetRevision, value: main}
      - {name: replicas, value: "3"}
`;

  assert.deepEqual((await linesOf(spec)).slice(1), [
    "spec.source.helm.parameters[2].value image quay.io/hub/hub 2.0.0 pinned",
    "spec.source.helm.parameters[3].value image server latest moving",
    "spec.source.helm.parameters[4].value image quay.io/hub/worker 3.1.0 pinned",
    "spec.source.helm.parameters[5].value git spec.source main moving",
  ]);
});

test("a tag set by a parameter is what an image without a tag in the values gets", async () => {
  const spec = `source:
  repoURL: https://charts.example.org
  chart: hub
  targetRevision: 1.0.0
  helm:
    valuesObject: {image: {repository: quay.io/hub/hub}}
    parameters: [{name: image.tag, value: 2.0.0}]
`;

  assert.deepEqual((await linesOf(spec)).slice(1), [
    "spec.source.helm.valuesObject.image.tag image quay.io/hub/hub - pinned → 2.0.0",
    "spec.source.helm.parameters[0].value image quay.io/hub/hub 2.0.0 pinned",
  ]);
});

test("Kustomize images are pins with and without a new name; a mere rename is none", async () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const spec = `source:
  repoURL: https://example.org/a.git
  path: overlays/prod
  targetRevision: v1.0.0
  kustomize:
    images:
      - nginx=registry.example.org/nginx:1.27.1
      - redis:7
      - busybox@${digest}
      - web=registry.example.org/web
`;

  assert.deepEqual((await linesOf(spec)).slice(1), [
    "spec.source.kustomize.images[0] image registry.example.org/nginx 1.27.1 pinned",
    "spec.source.kustomize.images[1] image redis 7 moving",
    "spec.source.kustomize.images[2] image busybox - @sha256:aaaaa pinned",
  ]);
});

test("one document with another template language does not hide the others", async () => {
  const good = application("source: {repoURL: https://charts.example.org, chart: c, targetRevision: 1.2.3}\n");
  const templated = application("source:\n  repoURL: {{< .Url >}}\n  chart: d\n  targetRevision: {{< .Version >}}\n");
  const helm = application(
    "source:\n  repoURL: {{ .Values.url }}\n  path: x\n  targetRevision: {{ .Values.revision }}\n",
  );

  const lines = await pinLines({ "a.yaml": `${good}---\n${templated}---\n${helm}` }, [argocd]);

  assert.deepEqual(lines, [
    "a.yaml spec.source.targetRevision chart c 1.2.3 pinned",
    "a.yaml #2.spec.source.targetRevision chart d {{< .Version >}} unknown",
    "a.yaml #3.spec.source.targetRevision git {{ .Values.url }} {{ .Values.revision }} unknown",
  ]);
});

test("what the image updater writes beside a chart is read", async () => {
  const text = `helm:
  parameters:
    - {name: image.tag, value: 2.1.0, forcestring: true}
kustomize: {images: ["web=registry.example.org/web:1.4.0"]}
`;

  assert.deepEqual(await pinLines({ "charts/hub/.argocd-source-hub.yaml": text }, [argocd]), [
    "charts/hub/.argocd-source-hub.yaml helm.parameters[0].value image hub 2.1.0 pinned",
    "charts/hub/.argocd-source-hub.yaml kustomize.images[0] image registry.example.org/web 1.4.0 pinned",
  ]);
});

test("hostile shapes give no pin and no failure", async () => {
  const shapes = [
    "source: []\n",
    "source: {targetRevision: 1.0.0}\n",
    "sources: [a, {chart: null}]\n",
    "source: {chart: c, repoURL: u, targetRevision: {a: b}}\n",
    "source: {chart: c, repoURL: u, targetRevision: 1.0.0, helm: {values: 'a: [b', parameters: [1, {name: image.tag}]}}\n",
    "source: {chart: c, repoURL: u, targetRevision: 1.0.0, kustomize: {images: [{a: b}, '=']}}\n",
  ];
  for (const spec of shapes) {
    const { problems } = await repositoryOf({ "a.yaml": application(spec) }, [argocd]);
    assert.deepEqual(
      problems.filter(({ reason }) => reason.includes("reader failed")),
      [],
      spec,
    );
  }
});
