import assert from "node:assert/strict";
import { test } from "node:test";
import type { Component } from "../platform/pin.ts";
import { PlatformConfig } from "../platform/schema.ts";
import type { System } from "../systems/contract.ts";
import { readers } from "./readers/index.ts";
import { treeOf } from "./readers/pins.test-support.ts";
import { readRepository } from "./repository.ts";

const systems: readonly System[] = [
  {
    id: "gitlab",
    title: "GitLab",
    recognition: { charts: ["gitlab"], images: ["gitlab/gitlab-ce"] },
    appVersionOf: (chart, version) => (chart === "gitlab" && version === "8.1.8" ? "17.1.8" : undefined),
  },
  { id: "hub", title: "Hub", recognition: { repositories: ["example/hub"], images: ["example/hub"] } },
  { id: "redis", title: "Redis", recognition: { charts: ["redis"], images: ["redis", "bitnami/"] } },
];

async function componentsOf(
  files: Readonly<Record<string, string>>,
  config: unknown = {},
): Promise<readonly Component[]> {
  const options = { config: PlatformConfig.parse(config), readers, systems };
  const { components, pins } = await readRepository(treeOf(files), options);
  for (const id of components.flatMap((component) => component.pins)) assert.ok(pins.some((pin) => pin.id === id));
  return components;
}

function shown(components: readonly Component[]): readonly string[] {
  return components.map(
    ({ name, system, environment, namespace, version, pins }) =>
      `${name} ${system ?? "-"} ${environment ?? "-"} ${namespace ?? "-"} ${version ?? "-"} ${pins.length}`,
  );
}

function application(name: string, source: string, namespace = name): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}}
spec: {destination: {namespace: ${namespace}}, source: ${source}}
`;
}

test("an Application is a component; its version is the software's, not the chart's", async () => {
  const files = {
    "prod/gitlab.yaml": application(
      "gitlab",
      "{repoURL: https://charts.gitlab.io, chart: gitlab, targetRevision: 8.1.8}",
    ),
    "prod/new.yaml": application("new", "{repoURL: https://charts.gitlab.io, chart: gitlab, targetRevision: 99.0.0}"),
    "prod/own.yaml": application("own", "{repoURL: https://example.org/own.git, path: deploy, targetRevision: main}"),
  };

  assert.deepEqual(shown(await componentsOf(files)), [
    "gitlab gitlab production gitlab 17.1.8 1",
    "new gitlab production new - 1",
    "own - production own - 1",
  ]);
});

test("a repository tells the system too, and a pinned image its version; a moving tag tells none", async () => {
  const source = (tag: string): string =>
    `{repoURL: https://git.example.org/Example/hub.git, path: deploy/helm/hub, targetRevision: 0.3.0, helm: {valuesObject: {image: {repository: x/hub, tag: ${tag}}}}}`;
  const files = { "a.yaml": application("a", source("0.3.1")), "b.yaml": application("b", source("latest")) };

  assert.deepEqual(shown(await componentsOf(files)), ["a hub - a 0.3.1 2", "b hub - b - 2"]);
});

test("pins of values files and of a chart in the repository belong to the component", async () => {
  const files = {
    "charts/shop/Chart.yaml":
      "name: shop\nversion: 0.1.0\nappVersion: 5.0.0\ndependencies: [{name: redis, version: 19.0.0, repository: 'https://c'}]\n",
    "charts/shop/values.yaml": "image: {repository: example/shop}\n",
    "charts/shop/prod.yaml": "worker: {image: {repository: example/worker, tag: 1.0.0}}\n",
    "apps/shop.yaml": application(
      "shop",
      "{repoURL: https://example.org/ops.git, path: charts/shop, targetRevision: v1.0.0, helm: {valueFiles: [prod.yaml]}}",
    ),
  };

  assert.deepEqual(shown(await componentsOf(files)), ["shop - production shop 5.0.0 4"]);
});

test("a chart that only brings a known one along is a component even when no Application names it", async () => {
  const files = {
    "platform/gitlab/Chart.yaml":
      "name: gitlab-wrapper\nversion: 0.1.0\ndependencies: [{name: gitlab, version: 8.1.8, repository: 'https://c'}]\n",
  };

  assert.deepEqual(shown(await componentsOf(files)), ["gitlab-wrapper gitlab - - 17.1.8 1"]);
});

