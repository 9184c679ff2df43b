import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "js-yaml";
import { known } from "../kernel/fact.ts";
import { judgeGuard } from "./reviews.ts";
import { unreviewedPage } from "./rule.ts";

function verdictOf(files: Readonly<Record<string, string>>): string {
  const read = load(files["branch.yaml"] ?? "") as {
    readonly branch: string;
    readonly approvals: number;
    readonly around: readonly string[];
  };
  return judgeGuard(read.branch, {
    approvals: known(read.approvals, "the forge"),
    around: known(read.around, "the forge"),
  }).kind;
}

for (const { name, files } of unreviewedPage.examples.failing)
  test(`branch-unreviewed finds: ${name}`, () => assert.equal(verdictOf(files), "finding"));
for (const { name, files } of unreviewedPage.examples.passing)
  test(`branch-unreviewed does not find: ${name}`, () => assert.equal(verdictOf(files), "guarded"));
