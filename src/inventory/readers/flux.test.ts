import assert from "node:assert/strict";
import { test } from "node:test";
import { flux } from "./flux.ts";
import { pinsOf, readingOf } from "./kubernetes.test-support.ts";

const repository = `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: flux-system}
spec: {url: "https://charts.example.org"}
---
`;

function release(spec: string): string {
  return `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cache, namespace: apps}\nspec: ${spec}\n`;
}

test("a release pins its chart, the images in its values and what its post-renderers change", () => {
  const text = `${repository}${release(`
  targetNamespace: data
  chart: {spec: {chart: redis, version: "19.x", sourceRef: {kind: HelmRepository, name: charts, namespace: flux-system}}}
  values: {image: {repository: o/redis, tag: 7.2.4}}
  postRenderers: [{kustomize: {images: [{name: o/a, newTag: 1.0.0}]}}]`)}`;
  assert.deepEqual(pinsOf(flux, "cache.yaml", text), [
    "chart redis 19.x range",
    "image o/a 1.0.0 pinned",
    "image o/redis 7.2.4 pinned",
  ]);
  const { notes, pins } = readingOf(flux, "cache.yaml", text);
  assert.equal(pins[0]?.source, "https://charts.example.org");
  assert.deepEqual(
    notes.find(({ kind }) => kind === "deployment"),
    {
      kind: "deployment",
      name: "cache",
      namespace: "data",
      chart: "redis",
      chartVersion: "19.x",
      repository: "https://charts.example.org",
      valueFiles: [],
      pins: [0, 2, 1],
    },
  );
});

test("a release without a version is unpinned, a patch that gives only the version is a pin", () => {
  const reference = "sourceRef: {kind: HelmRepository, name: elsewhere}";
  assert.deepEqual(pinsOf(flux, "a.yaml", release(`{chart: {spec: {chart: pg, ${reference}}}}`)), [
    "chart pg - missing",
  ]);
  assert.deepEqual(pinsOf(flux, "b.yaml", release('{chart: {spec: {version: "1.2.3"}}}')), [
    "chart cache 1.2.3 pinned",
  ]);
});

test("sources are judged by the reference that Flux takes", () => {
  const git = (ref: string): readonly string[] =>
    pinsOf(
      flux,
      "g.yaml",
      `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: g}\nspec: {url: "https://git.example/o/g"${ref}}\n`,
    );
  assert.deepEqual(git(""), ["git https://git.example/o/g - missing"]);
  assert.deepEqual(git(", ref: {branch: release-1.2.3}"), ["git https://git.example/o/g release-1.2.3 moving"]);
  assert.deepEqual(git(", ref: {branch: main, tag: v1.2.3}"), ["git https://git.example/o/g v1.2.3 pinned"]);
  assert.deepEqual(git(', ref: {semver: ">=1.0.0"}'), ["git https://git.example/o/g >=1.0.0 range"]);
});

test("an OCI artifact is a chart when a release takes it for one", () => {
  const source = (ref: string): string =>
    `apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: p, namespace: apps}\nspec: {url: "oci://ghcr.io/o/p"${ref}}\n`;
  const used = `---\n${release("{chartRef: {kind: OCIRepository, name: p}}")}`;
  assert.deepEqual(pinsOf(flux, "o.yaml", source(", ref: {tag: 6.5.0}")), ["image ghcr.io/o/p 6.5.0 pinned"]);
  assert.deepEqual(pinsOf(flux, "o.yaml", source(', ref: {semver: ">=6"}') + used), ["chart p >=6 range"]);
  assert.deepEqual(pinsOf(flux, "o.yaml", source("")), ["image ghcr.io/o/p - missing"]);
  const { notes } = readingOf(flux, "o.yaml", source(", ref: {tag: 6.5.0}") + used);
  assert.ok(notes.some((note) => note.kind === "deployment" && note.chart === "p" && note.pins[0] === 0));
});

test("a policy allows a range of tags, and a Kustomization overrides images in its path", () => {
  const text = `apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImageRepository
metadata: {name: app}
spec: {image: ghcr.io/o/app}
---
apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImagePolicy
metadata: {name: app}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: 5.0.x}}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: k}
spec: {path: ./apps/prod, images: [{name: o/a, newTag: 1.2.3}]}
`;
  const { notes } = readingOf(flux, "k.yaml", text);
  assert.deepEqual(pinsOf(flux, "k.yaml", text), ["image ghcr.io/o/app 5.0.x range", "image o/a 1.2.3 pinned"]);
  assert.deepEqual(notes[0], { kind: "kustomization", folder: "k.yaml#k", resources: ["apps/prod"] });
});
