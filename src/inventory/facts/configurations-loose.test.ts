import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultConfig } from "../../platform/config.ts";
import { ParsedFile } from "../source-file.ts";
import { applicationsIn } from "./applications.ts";
import { application, configurationsIn, only, shown } from "./configurations.test-support.ts";
import { manifestsIn } from "./manifests.ts";

test("a template makes unknown only what it may decide", () => {
  const { setting, component } = only({
    "mlops/hub/values-template.yaml": `hub:
  url: {{ getenv "URL" }}
  title: plain
  {{- if eq (getenv "MODE") "full" }}
  workers: 8
  {{- end }}
ingress:
  className: nginx
  annotations:
    {{- range $key, $value := (datasource "annotations") }}
    {{ $key }}: "{{ $value }}"
    {{- end }}
  {{ toYaml .extra }}
`,
  });

  assert.equal(component, "hub");
  assert.equal(shown(setting("hub", "title")), "plain @ mlops/hub/values-template.yaml:3");
  assert.equal(shown(setting("hub", "url")), "unknown");
  assert.equal(shown(setting("hub", "workers")), "unknown");
  assert.equal(shown(setting("ingress", "className")), "nginx @ mlops/hub/values-template.yaml:8");
  assert.equal(shown(setting("ingress", "annotations", "any")), "unknown");
  assert.equal(shown(setting("ingress", "enabled")), "unknown");
});

test("values files that no Application names are recognised by their keys and called after file or folder", () => {
  const values = "hub: {url: x}\ningress: {}\n";
  const names = ["values/hub.yaml", "team/values-prod.yaml", "values.yaml", "x.values.yaml"];

  const found = configurationsIn(Object.fromEntries(names.map((name) => [name, values])));

  assert.deepEqual(
    found.map(({ component, environment }) => [component, environment]),
    [
      ["hub", undefined],
      ["team", "production"],
      ["values", undefined],
      ["x", undefined],
    ],
  );
  assert.deepEqual(configurationsIn({ "v.yaml": "hub: {}\n", "k.yaml": `apiVersion: v1\nkind: X\n${values}` }), []);
});

test("an umbrella chart's section is the configuration of the chart it belongs to", () => {
  const files = {
    "platform/Chart.yaml": `name: platform
version: 0.1.0
dependencies:
  - {name: hub, alias: main, version: 1.0.0, repository: r}
  - {name: redis, version: 19.0.0, repository: r, condition: redis.enabled}
`,
    "platform/values.yaml": "global: {zone: a}\nmain: {hub: {url: x}, global: {zone: b}}\nredis: {enabled: false}\n",
  };

  const { setting, component, system, chart } = only(files);
  assert.deepEqual([component, system, chart], ["platform", "hub", "hub"]);
  assert.equal(shown(setting("hub", "url")), "x @ platform/values.yaml:2");
  assert.equal(shown(setting("global", "zone")), "a @ platform/values.yaml:1");
  assert.equal(shown(setting("hub", "workers")), "4 @ default");

  const deployed = only({
    ...files,
    "a.yaml": application(
      "valuesObject: {main: {hub: {workers: 9}}}\n",
      "repoURL: u\npath: platform\ntargetRevision: main",
    ),
  });
  assert.equal(deployed.component, "hub-prod");
  assert.equal(shown(deployed.setting("hub", "workers")), "9 @ a.yaml:10");
  assert.equal(shown(deployed.setting("hub", "url")), "x @ platform/values.yaml:2");
});

test("a section called like a chart is recognised in values without a chart", () => {
  const { setting, system } = only({ "all.yaml": "hub:\n  hub: {url: x}\n  ingress: {}\nother: {}\n" });

  assert.equal(system, "hub");
  assert.equal(shown(setting("hub", "url")), "x @ all.yaml:2");
});

test("an ApplicationSet has the parameters filled in that all its Applications share", () => {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set}
spec:
  generators: [{list: {elements: [{v: 1.0.0, ns: a}, {v: 1.0.0, ns: b}]}}]
  template:
    spec:
      project: ops
      destination: {namespace: '{{ns}}'}
      source: {repoURL: u, chart: hub, targetRevision: '{{v}}', helm: {valuesObject: {hub: {url: 'https://{{ns}}'}}}}
`;
  const [application] = applicationsIn(manifestsIn(new ParsedFile("set.yaml", text), defaultConfig));
  const { setting } = only({ "set.yaml": text });

  assert.equal(application?.sources[0]?.targetRevision, "1.0.0");
  assert.equal(application?.namespace, "{{ns}}");
  assert.equal(application?.project, "ops");
  assert.equal(shown(setting("hub", "workers")), "4 @ default");
  assert.equal(shown(setting("hub", "url")), "unknown");
});

test("a HelmRelease gets its values over its references, and a target path over everything", () => {
  const { setting, component, chartVersion } = only({
    "flux/release.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: hub, namespace: n}
spec:
  chart: {spec: {chart: hub, version: 1.0.0, sourceRef: {kind: HelmRepository, name: r}}}
  valuesFrom:
    - {kind: ConfigMap, name: base}
    - {kind: Secret, name: key, targetPath: hub.key}
  values: {hub: {title: inline, key: below}}
`,
    "flux/base.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: base, namespace: n}
data:
  values.yaml: |
    hub: {title: base}
    replicas: 3
`,
  });

  assert.deepEqual([component, chartVersion], ["hub", "1.0.0"]);
  assert.equal(shown(setting("hub", "title")), "inline @ flux/release.yaml:9");
  assert.equal(shown(setting("replicas")), "3 @ flux/base.yaml:7");
  assert.equal(shown(setting("hub", "key")), "unknown");
  assert.equal(shown(setting("hub", "workers")), "4 @ default");
});

test("a HelmRelease whose references are not in the repository says unknown for what it does not write", () => {
  const { setting } = only({
    "release.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: hub}
spec:
  chart: {spec: {chart: hub, version: 1.0.0}}
  valuesFrom: [{kind: Secret, name: values}]
  values: {hub: {title: inline}}
`,
  });

  assert.equal(shown(setting("hub", "title")), "inline @ release.yaml:7");
  assert.equal(shown(setting("replicas")), "unknown");
});
