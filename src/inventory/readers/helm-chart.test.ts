import assert from "node:assert/strict";
import { test } from "node:test";
import { readFile } from "../reading.ts";
import { ParsedFile } from "../source-file.ts";
import { helmChart } from "./helm-chart.ts";
import { pinLines } from "./pins.test-support.ts";

const chart = `apiVersion: v2
name: hub # le dépôt
version: 0.2.0
appVersion: "1.10"
dependencies:
  - {name: postgresql, version: 15.5.20, repository: "https://charts.example.org"}
  - {name: redis, version: ^19.0.0, repository: "oci://registry.example.org/charts", alias: cache}
  - {name: minio, repository: "https://charts.example.org"}
  - {name: common, version: 2.x.x, repository: "file://../common"}
  - {name: vendored, version: 1.0.0}
`;

test("dependencies are pins, except folders of the same repository", async () => {
  assert.deepEqual(await pinLines({ "hub/Chart.yaml": chart }, [helmChart]), [
    "hub/Chart.yaml dependencies[0].version chart postgresql 15.5.20 pinned",
    "hub/Chart.yaml dependencies[1].version chart redis ^19.0.0 range",
    "hub/Chart.yaml dependencies[2].version chart minio - missing",
    "hub/Chart.yaml dependencies[4].version chart vendored 1.0.0 pinned",
  ]);
});

test("a range with a lock file installs what the lock file says", async () => {
  const lock = `dependencies:
- name: postgresql
  repository: https://charts.example.org
  version: 15.5.20
- name: redis
  repository: oci://registry.example.org/charts
  version: 19.6.4
generated: "2026-01-01T00:00:00Z"
`;

  const lines = await pinLines({ "hub/Chart.yaml": chart, "hub/Chart.lock": lock }, [helmChart]);

  assert.ok(lines.includes("hub/Chart.yaml dependencies[1].version chart redis ^19.0.0 pinned → 19.6.4"));
  assert.ok(lines.includes("hub/Chart.lock dependencies[1].version chart redis 19.6.4 pinned"));
  assert.ok(lines.includes("hub/Chart.yaml dependencies[2].version chart minio - missing"));
});

test("requirements.yaml of old charts is read, with its lock", async () => {
  const dependencies = (version: string): string =>
    `dependencies:\n  - name: redis\n    repository: https://charts.example.org\n    version: "${version}"\n`;

  const files = { "requirements.yaml": dependencies("10.x"), "requirements.lock": dependencies("10.5.7") };

  assert.deepEqual(await pinLines(files, [helmChart]), [
    "requirements.lock dependencies[0].version chart redis 10.5.7 pinned",
    "requirements.yaml dependencies[0].version chart redis 10.x pinned → 10.5.7",
  ]);
});

test("a chart says its version and appVersion as they are written", () => {
  const { notes } = readFile(new ParsedFile("hub/Chart.yaml", chart), [helmChart]);

  assert.deepEqual(notes, [{ kind: "chart", folder: "hub", name: "hub", version: "0.2.0", appVersion: "1.10" }]);
});

test("a broken Chart.yaml is no chart", () => {
  for (const text of [
    "",
    "[]",
    "name: {a: b}\nversion: 1\n",
    "dependencies: {a: b}\n",
    "dependencies: [1, [2], {version: 1}]\n",
  ]) {
    const { pins, notes } = readFile(new ParsedFile("Chart.yaml", text), [helmChart]);
    assert.deepEqual([pins, notes], [[], []], text);
  }
});
