import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { pinsOf, readingOf } from "./kubernetes.test-support.ts";
import { kubernetes } from "./kubernetes.ts";
import { imageStartsAt } from "./kubernetes-text.ts";

const sha = `sha256:${"a".repeat(64)}`;

function pins(text: string): readonly string[] {
  return pinsOf(kubernetes, "deploy/app.yaml", text);
}

function pod(containers: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n${containers}`;
}

test("an image is read in flow style, behind an anchor, folded and with an upper-case folder", () => {
  const text = pod(`    - {name: a, image: nginx:1.0.1}
    - name: b
      image: &img "gcr.io/YOUR_PROJECT/web:latest"
    - name: c
      image: *img
    - name: d
      image: >-
        docker.io/o/folded:1.2.3
    - {name: e, image: busybox}
    - {name: f, image: "localhost:5000/o/a@${sha}"}
    - {name: g, image: docker.io/registry:2}
`);
  assert.deepEqual(pins(text), [
    "image nginx 1.0.1 pinned",
    "image gcr.io/YOUR_PROJECT/web latest moving",
    "image docker.io/o/folded 1.2.3 pinned",
    "image busybox - missing",
    "image localhost:5000/o/a - pinned",
    "image docker.io/registry 2 moving",
  ]);
});

test("of a templated reference the constant part is read and the rest is unknown", () => {
  const text = pod(`    - {name: a, image: "\${REG}/o/app:1.2.3"}
    - name: b
      image: repo/app:{{ .Values.tag }}
    - name: c
      image: {{ include "app.image" . }}
`);
  assert.deepEqual(pins(text), [
    "image ${REG}/o/app 1.2.3 pinned",
    "image repo/app {{ .Values.tag }} unknown",
    'image {{ include "app.image" . }} - unknown',
  ]);
});

test("complete references in variables, arguments and annotations are pins", () => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    sidecar: ghcr.io/o/side:1.2.3
    json: '{"containers": [{"name": "x", "image": "ghcr.io/o/in-json:2.0.0"}]}'
    kubectl.kubernetes.io/last-applied-configuration: '{"spec": {"image": "o/old:1.0.0"}}'
spec:
  template:
    spec:
      containers:
        - name: a
          image: o/a:1.0.0
          env:
            - {name: DRIVER, value: "ghcr.io/o/driver:2.16.0"}
            - {name: NOTEBOOK_IMAGE, value: "python:3.11"}
            - {name: DIGEST, value: "gcr.io/o/queue@${sha}"}
          args: [--executor-image, argoproj/argoexec:latest, --reloader=quay.io/o/reloader:v0.7.1]
status: {image: "o/status:1.0.0"}
`;
  assert.deepEqual(pins(text), [
    "image ghcr.io/o/side 1.2.3 pinned",
    "image ghcr.io/o/in-json 2.0.0 pinned",
    "image o/a 1.0.0 pinned",
    "image ghcr.io/o/driver 2.16.0 pinned",
    "image python 3.11 moving",
    "image gcr.io/o/queue - pinned",
    "image argoproj/argoexec latest moving",
    "image quay.io/o/reloader v0.7.1 pinned",
  ]);
});

test("hosts, services, times, checksums, paths and pairs are no images", () => {
  const texts = [
    "redis:6379",
    "host.example.com:8080",
    "default/web:8080",
    "default/web:http",
    "kube-system/kube-dns:5353",
    "postgres://u:p@h/db",
    "12:30",
    sha,
    "key:value",
    "system:masters",
    "github.com/o/r:v1",
    "conf/app.yaml:12",
    "org.apache.hadoop:hadoop-aws:3.3.4",
    "127.0.0.1:9000",
    "/var/run/x.sock:1",
    "https://example.com/a:1.2.3",
    "a/b:{{ tag }}",
    "image: word",
  ];
  for (const text of texts) assert.equal(imageStartsAt(text, "value"), undefined, text);
  assert.equal(imageStartsAt("kube-system/kube-dns:53", "53"), undefined);
  assert.equal(imageStartsAt("image-server:8080", "IMAGE_SERVER"), undefined);
});

test("no text makes the search for references fail", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, label) => {
      const start = imageStartsAt(text, label);
      assert.ok(start === undefined || (start >= 0 && start < text.length));
    }),
  );
});

