import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "../../kernel/fact.ts";
import { defaultConfig } from "../../platform/config.ts";
import type { Configuration, Setting } from "../../platform/configuration.ts";
import type { System } from "../../systems/contract.ts";
import { ParsedFile } from "../source-file.ts";
import { applicationsIn } from "./applications.ts";
import { configurationsOf } from "./configurations.ts";
import { manifestsIn } from "./manifests.ts";

const hub: System = {
  id: "hub",
  title: "Hub",
  recognition: { charts: ["hub"], repositories: ["example/hub"], values: [["hub.url", "ingress"]] },
  chartFacts: (chart, version) =>
    chart === "hub" && version === "1.0.0"
      ? {
          chart,
          version,
          appVersion: "1.0",
          defaults: { "ingress.enabled": true, "hub.extra": null, "hub.workers": 4, replicas: 1 },
          source: "hub@1.0.0 values.yaml",
        }
      : undefined,
};
const systems: readonly System[] = [hub, { id: "cache", title: "Cache", recognition: { charts: ["redis"] } }];

function configurationsIn(files: Readonly<Record<string, string>>): readonly Configuration[] {
  const parsed = Object.entries(files).map(([path, text]) => new ParsedFile(path, text));
  const manifests = parsed.flatMap((file) => manifestsIn(file, defaultConfig));
  return configurationsOf({ files: parsed, applications: applicationsIn(manifests), systems, config: defaultConfig });
}

type Ask = (...path: readonly string[]) => Fact<Setting>;
type Asked = Omit<Configuration, "setting" | "written"> & { readonly setting: Ask; readonly written: Ask };

function only(files: Readonly<Record<string, string>>): Asked {
  const [configuration, ...others] = configurationsIn(files);
  assert.ok(configuration);
  assert.deepEqual(others, []);
  const setting: Ask = (...path) => configuration.setting(...path);
  const written: Ask = (...path) => configuration.written(...path);
  return { ...configuration, setting, written };
}

/** `value @ file:line`, `absent`, or `unknown`. */
function shown(fact: Fact<Setting>): string {
  if (fact.kind !== "known") return fact.kind;
  const { text, node, at, file } = fact.value;
  assert.equal(at === undefined, file === undefined);
  return `${text ?? node.kind} @ ${at === undefined ? "default" : `${at.file}:${at.line}`}`;
}

function application(
  helm: string,
  source = "repoURL: https://c.example.org\nchart: hub\ntargetRevision: 1.0.0",
): string {
  const text = helm === "" ? source : `${source}\nhelm:\n${helm.replace(/^(?=.)/gm, "  ")}`;
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: hub-prod}
spec:
  source:
${text.replace(/^(?=.)/gm, "    ")}
`;
}

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

test("inline values that are no mapping make everything unknown", () => {
  const { setting } = only({ "a.yaml": application('values: "- a"\n') });

  assert.equal(shown(setting("replicas")), "unknown");
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
