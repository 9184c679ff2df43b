import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { labelledTrees } from "../bench/quality/labels.ts";
import { essenceOf } from "../bench/quality/measure.ts";
import { rewrites } from "../bench/quality/rewrite.ts";

/** With the guide's own mistakes besides: more systems than the labelled trees have. */
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

test("a tree keeps its findings and pins in another folder", async () => {
  for (const name of ["umbrella", "kustomize", "terraform", "manifests", "compose"]) {
    const files = trees.find((tree) => tree.name === name)?.files ?? {};
    const moved = Object.entries(files).map(([path, text]) => [`teams/shop/${path}`, text]);

    assert.deepEqual(await essenceOf(Object.fromEntries(moved)), await essenceOf(files), name);
  }
});
