import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ParsedFile } from "../inventory/source-file.ts";
import type { KubeObject } from "../kernel/kube.ts";
import { formatPath, type Mapping } from "../kernel/tree.ts";
import { differencesBetween, quantity } from "./compare.ts";

function desired(text: string): Mapping {
  const root = new ParsedFile("a.yaml", text).documents[0]?.root;
  assert.ok(root?.kind === "mapping");
  return root;
}

const live = (spec: unknown, metadata: Partial<KubeObject["metadata"]> = {}, kind = "Deployment"): KubeObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "web", namespace: "mlops", ...metadata },
  spec,
});

const paths = (text: string, object: KubeObject): readonly string[] =>
  differencesBetween(desired(text), object).map(({ path }) => formatPath(path));

test("what the server fills in is no drift", () => {
  const object = live(
    {
      replicas: 1,
      strategy: { type: "RollingUpdate" },
      template: { spec: { containers: [{ name: "a", image: "x:1", imagePullPolicy: "Always" }] } },
    },
    { labels: { app: "web", added: "by a webhook" }, annotations: { "deployment.kubernetes.io/revision": "7" } },
  );
  const text = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec: { replicas: 1, paused: false, template: { spec: { nodeSelector: {}, containers: [ { name: a, image: "x:1", args: [] } ] } } }
`;

  assert.deepEqual(paths(text, object), []);
});

test("quantities are compared by what they mean", () => {
  const object = live({ resources: { requests: { cpu: "500m", memory: "1Gi" } } });

  assert.deepEqual(paths("spec: { resources: { requests: { cpu: 0.5, memory: 1024Mi } } }", object), []);
  assert.deepEqual(paths("spec: { resources: { requests: { cpu: 1, memory: 1Gi } } }", object), [
    "spec.resources.requests.cpu",
  ]);
  assert.equal(quantity("15-alpine"), undefined);
});

test("lists of named things are compared by name, others by place", () => {
  const object = live({
    containers: [
      { name: "injected", image: "proxy:2" },
      { name: "a", image: "x:2", args: ["--one"] },
    ],
  });

  assert.deepEqual(paths("spec: { containers: [ { name: a, image: 'x:1', args: [--one, --two] } ] }", object), [
    "spec.containers[1].image",
    "spec.containers[1].args",
  ]);
});

test("a field that is gone, and a thing of a list that is gone, are differences", () => {
  const [field, item] = differencesBetween(
    desired("spec: { replicas: 3, containers: [ { name: b } ] }"),
    live({ containers: [{ name: "a" }] }),
  );

  assert.equal(field?.live, undefined);
  assert.equal(item?.desired, '{"name":"b"}');
});

test("an ignored path is left out with all below it", () => {
  const found = differencesBetween(desired("spec: { replicas: 3, paused: true }"), live({ replicas: 5 }), [
    ["spec", "replicas"],
  ]);

  assert.deepEqual(
    found.map(({ path }) => path.at(-1)),
    ["paused"],
  );
});

test("what a Secret or another kind holds under data is never compared, a ConfigMap's is", () => {
  const text = "data: { key: wanted }";
  const object = { ...live({}), data: { key: "live" } };

  assert.deepEqual(paths(text, { ...object, kind: "Secret" }), []);
  assert.deepEqual(paths(text, { ...object, kind: "ConfigMap" }), ["data.key"]);
});

test("a template says nothing about the live value", () => {
  assert.deepEqual(paths('spec: { replicas: "{{ .Values.replicas }}" }', live({ replicas: 2 })), []);
});

test("the writer of the very field is named, newest first", () => {
  const object = live(
    { replicas: 5, template: { spec: { containers: [{ name: "a", image: "x:2" }] } } },
    {
      managedFields: [
        { manager: "argocd-controller", time: "2026-11-01T00:00:00Z", fieldsV1: { "f:spec": { "f:replicas": {} } } },
        { manager: "kubectl-edit", time: "2026-11-19T00:00:00Z", fieldsV1: { "f:spec": { "f:replicas": {} } } },
        {
          manager: "kubectl-set",
          time: "2026-11-18T00:00:00Z",
          fieldsV1: {
            "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"a"}': { "f:image": {} } } } } },
          },
        },
        {
          manager: "kubelet",
          subresource: "status",
          time: "2026-11-20T00:00:00Z",
          fieldsV1: { "f:spec": { "f:replicas": {} } },
        },
      ],
    },
  );
  const text = "spec: { replicas: 1, template: { spec: { containers: [ { name: a, image: 'x:1' } ] } } }";

  const found = differencesBetween(desired(text), object);

  assert.deepEqual(
    found.map(({ writers }) => writers.map(({ manager, hand }) => [manager, hand])),
    [
      [
        ["kubectl-edit", true],
        ["argocd-controller", false],
      ],
      [["kubectl-set", true]],
    ],
  );
});

test("ports that share a number are not taken for one another", () => {
  const ports = [
    { containerPort: 53, protocol: "UDP" },
    { containerPort: 53, protocol: "TCP" },
  ];

  assert.deepEqual(paths(JSON.stringify({ spec: { ports } }), live({ ports })), []);
});

/** As manifests have them: names of a list differ, and no value is a template. */
const anySpec = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.stringMatching(/^[a-zA-Z0-9 .:/-]*$/),
    fc.integer(),
    fc.boolean(),
    tie("map"),
    tie("list"),
  ),
  map: fc.dictionary(fc.stringMatching(/^[a-z][a-zA-Z]{0,8}$/), tie("value"), { maxKeys: 5 }),
  list: fc.oneof(
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 4 })
      .map((names) => names.map((name) => ({ name, image: `${name}:1` }))),
  ),
})).map;

test("an object is never drift from itself, in whatever order its fields are", () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      const text = JSON.stringify({ apiVersion: "v1", kind: "Thing", spec });
      const reversed = JSON.parse(JSON.stringify(spec), (_, value: unknown) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      ) as unknown;
      assert.deepEqual(paths(text, live(reversed, {}, "Thing")), []);
    }),
    { numRuns: 300 },
  );
});

test("a changed scalar is found wherever it stands", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 6 }), (steps) => {
      const nested = (leaf: string): unknown => steps.reduceRight<unknown>((below, step) => ({ [step]: below }), leaf);
      const found = paths(JSON.stringify({ spec: nested("wanted") }), live(nested("other"), {}, "Thing"));
      assert.deepEqual(found, [["spec", ...steps].join(".")]);
    }),
  );
});
