import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { defaultConfig } from "../platform/config.ts";
import { defineRule, type Rule, type Verdict } from "../systems/contract.ts";
import { type AuditInput, audit } from "./audit.ts";
import { auditChange } from "./audit-change.ts";
import { brokenExamples, memoryTree } from "./examples.ts";

const deployment = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: web, image: "${image}" }] } } }\n`;

function rule(id: string, check: (pins: number) => readonly Verdict[]): Rule {
  return defineRule({
    id,
    title: "t",
    group: "pinning",
    severity: "high",
    why: "w",
    sources: [],
    fix: "f",
    needs: ["pins"],
    check: ({ pins }) => check(pins.length),
    examples: {
      failing: [{ name: "found", files: { "a.yaml": deployment("a:1.0.0") } }],
      passing: [{ name: "clean", files: {} }],
    },
  });
}
const found = (subject: string): Verdict => ({
  kind: "finding",
  subject,
  at: { file: "a.yaml", line: 1, column: 1 },
  message: "m",
  fix: "f",
});
const input = (files: Readonly<Record<string, string>>, ...rules: readonly Rule[]): AuditInput => ({
  tree: memoryTree(files),
  config: defaultConfig,
  systems: [],
  rules,
  now: instantOf(Date.UTC(2026, 10, 20)),
});
const legal = { judgeMove: () => ({ kind: "legal" }) as const };

test("a rule that breaks is a problem of its own; the others' findings stand", async () => {
  const broken = rule("breaks", () => {
    throw new TypeError("planted");
  });
  const result = await audit(
    input(
      { "a.yaml": "x: 1\n" },
      broken,
      rule("works", () => [found("s")]),
    ),
  );
  assert.deepEqual(
    result.findings.map((finding) => finding.rule),
    ["works"],
  );
  assert.match(result.problems[0]?.reason ?? "", /rule breaks failed: planted\. Please report it; the other rules ran/);
});

test("a rule about changes does not run on a state", async () => {
  const change = defineRule({ ...rule("about-change", () => []), needs: ["change"], check: () => [found("s")] });
  assert.deepEqual((await audit(input({}, change))).findings, []);
  const changed = await auditChange({ base: input({}, change), head: input({}, change), ...legal });
  assert.deepEqual(
    changed.findings.map((finding) => finding.rule),
    ["about-change"],
  );
});

test("a change is judged by what it brings: what was there stays out, what is gone is named", async () => {
  const counting = rule("counts", (pins) => [found("always"), ...(pins > 0 ? [found("with")] : [found("without")])]);
  const base = input({}, counting);
  const head = input({ "a.yaml": deployment("a:1.0.0") }, counting);
  const result = await auditChange({ base, head, ...legal });
  assert.deepEqual(
    result.findings.map(({ subject }) => subject),
    ["with"],
  );
  assert.deepEqual(
    result.change?.resolved.map(({ subject }) => subject),
    ["without"],
  );
});

test("a version that moves is asked about once per pin, an added or removed one is no move", async () => {
  const asked: string[] = [];
  const judgeMove = (question: { readonly name: string; readonly from: string; readonly to: string }) => {
    asked.push(`${question.name} ${question.from} ${question.to}`);
    return { kind: "legal" } as const;
  };
  const base = input({ "a.yaml": deployment("a:1.0.0"), "b.yaml": deployment("b:1.0.0") });
  const head = input({ "a.yaml": deployment("a:1.1.0"), "c.yaml": deployment("c:1.0.0") });
  const result = await auditChange({ base, head, judgeMove });
  assert.deepEqual(asked, ["a 1.0.0 1.1.0"]);
  assert.equal(result.change?.moves.length, 1);
});

test("what the past could not be looked at for is told among the problems", async () => {
  const result = await audit({
    ...input({}),
    past: { credentials: [], cut: ["only the newest 5 commits were looked at"] },
  });
  assert.deepEqual(
    result.problems.map(({ reason }) => reason),
    ["only the newest 5 commits were looked at"],
  );
});

test("examples that do not show what they say are told one by one", async () => {
  const silent = rule("silent", () => []);
  const loud = rule("loud", () => [found("s")]);
  const breaking = rule("breaking", () => {
    throw new Error("planted");
  });
  const told = async (one: Rule): Promise<readonly string[]> => brokenExamples(one, { systems: [], ...legal });
  assert.deepEqual(await told(silent), ['silent, "found": expected a finding, got 0 findings and 0 unknown']);
  assert.deepEqual(await told(loud), [
    'loud, "clean": expected neither a finding nor unknown, got 1 findings and 0 unknown',
  ]);
  assert.match((await told(breaking)).join("\n"), /rule breaking failed: planted/);
  assert.deepEqual(await told(rule("right", (pins) => (pins > 0 ? [found("s")] : []))), []);
});
