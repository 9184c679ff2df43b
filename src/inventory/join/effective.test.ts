import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultConfig } from "../../platform/config.ts";
import type { Pin } from "../../platform/pin.ts";
import type { System } from "../../systems/contract.ts";
import { readers } from "../readers/index.ts";
import { treeOf } from "../readers/pins.test-support.ts";
import { readRepository } from "../repository.ts";

const hub: System = {
  id: "hub",
  title: "Hub",
  recognition: { charts: ["hub"], repositories: ["example/hub"] },
  appVersionOf: (chart, version) => (chart === "hub" && version === "4.1.0" ? "2.0.0" : undefined),
  chartFacts: (chart, version) =>
    chart === "hub" && version === "4.1.0"
      ? {
          chart,
          version,
          appVersion: "2.0.0",
          defaults: { "proxy.image.tag": "4.6.2" },
          source: "hub@4.1.0 values.yaml",
        }
      : undefined,
};

async function pinsOf(files: Readonly<Record<string, string>>): Promise<readonly Pin[]> {
  const { pins, problems } = await readRepository(treeOf(files), { config: defaultConfig, readers, systems: [hub] });
  assert.deepEqual(problems, []);
  return pins.filter(({ kind }) => kind === "image");
}

function application(source: string, name = "hub"): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}}
spec:
  source:
${source.replace(/^(?=.)/gm, "    ")}`;
}

function shown(pins: readonly Pin[]): readonly string[] {
  return pins.map(({ file, path, name, version, state, effective }) => {
    const known = effective?.kind === "known" ? effective.value : (effective?.kind ?? "-");
    return `${file} ${path} ${name} ${version ?? "-"} ${state} ${known}`;
  });
}

test("without a tag the chart's appVersion runs: by the chart version we know", async () => {
  const source = `repoURL: https://charts.example.org
chart: hub
targetRevision: 4.1.0
helm:
  valuesObject:
    image: {repository: example/hub}
    proxy: {image: {repository: example/proxy}}
    extra: {image: {repository: example/extra}}
`;

  const pins = await pinsOf({ "app.yaml": application(source) });

  assert.deepEqual(shown(pins), [
    "app.yaml spec.source.helm.valuesObject.image.tag example/hub - pinned 2.0.0",
    "app.yaml spec.source.helm.valuesObject.proxy.image.tag example/proxy - pinned 4.6.2",
    "app.yaml spec.source.helm.valuesObject.extra.image.tag example/extra - missing unknown",
  ]);
  assert.deepEqual(pins[2]?.effective, {
    kind: "unknown",
    why: "the chart hub 4.1.0 decides the tag",
    howToLearn: "helm template hub --version 4.1.0",
  });
});

test("without a tag the appVersion of a chart in the repository runs, for its own values and an Application's", async () => {
  const files = {
    "charts/hub/Chart.yaml": 'name: hub\nversion: 0.1.0\nappVersion: "1.16.0"\n',
    "charts/hub/values.yaml": "image: {repository: example/hub}\nside: {image: {repository: example/side}}\n",
    "app.yaml": application(
      "repoURL: https://example.org/ops.git\npath: charts/hub\nhelm: {valuesObject: {image: {repository: mirror/hub}}}\n",
    ),
  };

  assert.deepEqual(shown(await pinsOf(files)), [
    "app.yaml spec.source.helm.valuesObject.image.tag mirror/hub - pinned 1.16.0",
    "charts/hub/values.yaml image.tag example/hub - pinned 1.16.0",
    "charts/hub/values.yaml side.image.tag example/side - missing unknown",
  ]);
});

test("an unknown chart version, or values nobody names, leave the tag missing and say what would tell", async () => {
  const files = {
    "app.yaml": application(
      "repoURL: https://charts.example.org\nchart: hub\ntargetRevision: 9.9.9\nhelm: {valuesObject: {image: {repository: example/hub}}}\n",
    ),
    "lost.yaml": "image: {repository: example/hub}\n",
  };

  const pins = await pinsOf(files);

  assert.deepEqual(shown(pins), [
    "app.yaml spec.source.helm.valuesObject.image.tag example/hub - missing unknown",
    "lost.yaml image.tag example/hub - missing unknown",
  ]);
  assert.ok(pins.every(({ effective }) => effective?.kind === "unknown" && effective.howToLearn !== ""));
});

test("a repository in one layer and a tag in another are one image", async () => {
  const files = {
    "values/base.yaml": "image: {repository: example/hub}\n",
    "values/prod.yaml": "image: {tag: 2.1.0}\n",
    "apps/hub.yaml": application(`repoURL: https://charts.example.org
