import assert from "node:assert/strict";
import { test } from "node:test";
import { gather } from "../findings/audit.ts";
import { memoryTree } from "../findings/examples.ts";
import { instantOf } from "../kernel/instant.ts";
import { defaultConfig } from "../platform/config.ts";
import { imageExample } from "./end-of-life.ts";
import { systems } from "./index.ts";
import { sampleApplication } from "./sample.ts";

async function recognised(files: Readonly<Record<string, string>>): Promise<readonly (string | null)[]> {
  const { repository } = await gather({
    tree: memoryTree(files),
    config: defaultConfig,
    systems,
    rules: [],
    now: instantOf(Date.UTC(2026, 10, 20)),
  });
  return repository.components.map(({ system }) => system);
}

function chartOf(chart: string): Readonly<Record<string, string>> {
  const source = { name: "thing", repoURL: "https://charts.example.org", targetRevision: "1.2.3" };
  return { "app.yaml": sampleApplication({ ...source, chart }) };
}

for (const { id, recognition } of systems) {
  for (const chart of recognition.charts ?? []) {
    test(`the chart ${chart} is ${id}`, async () => {
      assert.deepEqual(await recognised(chartOf(chart)), [id]);
    });
  }
  for (const image of recognition.images ?? []) {
    const name = image.endsWith("/") ? `${image}something` : image;
    test(`the image ${name} is ${id}, from any registry`, async () => {
      assert.deepEqual(await recognised(imageExample("thing", `${name}:1.2.3`)), [id]);
      assert.deepEqual(await recognised(imageExample("thing", `registry.example.org/${name}:1.2.3`)), [id]);
    });
  }
  for (const repository of recognition.repositories ?? []) {
    test(`a chart in ${repository} is ${id}`, async () => {
      const source = { name: "thing", repoURL: `https://git.example.org/${repository}.git`, path: "deploy" };
      const files = { "app.yaml": sampleApplication({ ...source, targetRevision: "v1.2.3" }) };

      assert.deepEqual(await recognised(files), [id]);
    });
  }
}

test("a chart, an image and a repository of something else are nobody's", async () => {
  const other = { name: "thing", repoURL: "https://git.example.org/team/gitlab-tools.git", path: "deploy" };
  const trees = [
    chartOf("gitlab-exporter-thing"),
    imageExample("thing", "example.org/mypostgres:1.2.3"),
    { "app.yaml": sampleApplication({ ...other, targetRevision: "v1.2.3" }) },
  ];

  for (const tree of trees)
    assert.deepEqual(
      (await recognised(tree)).filter((system) => system !== null),
      [],
    );
});
