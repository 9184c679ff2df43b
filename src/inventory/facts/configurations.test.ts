import assert from "node:assert/strict";
import { test } from "node:test";
import { application, configurationsIn, only, shown } from "./configurations.test-support.ts";

test("a setting is what the strongest layer says, and leads to where it is written", () => {
  const hubProd = only({
    "apps/hub.yaml": application(`valueFiles: [$v/values/base.yaml, $v/values/prod.yaml]
values: |
  hub: {url: ignored}
valuesObject:
  hub: {title: inline}
parameters:
  - {name: hub.port, value: "1"}
  - {name: hub.port, value: "8080"}
  - {name: 'nodeSelector.kubernetes\\.io/os', value: linux}
  - {name: 'hosts[0].name', value: a}
fileParameters: [{name: hub.config, path: files/config.json}]
`),
    "values/base.yaml": "hub: {url: base, title: base, workers: 2}\ningress: {className: nginx}\n",
    "values/prod.yaml": "hub:\n  url: prod\n",
  });

  const { setting } = hubProd;
  assert.equal(shown(setting("hub", "url")), "prod @ values/prod.yaml:2");
  assert.equal(shown(setting("hub", "title")), "inline @ apps/hub.yaml:14");
  assert.equal(shown(setting("hub", "port")), "8080 @ apps/hub.yaml:17");
  assert.equal(shown(setting("hub", "workers")), "2 @ values/base.yaml:1");
  assert.equal(shown(setting("nodeSelector", "kubernetes.io/os")), "linux @ apps/hub.yaml:18");
  assert.equal(shown(setting("hosts", "0", "name")), "a @ apps/hub.yaml:19");
  assert.equal(shown(setting("hub", "config")), "unknown");
  assert.equal(shown(setting("hub", "config", "below")), "unknown");
  assert.equal(shown(setting("ingress", "className")), "nginx @ values/base.yaml:2");
  assert.equal(hubProd.environment, "production");
  assert.deepEqual([hubProd.component, hubProd.chart, hubProd.chartVersion], ["hub-prod", "hub", "1.0.0"]);
});

test("what no layer says is the chart's default where its version is known", () => {
  const { setting, written } = only({ "a.yaml": application("valuesObject: {hub: {url: x}}\n") });

  assert.equal(shown(setting("ingress", "enabled")), "true @ default");
  assert.equal(shown(setting("hub", "workers")), "4 @ default");
  assert.equal(shown(setting("hub", "extra")), "absent");
  assert.equal(shown(setting("hub", "extra", "below")), "absent");
  assert.equal(shown(setting("hub", "never", "heard")), "unknown");
  assert.equal(shown(written("ingress", "enabled")), "absent");
});

test("a chart version we do not know has unknown defaults, and what is written is known all the same", () => {
  const source = "repoURL: https://git.example.org/example/hub.git\npath: deploy/hub\ntargetRevision: main";
  const { setting } = only({ "a.yaml": application("valuesObject: {hub: {url: x}}\n", source) });

  assert.equal(shown(setting("hub", "url")), "x @ a.yaml:10");
  assert.equal(shown(setting("ingress", "enabled")), "unknown");
});

test("null and a scalar where a mapping was hide what is below them", () => {
  const { setting } = only({
    "a.yaml": application("valueFiles: [$v/base.yaml]\nvaluesObject: {hub: {url: null}, ingress: false}\n"),
    "base.yaml": "hub: {url: base}\ningress: {enabled: true}\n",
  });

  assert.equal(shown(setting("hub", "url")), "absent");
  assert.equal(shown(setting("ingress", "enabled")), "absent");
  assert.equal(shown(setting("ingress")), "false @ a.yaml:11");
});

test("a values file that cannot be read leaves unknown what nothing stronger says", () => {
  for (const name of ["$v/elsewhere.yaml", "https://example.org/v.yaml", "envs/*.yaml", "values-in-chart.yaml"]) {
    const { setting, written } = only({
      "a.yaml": application(`valueFiles: [$v/base.yaml, "${name}"]\nvaluesObject: {hub: {url: x}}\n`),
      "base.yaml": "replicas: 3\n",
    });
    assert.equal(shown(setting("hub", "url")), "x @ a.yaml:11");
    assert.equal(shown(setting("replicas")), "unknown", name);
    assert.equal(shown(written("replicas")), "unknown", name);
  }
});

test("a values file is found from the root, from a part of the repository, and not when two could be meant", () => {
  const app = application("valueFiles: [$v/ops/values/hub.yaml]\n");
  const replicas = (files: Readonly<Record<string, string>>): string => {
    const named = configurationsIn({ "apps/x/hub.yaml": app, ...files });
    return shown(named[0]?.setting("replicas") ?? { kind: "absent", source: "" });
  };

  assert.match(replicas({ "ops/values/hub.yaml": "replicas: 1\n", "values/hub.yaml": "replicas: 2\n" }), /^1/);
  assert.match(replicas({ "values/hub.yaml": "replicas: 2\n" }), /^2/);
  assert.match(replicas({ "apps/ops/values/hub.yaml": "replicas: 3\n" }), /^3/);
  assert.equal(
    replicas({ "values/hub.yaml": "replicas: 2\n", "apps/ops/values/hub.yaml": "replicas: 3\n" }),
    "unknown",
  );
  assert.equal(replicas({}), "unknown");
});

test("a chart in the repository gives its own values as defaults; a missing optional file says nothing", () => {
  const source = "repoURL: https://example.org/ops.git\npath: charts/hub\ntargetRevision: main";
  const { setting, written, chartVersion } = only({
    "a.yaml": application("valueFiles: [prod.yaml, none.yaml]\nignoreMissingValueFiles: true\n", source),
    "charts/hub/Chart.yaml":
      "name: hub\nversion: 0.3.0\ndependencies: [{name: redis, alias: store, version: 1.0.0, repository: r}]\n",
    "charts/hub/values.yaml": "replicas: 1\nhub: {url: default}\n",
    "charts/hub/prod.yaml": "replicas: 3\n",
  });

  assert.equal(shown(setting("replicas")), "3 @ charts/hub/prod.yaml:1");
  assert.equal(shown(setting("hub", "url")), "default @ default");
  assert.equal(shown(written("hub", "url")), "absent");
  assert.equal(shown(setting("hub", "none")), "absent");
  assert.equal(shown(setting("store", "auth")), "unknown");
  assert.equal(chartVersion, "0.3.0");
});

test("inline values that are no mapping make everything unknown", () => {
  const { setting } = only({ "a.yaml": application('values: "- a"\n') });

  assert.equal(shown(setting("replicas")), "unknown");
});