chart: hub
targetRevision: 4.1.0
helm: {valueFiles: [$values/values/base.yaml, $values/values/prod.yaml]}
`),
  };

  assert.deepEqual(shown(await pinsOf(files)), [
    "values/base.yaml image.tag example/hub - pinned 2.1.0",
    "values/prod.yaml image.tag example/hub 2.1.0 pinned -",
  ]);
});

test("a stronger layer's tag is what a weaker one comes to: parameters, then inline values, then the last file", async () => {
  const files = {
    "values/a.yaml": "image: {repository: example/hub, tag: latest}\n",
    "values/b.yaml": "image: {tag: 1.0.0}\n",
    "hub.yaml": application(`repoURL: https://charts.example.org
chart: hub
targetRevision: 4.1.0
helm:
  valueFiles: [$v/values/a.yaml, $v/values/b.yaml]
  valuesObject: {image: {tag: 2.0.0}}
  parameters: [{name: image.tag, value: 3.0.0}]
`),
  };

  assert.deepEqual(shown(await pinsOf(files)), [
    "hub.yaml spec.source.helm.valuesObject.image.tag example/hub 2.0.0 pinned 3.0.0",
    "hub.yaml spec.source.helm.parameters[0].value example/hub 3.0.0 pinned -",
    "values/a.yaml image.tag example/hub latest pinned 3.0.0",
    "values/b.yaml image.tag example/hub 1.0.0 pinned 3.0.0",
  ]);
});

test("a tag that every Application overrides with its own is as firm as they are; one that some leave alone stays", async () => {
  const source = (tag: string): string =>
    `repoURL: https://charts.example.org\nchart: hub\ntargetRevision: 4.1.0\nhelm: {valueFiles: [$v/base.yaml], valuesObject: {image: {tag: ${tag}}}}\n`;
  const files = {
    "base.yaml": "image: {repository: example/hub, tag: latest}\n",
    "one.yaml": application(source("1.0.0"), "one"),
    "two.yaml": application(source("2.0.0"), "two"),
  };
  const third =
    "repoURL: https://charts.example.org\nchart: hub\ntargetRevision: 4.1.0\nhelm: {valueFiles: [$v/base.yaml]}\n";

  assert.ok(shown(await pinsOf(files)).includes("base.yaml image.tag example/hub latest pinned unknown"));
  assert.ok(
    shown(await pinsOf({ ...files, "three.yaml": application(third, "three") })).includes(
      "base.yaml image.tag example/hub latest moving -",
    ),
  );
});

test("two sources of one Application do not mix their images", async () => {
  const text = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: both}
spec:
  sources:
    - {repoURL: u, chart: other, targetRevision: 1.0.0, helm: {valuesObject: {image: {repository: example/other}}}}
    - {repoURL: u, chart: hub, targetRevision: 4.1.0, helm: {valuesObject: {image: {tag: 9.0.0}}}}
`;

  assert.deepEqual(shown(await pinsOf({ "a.yaml": text })), [
    "a.yaml spec.sources[0].helm.valuesObject.image.tag example/other - missing unknown",
    "a.yaml spec.sources[1].helm.valuesObject.image.tag hub 9.0.0 pinned -",
  ]);
});
