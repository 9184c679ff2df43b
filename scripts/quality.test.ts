import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { labelledTrees } from "../bench/quality/labels.ts";
import { measure } from "../bench/quality/measure.ts";
import { qualityMarkdown } from "../bench/quality/page.ts";

const trees = labelledTrees();
const measurement = await measure(trees);

test("on the labelled trees the audit says what their labels say", () => {
  assert.deepEqual(measurement.disagreements, []);
});

test("docs/quality.md is what was measured (npm run quality writes it)", () => {
  const committed = readFileSync(join(import.meta.dirname, "..", "docs", "quality.md"), "utf8");

  assert.equal(committed, qualityMarkdown(measurement, trees.length));
});

test("a finding that no label asks for, and a label that nothing answers, are both counted", async () => {
  const [first] = trees;
  assert.ok(first !== undefined);
  const [finding, ...others] = first.findings;
  assert.ok(finding !== undefined);
  const wrong = { by: "pinning-chart", text: "pinning-chart nowhere.yaml:1" };

  const { rules } = await measure([{ ...first, findings: [...others, wrong] }]);

  assert.ok(rules.some(({ by, wrong: count }) => by === finding.by && count === 1));
  assert.ok(rules.some(({ by, expected, found }) => by === "pinning-chart" && found < expected));
});
