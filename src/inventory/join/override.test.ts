import assert from "node:assert/strict";
import { test } from "node:test";
import { flux } from "../readers/flux.ts";
import { summary } from "../readers/kubernetes.test-support.ts";
import { kubernetes } from "../readers/kubernetes.ts";
import { kustomize } from "../readers/kustomize.ts";
import { readFile } from "../reading.ts";
import { ParsedFile } from "../source-file.ts";
import { Joining } from "./join.ts";
import { overrideImages } from "./override.ts";
import { followSources } from "./override-sources.ts";

function joined(files: Readonly<Record<string, string>>): Joining {
  const readings = Object.entries(files).map(
    ([path, text]) => [path, readFile(new ParsedFile(path, text), [flux, kustomize, kubernetes])] as const,
  );
  const joining = new Joining(new Map(readings), []);
  overrideImages(joining);
  followSources(joining);
  return joining;
}

/** The pins of the base manifest after the join. */
function base(files: Readonly<Record<string, string>>): readonly string[] {
  return [...joined({ "base/app.yaml": app, ...files }).pins()]
    .filter(({ pin }) => pin.file === "base/app.yaml")
    .map(({ pin }) => summary(pin));
}

const app =
  "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: o/a}, {name: b, image: 'o/b:latest'}]}\n";
const baseKustomization = "resources: [app.yaml]\n";

function overlay(...images: readonly string[]): string {
  return `resources: [../../base]\nimages: [${images.join(", ")}]\n`;
}

test("an override makes the base image's version known, through folders and several layers", () => {
  const files = {
    "base/kustomization.yaml": `${baseKustomization}images: [{name: o/a, newTag: 1.0.0}]\n`,
    "overlays/prod/kustomization.yaml": overlay("{name: o/b, newName: ghcr.io/o/b, newTag: 2.0.0}"),
  };
  assert.deepEqual(base(files), ["image o/a - pinned = 1.0.0", "image o/b latest pinned = ghcr.io/o/b:2.0.0"]);
});

test("an outer override wins, and finds an image under the name an inner one gave it", () => {
  const files = {
    "base/kustomization.yaml": `${baseKustomization}images: [{name: o/a, newName: x/a, newTag: 1.0.0}]\n`,
    "overlays/prod/kustomization.yaml": overlay("{name: x/a, newTag: 1.5.0}"),
  };
  assert.deepEqual(base(files)[0], "image o/a - pinned = x/a:1.5.0");
});

test("overlays that disagree are told with their folders, and the weakest gives the state", () => {
  const files = {
    "base/kustomization.yaml": baseKustomization,
    "overlays/dev/kustomization.yaml": overlay("{name: o/a, newTag: main}"),
    "overlays/prod/kustomization.yaml": overlay("{name: o/a, newTag: 1.3.0}"),
  };
  assert.deepEqual(base(files)[0], "image o/a - moving = main (overlays/dev), 1.3.0 (overlays/prod)");
});

test("an overlay that leaves the image alone leaves it unpinned", () => {
  const files = {
    "base/kustomization.yaml": baseKustomization,
    "overlays/dev/kustomization.yaml": overlay(),
    "overlays/prod/kustomization.yaml": overlay("{name: o/a, newTag: 1.3.0}"),
  };
  assert.deepEqual(base(files)[0], "image o/a - missing = no tag (overlays/dev), 1.3.0 (overlays/prod)");
});

test("an override that does not reach the manifest, or a name that is only alike, changes nothing", () => {
  assert.deepEqual(
    base({
      "base/kustomization.yaml": baseKustomization,
      "other/kustomization.yaml":
        "resources: [../base/kustomization-of-nothing]\nimages: [{name: o/a, newTag: 1.0.0}]\n",
      "overlays/prod/kustomization.yaml": overlay("{name: a, newTag: 1.0.0}"),
    }),
    ["image o/a - missing", "image o/b latest moving"],
  );
});

test("kustomizations that include each other end, and an override that a template fills is unknown", () => {
  const loop = "resources: [../b, ../base/app.yaml]\nimages: [{name: o/a, newTag: 1.0.0}]\n";
  assert.deepEqual(
    base({ "a/kustomization.yaml": loop, "b/kustomization.yaml": "resources: [../a]\n" })[0],
    "image o/a - missing",
  );
  const templated = overlay("{name: o/a, newTag: '{{ .Values.tag }}'}");
  const files = { "base/kustomization.yaml": baseKustomization, "overlays/x/kustomization.yaml": templated };
  assert.deepEqual(base(files)[0], "image o/a - unknown");
});

test("Flux overrides images in the path it applies, and a release learns its source from another file", () => {
  const pins = [
    ...joined({
      "base/app.yaml": app,
      "clusters/apps.yaml":
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k}\nspec: {path: ./base, images: [{name: o/a, newTag: 1.2.3}]}\n",
      "apps/release.yaml":
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r}\nspec: {chart: {spec: {chart: c, version: 1.0.0, sourceRef: {kind: HelmRepository, name: charts}}}}\n",
      "sources/charts.yaml":
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts, namespace: flux-system}\nspec: {url: 'https://charts.example.org'}\n",
    }).pins(),
  ].map(({ pin }) => pin);
  assert.equal(summary(pins.find(({ name }) => name === "o/a")), "image o/a - pinned = 1.2.3");
  assert.equal(pins.find(({ kind }) => kind === "chart")?.source, "https://charts.example.org");
});
