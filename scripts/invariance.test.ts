import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { labelledTrees } from "../bench/quality/labels.ts";
import { essenceOf } from "../bench/quality/measure.ts";
import { rewrites } from "../bench/quality/rewrite.ts";
import { judgeMoveBy } from "../src/cli/judge-move.ts";
import { rules } from "../src/cli/rules.ts";
import { auditExample } from "../src/findings/examples.ts";
import type { Example, Rule } from "../src/systems/contract.ts";
import { systems } from "../src/systems/index.ts";
import { upgradeFactsData } from "../src/systems/upgrade-facts.ts";

const trees = labelledTrees();

for (const { name, applies, rewrite } of rewrites) {
  test(`${name} change no finding and no pin`, async () => {
    for (const tree of trees) {
      const before = await essenceOf(tree.files);
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const files = Object.entries(tree.files).map(([path, text]) => [
            path,
            applies(path, text) ? rewrite(text, seed) : text,
          ]);

          assert.deepEqual(await essenceOf(Object.fromEntries(files)), before, `${tree.name}, ${name}`);
        }),
        { numRuns: 3, seed: 20_261_120 },
      );
    }
  });
}

/**
 * Rules about the writing itself: a number loses its last zero without quotes; text that is broken YAML can be told from other text
 * in a block only.
 */
const aboutWriting: ReadonlySet<string> = new Set(["pinning-version-read-as-number", "sharinghub-config-not-yaml"]);
const knowledge = { systems, judgeMove: judgeMoveBy(upgradeFactsData) };

async function idsOf(example: Example, rule: Rule): Promise<readonly string[]> {
  const { findings } = await auditExample(example, rule, knowledge);
  return findings.map(({ id, subject }) => `${id} ${subject}`).sort();
}

for (const { name, applies, rewrite } of rewrites) {
  test(`${name} change nothing in what a rule says of its own examples`, async () => {
    for (const rule of rules(systems).filter(({ id }) => !aboutWriting.has(id))) {
      for (const example of [...rule.examples.failing, ...rule.examples.passing]) {
        if (example.before !== undefined) continue;
        const files = Object.entries(example.files).map(([path, text]) => {
          const changes = path !== "millwright.yaml" && applies(path, text);
          return [path, changes ? rewrite(text, 20_261_120) : text];
        });
        const changed = await idsOf({ ...example, files: Object.fromEntries(files) }, rule);

        assert.deepEqual(changed, await idsOf(example, rule), `${rule.id}, "${example.name}"`);
      }
    }
  });
}

test("a tree keeps its findings and pins in another folder", async () => {
  for (const name of ["umbrella", "kustomize", "terraform", "manifests", "compose"]) {
    const files = trees.find((tree) => tree.name === name)?.files ?? {};
    const moved = Object.entries(files).map(([path, text]) => [`teams/shop/${path}`, text]);

    assert.deepEqual(await essenceOf(Object.fromEntries(moved)), await essenceOf(files), name);
  }
});
