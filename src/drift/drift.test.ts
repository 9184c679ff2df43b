import assert from "node:assert/strict";
import { test } from "node:test";
import { manifestsIn } from "../inventory/facts/manifests.ts";
import { ParsedFile } from "../inventory/source-file.ts";
import type { KubeObject } from "../kernel/kube.ts";
import { defaultConfig } from "../platform/config.ts";
import { type Drift, driftOf, transformedBy } from "./drift.ts";

function drifts(files: Readonly<Record<string, string>>, live: readonly KubeObject[] | undefined): readonly Drift[] {
  const parsed = Object.entries(files).map(([path, text]) => new ParsedFile(path, text));
  const kustomizations = parsed
    .filter(({ path }) => path.endsWith("kustomization.yaml"))
    .flatMap((file) => file.documents.flatMap(({ root }) => (root?.kind === "mapping" ? [{ file, root }] : [])));
  return driftOf({
    manifests: parsed.flatMap((file) => manifestsIn(file, defaultConfig)),
    liveOf: (_, kind) => live?.filter((one) => one.kind === kind),
    transformed: transformedBy(kustomizations),
  });
}

const configMap = (namespace: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings${namespace === "" ? "" : `, namespace: ${namespace}`} }\ndata: { a: "${value}" }\n`;

const liveMap = (namespace: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace },
  data: { a: "1" },
});

test("an object is the same, differs, or is not there", () => {
  const kinds = (value: string, namespace: string): string | undefined =>
    drifts({ "a.yaml": configMap(namespace, value) }, [liveMap("mlops")])[0]?.kind;

  assert.equal(kinds("1", "mlops"), "same");
  assert.equal(kinds("2", "mlops"), "differs");
  assert.equal(kinds("1", "other"), "absent");
});

test("what could not be read, is declared twice or could be meant twice is unknown", () => {
  const unread = drifts({ "a.yaml": configMap("mlops", "1") }, undefined);
  const twice = drifts({ "dev/a.yaml": configMap("mlops", "1"), "prod/a.yaml": configMap("mlops", "2") }, [
    liveMap("mlops"),
  ]);
  const nameless = drifts({ "a.yaml": configMap("", "1") }, [liveMap("one"), liveMap("two")]);

  for (const found of [unread, twice, nameless]) assert.ok(found.every(({ kind }) => kind === "unknown"));
  assert.equal(twice.length, 2);
});

test("templates, Secrets and what a kustomization transforms are left to Argo CD", () => {
  const files = {
    "chart/templates/a.yaml": configMap("mlops", "2"),
    "secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: mlops }\nstringData: { a: canary }\n",
    "overlay/kustomization.yaml": "namePrefix: prod-\nresources: [ ../base ]\n",
    "base/a.yaml": configMap("mlops", "2"),
    "plain/kustomization.yaml": "resources: [ a.yaml ]\n",
    "plain/a.yaml": configMap("mlops", "2"),
  };

  const found = drifts(files, [liveMap("mlops")]);

  assert.deepEqual(
    found.map(({ manifest }) => manifest.file.path),
    ["plain/a.yaml"],
  );
});
