import assert from "node:assert/strict";
import { test } from "node:test";
import { readers } from "./index.ts";
import { pinLines } from "./pins.test-support.ts";

test("an object that values hold as text is read, at its place in the file", async () => {
  const values = `config:
  operator: |
    apiVersion: config.example.org/v1
    kind: OperatorConfig
    runtime:
      helpers:
        - name: collector
          image: registry.example.org/team/collector:v1.2.3
extraDeploy:
  - |
    apiVersion: v1
    kind: Pod
    spec:
      containers:
        - image: "registry.example.org/team/extra:{{ .Values.tag }}"
        - image: registry.example.org/team/other:2.0.0
`;

  assert.deepEqual(await pinLines({ "values.yaml": values }, readers), [
    "values.yaml config.operator.runtime.helpers[0].image image registry.example.org/team/collector v1.2.3 pinned",
    "values.yaml extraDeploy[0].spec.containers[0].image image registry.example.org/team/extra {{ .Values.tag }} unknown",
    "values.yaml extraDeploy[0].spec.containers[1].image image registry.example.org/team/other 2.0.0 pinned",
  ]);
});

test("a text of values that is no object holds no image", async () => {
  const values = "notes: |\n  apiVersion is what the image: a/b:1.0.0 needs\nimage:\n  repository: a/c\n  tag: 1.0.0\n";

  assert.deepEqual(await pinLines({ "values.yaml": values }, readers), [
    "values.yaml image.tag image a/c 1.0.0 pinned",
  ]);
});
