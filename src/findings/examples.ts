import { instantOf } from "../kernel/instant.ts";
import type { FileEntry, Tree } from "../kernel/ports.ts";
import { defaultConfig } from "../platform/config.ts";
import type { Example, Rule, System } from "../systems/contract.ts";
import { type Audit, type AuditInput, audit } from "./audit.ts";
import { auditChange } from "./audit-change.ts";
import type { JudgeMove } from "./change.ts";
import { parseConfig } from "./platform-file.ts";

/** A tree that lies in memory: path → text. */
export function memoryTree(files: Readonly<Record<string, string>>, label = "example"): Tree {
  const encoder = new TextEncoder();
  const entries: FileEntry[] = Object.entries(files)
    .map(([path, text]) => ({ path, size: text.length, version: `${text.length}` }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    label,
    list: () => Promise.resolve({ files: entries, skipped: [] }),
    read: (wanted) => Promise.resolve(wanted.map(({ path }) => encoder.encode(files[path] ?? ""))),
  };
}

/**
 * Audits an example the way a repository is audited, with one rule; its `millwright.yaml` counts. An example with a `before` is
 * audited as a change.
 */
export function auditExample(example: Example, rule: Rule, { systems, judgeMove, served }: Knowledge): Promise<Audit> {
  const now = instantOf(Date.UTC(2026, 10, 20));
  const inputOf = (files: Example["files"]): AuditInput => {
    const written = files["millwright.yaml"];
    const config = written === undefined ? defaultConfig : parseConfig(written, "millwright.yaml");
    return { tree: memoryTree(files), config, systems, served: served ?? [], rules: [rule], now };
  };
  const head = inputOf(example.files);
  return example.before === undefined ? audit(head) : auditChange({ base: inputOf(example.before), head, judgeMove });
}

/** What examples are judged with. */
export interface Knowledge {
  readonly systems: readonly System[];
  readonly judgeMove: JudgeMove;
  readonly served?: AuditInput["served"];
}

/** What a rule's own examples show of it, as sentences: none when it does what its page says. */
export async function brokenExamples(rule: Rule, knowledge: Knowledge): Promise<readonly string[]> {
  const complaints: string[] = [];
  const expect = async (
    examples: readonly Example[],
    expected: string,
    holds: (result: Audit) => boolean,
  ): Promise<void> => {
    for (const example of examples) {
      const result = await auditExample(example, rule, knowledge);
      if (result.problems.length > 0)
        complaints.push(
          `${rule.id}, "${example.name}": ${result.problems.map((problem) => problem.reason).join("; ")}`,
        );
      if (!holds(result)) {
        complaints.push(
          `${rule.id}, "${example.name}": expected ${expected}, got ${result.findings.length} findings and ${result.unknown.length} unknown`,
        );
      }
    }
  };
  await expect(rule.examples.failing, "a finding", (result) => result.findings.length > 0);
  await expect(
    rule.examples.passing,
    "neither a finding nor unknown",
    (result) => result.findings.length === 0 && result.unknown.length === 0,
  );
  await expect(
    rule.examples.unknown ?? [],
    "unknown and no finding",
    (result) => result.findings.length === 0 && result.unknown.length > 0,
  );
  return complaints;
}
