import assert from "node:assert/strict";
import { test } from "node:test";
import { ParsedFile } from "../source-file.ts";
import { constantText, findValueFile, foldersAbove, type ValueFile, valueFilesOf } from "./argocd-files.ts";

function filesOf(source: string): readonly ValueFile[] {
  const root = new ParsedFile("s.yaml", source).documents[0]?.root;
  assert.equal(root?.kind, "mapping");
  return root?.kind === "mapping" ? valueFilesOf(root, constantText) : [];
}

test("values files count from the chart, from the root, or from another source", () => {
  const files = filesOf(`path: charts/hub
helm:
  valueFiles: [prod.yaml, ../shared/base.yaml, /values/all.yaml, $ops/envs/./prod.yaml]
`);

  assert.deepEqual(files, [
    { kind: "beside-chart", path: "charts/hub/prod.yaml" },
    { kind: "beside-chart", path: "charts/shared/base.yaml" },
    { kind: "beside-chart", path: "values/all.yaml" },
    { kind: "referenced", ref: "ops", path: "envs/prod.yaml" },
  ]);
});

test("a URL, a pattern, a template and a way out of the repository are not files we can name", () => {
  const names = [
    "https://example.org/v.yaml",
    "envs/*.yaml",
    "$ARGOCD_APP_NAME",
    "{{ .env }}.yaml",
    "../../../etc/passwd",
    "$ops/../../etc/passwd",
  ];

  const found = filesOf(JSON.stringify({ path: "charts/hub", helm: { valueFiles: names } }));

  assert.deepEqual(
    found,
    names.map((path) => ({ kind: "elsewhere", path })),
  );
  assert.deepEqual(filesOf("chart: hub\nhelm: {valueFiles: [values-prod.yaml]}\n"), [
    { kind: "elsewhere", path: "values-prod.yaml" },
  ]);
});

test("the file at the root is meant first, then the only one of those it may be", () => {
  const among = (...names: readonly string[]): string | undefined =>
    findValueFile("ops/values/hub.yaml", "team/apps/hub.yaml", (name) => names.includes(name));

  assert.equal(among("ops/values/hub.yaml", "values/hub.yaml"), "ops/values/hub.yaml");
  assert.equal(among("values/hub.yaml"), "values/hub.yaml");
  assert.equal(among("team/ops/values/hub.yaml"), "team/ops/values/hub.yaml");
  assert.equal(among("values/hub.yaml", "team/ops/values/hub.yaml"), undefined);
  assert.equal(among("hub.yaml"), undefined, "a bare name is found anywhere by chance");
});

test("the folders above a file end at the root, however the path is written", () => {
  assert.deepEqual(foldersAbove("a/b/c.yaml"), ["a/b", "a"]);
  assert.deepEqual(foldersAbove("c.yaml"), []);
  assert.deepEqual(foldersAbove("/a/c.yaml"), ["/a"]);
  assert.deepEqual(foldersAbove("/"), []);
  assert.equal(
    findValueFile("v.yaml", "/a//b/c.yaml", () => false),
    undefined,
  );
});