test("a workload that runs a known image is a component; any other is not", async () => {
  const workload = (name: string, image: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: n}\nspec: {template: {spec: {containers: [{name: c, image: "${image}"}]}}}\n`;
  const files = {
    "staging/git.yaml": workload("git", "docker.io/gitlab/gitlab-ce:17.1.8-ce.0"),
    "staging/web.yaml": workload("web", "example/web:1.0.0"),
  };

  assert.deepEqual(shown(await componentsOf(files)), ["git gitlab staging n 17.1.8-ce.0 1"]);
});

test("each generated Application is a component in its own environment", async () => {
  const files = {
    "set.yaml": `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set}
spec:
  generators: [{list: {elements: [{env: dev, v: 8.1.8}, {env: prod, v: 8.1.0}]}}]
  template:
    metadata: {name: 'gitlab-{{env}}'}
    spec:
      destination: {namespace: gitlab}
      source: {repoURL: https://charts.gitlab.io, chart: gitlab, targetRevision: '{{v}}'}
`,
  };

  assert.deepEqual(shown(await componentsOf(files)), [
    "gitlab-dev gitlab development gitlab 17.1.8 1",
    "gitlab-prod gitlab production gitlab - 1",
  ]);
});

test("a wrapper called like what it wraps is a component of it, in the version of its dependency", async () => {
  const files = {
    "system/gitlab/Chart.yaml": `name: gitlab
version: 0.0.0
dependencies:
  - {name: gitlab, version: 8.1.8, repository: https://c}
  - {name: app-template, version: 3.0.0, repository: https://c}
`,
  };

  assert.deepEqual(shown(await componentsOf(files)), ["gitlab gitlab - - 17.1.8 2"]);
});

test("the tag of a custom build is not the version of the system", async () => {
  const source =
    "{repoURL: https://charts.gitlab.io, chart: gitlab, targetRevision: 8.1.8, helm: {valuesObject: {image: {repository: own/build, tag: 0.3.1}}}}";

  assert.deepEqual(shown(await componentsOf({ "a.yaml": application("a", source) })), ["a gitlab - a - 2"]);
});

test("one name in one environment and namespace is one component", async () => {
  const source = "{repoURL: https://charts.gitlab.io, chart: gitlab, targetRevision: 8.1.8}";
  const files = { "a.yaml": application("gitlab", source), "b.yaml": application("gitlab", source) };

  assert.deepEqual(shown(await componentsOf(files)), ["gitlab gitlab - gitlab 17.1.8 2"]);
});

test("millwright.yaml says what a component is, and names those that no file shows", async () => {
  const files = { "a.yaml": application("own", "{repoURL: u, path: p, targetRevision: v1.0.0}") };
  const config = {
    components: [
      { name: "own", system: "hub" },
      { name: "cache", system: "redis" },
    ],
  };

  assert.deepEqual(shown(await componentsOf(files, config)), ["cache redis - - - 0", "own hub - own - 1"]);
});

const chartApplication = application(
  "gitlab",
  "{repoURL: https://charts.gitlab.io, chart: gitlab, targetRevision: 8.1.8}",
);

test("an Application that an environment's kustomization includes is a component of that environment too", async () => {
  const files = {
    "prod/gitlab.yaml": chartApplication,
    "prod/kustomization.yaml": "resources: [gitlab.yaml]\n",
    "environments/dev/kustomization.yaml": "resources: [../../prod]\n",
    "environments/staging/kustomization.yaml": `resources: [../../prod]
patches:
  - target: {kind: Application, name: gitlab}
    patch: |-
      - {op: replace, path: /spec/source/targetRevision, value: 9.9.9}
  - target: {kind: Application, name: other}
    patch: |-
      - {op: replace, path: /spec/source/targetRevision, value: 8.1.8}
`,
  };

  assert.deepEqual(shown(await componentsOf(files)), [
    "gitlab gitlab development gitlab 17.1.8 1",
    "gitlab gitlab production gitlab 17.1.8 1",
    "gitlab gitlab staging gitlab - 1",
  ]);
});

test("a base of no environment is only where it is included, in the version that a patch merges in", async () => {
  const files = {
    "base/gitlab.yaml": chartApplication.replace("8.1.8", "1.0.0"),
    "base/kustomization.yaml": "resources: [gitlab.yaml, ../base]\n",
    "overlays/dev/kustomization.yaml": `resources: [../../base]
patchesStrategicMerge:
  - |-
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: gitlab}
    spec: {source: {targetRevision: 8.1.8}}
`,
  };

  assert.deepEqual(shown(await componentsOf(files)), ["gitlab gitlab development gitlab 17.1.8 1"]);
});

test("a job that runs a database's client is no database", async () => {
  const files = {
    "dump.yaml": `apiVersion: batch/v1
kind: CronJob
metadata: {name: dump}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: "redis:7.2.4"}]}}}}}
`,
  };

  assert.deepEqual(await componentsOf(files), []);
});
