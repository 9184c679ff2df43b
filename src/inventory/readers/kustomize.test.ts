import assert from "node:assert/strict";
import { test } from "node:test";
import { pinsOf, readingOf } from "./kubernetes.test-support.ts";
import { kustomize } from "./kustomize.ts";

test("remote resources are pinned by ref, tag in the address, or not at all", () => {
  const text = `resources:
  - ../base
  - deploy.yaml
  - github.com/o/a//config/default?ref=v1.2.3
  - https://github.com/o/b//config?timeout=120&ref=main
  - github.com/o/c//config
  - https://github.com/o/d/releases/download/v1.2.4/install.yaml
  - https://raw.githubusercontent.com/o/e/v1.2.5/x.yaml
  - https://raw.githubusercontent.com/o/f/refs/heads/main/x.yaml
  - git::https://git.example.com/o/g.git//x?ref=v2.0.0
  - git@github.com:o/h.git?ref=v2.1.0
  - ssh://git@git.example.com/o/i.git//p
  - https://example.com/v0.14.1/install.yaml
  - https://example.com/install.yaml
  - https://github.com/o/j/releases/latest/download/x.yaml
`;
  const reading = readingOf(kustomize, "apps/prod/kustomization.yaml", text);
  assert.deepEqual(
    reading.pins.map((pin) => [pin?.kind, pin?.name, pin?.version, pin?.state]),
    [
      ["git", "github.com/o/a", "v1.2.3", "pinned"],
      ["git", "https://github.com/o/b", "main", "moving"],
      ["git", "github.com/o/c", null, "missing"],
      ["git", "https://github.com/o/d", "v1.2.4", "pinned"],
      ["git", "https://github.com/o/e", "v1.2.5", "pinned"],
      ["git", "https://github.com/o/f", "refs/heads/main", "moving"],
      ["git", "https://git.example.com/o/g.git", "v2.0.0", "pinned"],
      ["git", "git@github.com:o/h.git", "v2.1.0", "pinned"],
      ["git", "ssh://git@git.example.com/o/i.git", null, "missing"],
      ["git", "https://example.com", "v0.14.1", "pinned"],
      ["git", "https://example.com/install.yaml", null, "missing"],
      ["git", "https://github.com/o/j", "latest", "moving"],
    ],
  );
  assert.deepEqual(reading.notes, [
    { kind: "kustomization", folder: "apps/prod", resources: ["apps/base", "apps/prod/deploy.yaml"] },
  ]);
});

test("an override keeps its tag as written, without quotes too", () => {
  const text = `images:
  - name: o/a
    newTag: 1.10
  - {name: b, newName: ghcr.io/o/b, digest: "sha256:${"a".repeat(64)}"}
  - {name: c, newName: d}
  - {newTag: "1.0.0"}
`;
  const reading = readingOf(kustomize, "kustomization.yml", text);
  assert.deepEqual(
    reading.pins.map((pin) => [pin?.name, pin?.version, pin?.path]),
    [
      ["o/a", "1.10", "images[0].newTag"],
      ["ghcr.io/o/b", null, "images[1].newTag"],
    ],
  );
  assert.deepEqual(reading.notes[2], {
    kind: "image-override",
    folder: "",
    resources: [],
    image: "b",
    newName: "ghcr.io/o/b",
    pin: 1,
  });
});

test("charts that are inflated and images in patches written here are pins", () => {
  const text = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
helmCharts:
  - {name: minio, repo: "https://charts.example.org", version: 5.0.1, releaseName: store, namespace: ns, valuesFile: v.yaml}
  - {name: other, repo: "https://charts.example.org"}
patches:
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      spec: {template: {spec: {containers: [{name: a, image: "o/strategic:1.2.3"}]}}}
  - target: {kind: Deployment}
    patch: |-
      - op: replace
        path: /spec/template/spec/containers/0/image
        value: json:1.2.3
  - path: p.yaml
`;
  assert.deepEqual(pinsOf(kustomize, "x/kustomization.yaml", text), [
    "chart minio 5.0.1 pinned",
    "chart other - missing",
    "image o/strategic 1.2.3 pinned",
    "image json 1.2.3 pinned",
  ]);
  const { notes } = readingOf(kustomize, "x/kustomization.yaml", text);
  assert.deepEqual(notes[1], {
    kind: "deployment",
    name: "store",
    namespace: "ns",
    chart: "minio",
    chartVersion: "5.0.1",
    repository: "https://charts.example.org",
    valueFiles: ["x/v.yaml"],
    pins: [0],
  });
});

test("paths that leave the repository and lists of the wrong shape are passed over", () => {
  const text = "resources: [../../../etc, {a: b}, null]\nimages: wrong\nhelmCharts: {name: x}\npatches: [1]\n";
  const reading = readingOf(kustomize, "a/kustomization.yaml", text);
  assert.deepEqual(reading.pins, []);
  assert.deepEqual(reading.notes, [{ kind: "kustomization", folder: "a", resources: [] }]);
});
