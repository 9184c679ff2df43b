import assert from "node:assert/strict";
import { test } from "node:test";
import { readFile } from "../reading.ts";
import { ParsedFile } from "../source-file.ts";
import { argocd } from "./argocd.ts";
import { pinLines } from "./pins.test-support.ts";

function applicationSet(spec: string): string {
  const indented = spec.replace(/^(?=.)/gm, "  ");
  return `# dépôt\napiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: set\nspec:\n${indented}`;
}

async function linesOf(spec: string): Promise<readonly string[]> {
  const lines = await pinLines({ "a.yaml": applicationSet(spec) }, [argocd]);
  return lines.map((line) => line.replace("a.yaml ", ""));
}

test("a version that the template takes from a list is pinned where the list gives it", async () => {
  const spec = `generators:
  - list:
      elements:
        - {name: redis, chart: redis, version: 19.0.1}
        - {name: minio, chart: minio, version: 14.x}
template:
  metadata: {name: '{{name}}'}
  spec:
    source: {repoURL: https://charts.example.org, chart: '{{chart}}', targetRevision: '{{version}}'}
`;

  assert.deepEqual(await linesOf(spec), [
    "spec.generators[0].list.elements[0].version chart redis 19.0.1 pinned",
    "spec.generators[0].list.elements[1].version chart minio 14.x range",
  ]);
});

test("Go templates, values of cluster generators and elements in a string are followed", async () => {
  const spec = `goTemplate: true
generators:
  - clusters: {values: {revision: v1.2.0}}
  - list:
      elementsYaml: |
        - values: {revision: main}
template:
  metadata: {name: '{{ .name }}'}
  spec:
    source: {repoURL: https://example.org/a.git, path: x, targetRevision: '{{ .values.revision }}'}
`;

  assert.deepEqual(await linesOf(spec), [
    "spec.generators[0].clusters.values.revision git https://example.org/a.git v1.2.0 pinned",
    "spec.generators[1].list.elementsYaml[0].values.revision git https://example.org/a.git main moving",
  ]);
});

test("a composed version stays in the template with what it comes to", async () => {
  const spec = `generators:
  - list: {elements: [{release: 1.2.0}]}
template:
  spec:
    source: {repoURL: https://example.org/a.git, path: x, targetRevision: 'v{{release}}'}
`;

  assert.deepEqual(await linesOf(spec), [
    "spec.template.spec.source.targetRevision git https://example.org/a.git v{{release}} pinned → v1.2.0",
  ]);
});

test("a composed version of several elements is as firm as all of them", async () => {
  const template = `template:
  spec:
    source: {repoURL: https://example.org/a.git, path: x, targetRevision: 'v{{release}}'}
`;
  const both = (one: string, other: string): string =>
    `generators:\n  - list: {elements: [{release: ${one}}, {release: ${other}}]}\n${template}`;

  assert.match((await linesOf(both("1.2.0", "1.3.0")))[0] ?? "", / pinned$/);
  assert.match((await linesOf(both("1.2.0", "next")))[0] ?? "", / unknown$/);
});

test("matrix and merge generators hand their parameters on", async () => {
  const spec = `generators:
  - matrix:
      generators:
        - git: {repoURL: https://example.org/env.git, directories: [{path: envs/*}]}
        - list: {elements: [{version: 1.0.0}]}
  - merge:
      mergeKeys: [name]
      generators:
        - list: {elements: [{name: a, version: 2.0.0}, {name: b, version: 3.0.0}]}
        - list: {elements: [{name: b, version: 3.1.0}]}
template:
  spec:
    source: {repoURL: https://charts.example.org, chart: c, targetRevision: '{{version}}'}
`;

  assert.deepEqual(await linesOf(spec), [
    "spec.generators[0].matrix.generators[0].git.revision git https://example.org/env.git - missing",
    "spec.generators[0].matrix.generators[1].list.elements[0].version chart c 1.0.0 pinned",
    "spec.generators[1].merge.generators[0].list.elements[0].version chart c 2.0.0 pinned",
    "spec.generators[1].merge.generators[1].list.elements[0].version chart c 3.1.0 pinned",
  ]);
});

