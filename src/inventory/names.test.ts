import assert from "node:assert/strict";
import { test } from "node:test";
import { isNeverRead } from "./names.ts";
import { readers } from "./readers/index.ts";

const folders = ["", "values/", ".github/workflows/", ".gitlab/", "gitlab-ci/", "charts/x/templates/", "docker/"];
const names = [
  "values",
  "kustomization",
  "Chart",
  "docker-compose",
  "compose",
  ".gitlab-ci",
  "main.tf",
  "x.yaml",
  "action",
];
const extensions = ["md", "py", "ts", "go", "png", "ipynb", "html", "safetensors", "tar.gz", "sql"];

/** Words of every kind of file there is a reader for. */
const text = `apiVersion: argoproj.io/v1alpha1
kind: Application
FROM nginx:1.0.0
image: nginx:1.0.0
services: {a: {image: "nginx:1.0.0"}}
stages: [a]
  script: []
apiVersion: kustomize.config.k8s.io/v1beta1
x: fluxcd.io/
uses: a/b@v1
terraform {}
`;

test("a file that is not opened is one that no reader accepts", () => {
  for (const folder of folders) {
    for (const name of names) {
      for (const extension of extensions) {
        const path = `${folder}${name}.${extension}`;
        assert.ok(isNeverRead(path), path);
        for (const reader of readers) assert.equal(reader.accepts(path, text), false, `${reader.id} ${path}`);
      }
    }
  }
});

test("files of readers are opened, whatever their ending", () => {
  for (const path of [
    "a.yaml",
    "b.JSON",
    "main.tf",
    "Dockerfile",
    "Dockerfile.py",
    "x/Containerfile.md",
    "Chart.lock",
    "Kustomization",
  ]) {
    assert.equal(isNeverRead(path), false, path);
  }
});
