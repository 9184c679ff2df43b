import assert from "node:assert/strict";
import { test } from "node:test";
import type { Audit } from "../findings/audit.ts";
import type { Finding } from "../findings/finding.ts";
import { guideLines } from "../guides/index.ts";
import { guideWatchers } from "../guides/watchers.ts";
import { guidesAsHtml, guidesAsMarkdown, guidesAsText, linesWithEvidence } from "./guides.ts";

function auditWith(...rules: readonly (readonly [rule: string, group: string])[]): Audit {
  // Only what the lines look at: rule, group and id.
  const findings = rules.map(([rule, group], index) => ({ id: String(index), rule, group })) as unknown as Finding[];
  return { tree: "here", at: "2026-11-20T09:00:00.000Z", findings } as unknown as Audit;
}

test("a line counts the findings of the rules that watch it, not of its neighbours", () => {
  const lines = linesWithEvidence(
    guideLines,
    auditWith(
      ["pinning-chart", "pinning"],
      ["pinning-image-latest", "pinning"],
      ["terraform-module-not-pinned", "terraform"],
    ),
  );
  const found = (id: string) => lines.find((line) => line.id === id)?.findings;

  assert.deepEqual(found("A.2"), ["0"]);
  assert.deepEqual(found("A.3"), ["1"]);
  assert.deepEqual(found("A.4"), ["1"]);
  assert.equal(found("A.6"), undefined, "no rule sees a review from a repository");
});

test("rules and groups that watch lines exist", async () => {
  // oxlint-disable-next-line no-restricted-imports -- the list of rules is bound by the shells
  const { rules } = await import("../cli/rules.ts");
  // oxlint-disable-next-line no-restricted-imports -- as is that of the systems
  const { systems } = await import("../systems/index.ts");
  const known = new Set(rules(systems).flatMap(({ id, group }) => [id, group]));

  assert.deepEqual(
    guideWatchers.filter((watcher) => !known.has(watcher)),
    [],
  );
});

test("every form says in one line what the guides are", () => {
  const result = auditWith();
  const lines = linesWithEvidence(guideLines, result);
  const paper = { columns: undefined, colour: false };

  for (const text of [guidesAsText(lines, paper), guidesAsMarkdown(lines, result), guidesAsHtml(lines, result)])
    assert.match(text, /Guide A: maintenance guidelines of an MLOps platform/);
});