test("overrides of a merge by a key that only the cluster knows may apply or not: all versions are pins", async () => {
  const spec = `generators:
  - merge:
      mergeKeys: [server]
      generators:
        - clusters: {values: {version: 7.3.4}}
        - clusters: {selector: {matchLabels: {env: staging}}, values: {version: 7.3.5}}
        - clusters: {selector: {matchLabels: {env: prod}}, values: {version: 7.3.3}}
template:
  spec:
    source: {repoURL: https://charts.example.org, chart: c, targetRevision: '{{values.version}}'}
`;

  assert.deepEqual(await linesOf(spec), [
    "spec.generators[0].merge.generators[1].clusters.values.version chart c 7.3.5 pinned",
    "spec.generators[0].merge.generators[2].clusters.values.version chart c 7.3.3 pinned",
    "spec.generators[0].merge.generators[0].clusters.values.version chart c 7.3.4 pinned",
  ]);
});

test("a Git generator's own revision is a pin; what only a cluster or a pull request knows is unknown", async () => {
  const spec = `generators:
  - git: {repoURL: https://example.org/env.git, revision: HEAD, files: [{path: '*.json'}]}
  - pullRequest: {github: {owner: o, repo: r}}
template:
  spec:
    source: {repoURL: https://example.org/a.git, path: x, targetRevision: '{{head_sha}}'}
`;

  assert.deepEqual(await linesOf(spec), [
    "spec.generators[0].git.revision git https://example.org/env.git HEAD moving",
    "spec.template.spec.source.targetRevision git https://example.org/a.git {{head_sha}} unknown",
  ]);
});

test("templatePatch is read as YAML in a string and says nothing of what it leaves out", async () => {
  const spec = `goTemplate: true
generators: [{list: {elements: [{name: a, auto: true}]}}]
template:
  spec:
    source: {repoURL: https://charts.example.org, chart: c, targetRevision: 1.0.0}
templatePatch: |
  spec:
    {{- if .auto }}
    syncPolicy: {automated: {}}
    {{- end }}
    source:
      targetRevision: 1.1.0
      helm:
        valuesObject: {image: {tag: 5.0.0}}
`;

  assert.deepEqual(await linesOf(spec), [
    "spec.template.spec.source.targetRevision chart c 1.0.0 pinned",
    "spec.templatePatch.spec.source.targetRevision chart c 1.1.0 pinned",
    "spec.templatePatch.spec.source.helm.valuesObject.image.tag image c 5.0.0 pinned",
  ]);
});

test("each generated Application is a deployment with its own pins", () => {
  const text = applicationSet(`generators:
  - list:
      elements:
        - {env: dev, version: 8.1.0}
        - {env: prod, version: 8.0.4}
template:
  metadata: {name: 'gitlab-{{env}}'}
  spec:
    destination: {namespace: gitlab}
    source:
      repoURL: https://charts.gitlab.io
      chart: gitlab
      targetRevision: '{{version}}'
      helm: {valueFiles: ['$values/{{env}}/gitlab.yaml']}
`);

  const { notes } = readFile(new ParsedFile("a.yaml", text), [argocd]);

  const common = { kind: "deployment", namespace: "gitlab", chart: "gitlab", repository: "https://charts.gitlab.io" };
  assert.deepEqual(notes, [
    { ...common, name: "gitlab-dev", chartVersion: "8.1.0", valueFiles: ["dev/gitlab.yaml"], pins: [0] },
    { ...common, name: "gitlab-prod", chartVersion: "8.0.4", valueFiles: ["prod/gitlab.yaml"], pins: [1] },
  ]);
});

test("a matrix of long lists stays bounded", async () => {
  const elements = Array.from({ length: 400 }, (_, index) => `{n${index % 3}: ${index}}`).join(", ");
  const list = `{list: {elements: [${elements}]}}`;
  const nested = `generators: [${list}, ${list}, ${list}]`;
  const spec = `generators: [{matrix: {${nested}}}, {merge: {mergeKeys: [x], ${nested}}}]
template:
  spec:
    source: {repoURL: https://charts.example.org, chart: c, targetRevision: 1.0.0}
`;

  assert.deepEqual(await linesOf(spec), ["spec.template.spec.source.targetRevision chart c 1.0.0 pinned"]);
});