test("an object that a workflow creates and a template inside a ConfigMap's file are read", () => {
  const workflow = `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: { name: submit }
spec:
  templates:
    - name: submit
      resource:
        action: create
        manifest: |
          apiVersion: batch.example.org/v1
          kind: Calculation
          spec:
            image: registry.example.org/team/calc:4.0.1
`;
  const injector = `apiVersion: v1
kind: ConfigMap
metadata: { name: injector }
data:
  config: |
    policy: enabled
    templates:
      plain: |
        spec:
          initContainers:
            - name: first
              image: busybox:1.36.1
              {{ if .Values.extra }}
              imagePullPolicy: Always
              {{ end }}
`;
  assert.deepEqual(pins(workflow), ["image registry.example.org/team/calc 4.0.1 pinned"]);
  assert.deepEqual(pins(injector), ["image busybox 1.36.1 pinned"]);
});

test("documents inside a ConfigMap are read, prose and scripts are not", () => {
  const text = `apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  suggestion: |-
    {"random": {"image": "docker.io/o/hyperopt:v0.17.0"}}
  ui.yaml: |
    form:
      image:
        value: o/jupyter:v1.8.0
        options:
          - o/pytorch:v1.8.0
      helm: {image: {repository: o/values, tag: "1.2.3"}}
  note: |
    Please write it so:
    image: word
    and image: o/prose:1.0.0 never
  run.sh: |
    image: o/script:1.2.3
  "9000": default/example:8080
  cacheImage: quay.io/o/cache
`;
  assert.deepEqual(pins(text), [
    "image docker.io/o/hyperopt v0.17.0 pinned",
    "image o/jupyter v1.8.0 pinned",
    "image o/pytorch v1.8.0 pinned",
    "image o/values 1.2.3 pinned",
    "image quay.io/o/cache - missing",
  ]);
});

test("custom resources of the ML world name images and versions in fields of their own", () => {
  const text = `{"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": "r"}, "spec": {"rayVersion": "2.9.0"}}
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: s}
spec: {predictor: {model: {modelFormat: {name: sklearn}, runtimeVersion: 1.5.2, storageUri: "oci://ghcr.io/m/model:v1.0.0"}}}
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: pg, namespace: db}
spec: {imageName: "ghcr.io/o/postgresql:16"}
---
apiVersion: v1
kind: List
items:
  - apiVersion: sparkoperator.k8s.io/v1beta2
    kind: SparkApplication
    metadata: {name: sp}
    spec: {image: "spark:3.5.0", sparkVersion: "3.5.1"}
  - apiVersion: argoproj.io/v1beta1
    kind: ArgoCD
    metadata: {name: a}
    spec: {image: quay.io/o/argocd, version: v2.9.3}
`;
  const reading = readingOf(kubernetes, "ml.yaml", text);
  assert.deepEqual(pins(text), [
    "tool ray 2.9.0 pinned",
    "tool sklearn 1.5.2 pinned",
    "image ghcr.io/m/model v1.0.0 pinned",
    "image ghcr.io/o/postgresql 16 moving",
    "image spark 3.5.0 pinned",
    "tool spark 3.5.1 pinned",
    "image quay.io/o/argocd v2.9.3 pinned",
  ]);
  assert.equal(reading.pins[4]?.path, "#4.items[0].spec.image");
  assert.deepEqual(reading.notes[2], { kind: "workload", name: "pg", namespace: "db", pins: [3] });
});

test("schemas, other readers' kinds and fields that only sound like images are left out", () => {
  const text = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: x}
spec: {versions: [{schema: {openAPIV3Schema: {default: {image: "o/example:1.2.3"}}}}]}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec: {source: {kustomize: {images: ["o/app:1.0.0"]}}}
---
apiVersion: example.org/v1
kind: Machine
metadata: {name: m}
spec: {osImage: ubuntu-22.04, image: "https://example.org/disk.qcow2", logo: {image: logo.png}, bootImage: "", other: {image: null}}
`;
  assert.deepEqual(pins(text), []);
});

test("a broken document does not hide the others", () => {
  const text = `apiVersion: v1\nkind: Pod\nspec: {containers: [{image: "o/a:1.0.0"\n---\n${pod("    - {name: b, image: o/b:1.0.0}\n")}`;
  assert.ok(pins(text).includes("image o/b 1.0.0 pinned"));
});
