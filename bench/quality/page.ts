import type { Measurement, Score } from "./measure.ts";

/** `docs/quality.md`. */
export function qualityMarkdown({ rules, readers, disagreements }: Measurement, trees: number): string {
  const open = disagreements.map(({ tree, kind, by, text }) => `| ${tree} | ${kind} | ${by} | \`${text}\` |`);
  return `# How often the audit is right

Measured on ${trees} small repositories in \`bench/quality/trees\`, written for this in the shapes of real ones, one of them
without a fault. What ought to be found in them was written down in \`bench/quality/labels\` before the audit first ran on them; where
the two disagreed, the wrong one was mended. (At the first run that was in three places, each a mistake of a label or a tree; what was
wrong in the audit had been found on public repositories just before.) So these figures show that nothing got worse since, and what was looked at; they do
not promise the same on a repository nobody labelled. \`npm run quality\` writes this page, and a test keeps it current.

*Precision*: of what is said, how much is right. *Recall*: of what ought to be said, how much is. A finding counts by rule, file and
line, each of its places by itself; a pin by file, line, kind, name, version and state.

## Rules

${table(rules, "rule")}

A rule that is not listed has no case here; its own examples, on its page in \`docs/rules\`, are its tests.

## Readers

${table(readers, "reader")}

## Where the two still disagree

${open.length === 0 ? "Nowhere." : ["| tree | what | by | said |", "|---|---|---|---|", ...open].join("\n")}
`;
}

function table(scores: readonly Score[], title: string): string {
  const sum = (key: "expected" | "found" | "wrong"): number => scores.reduce((total, score) => total + score[key], 0);
  const all = { by: "**all**", expected: sum("expected"), found: sum("found"), wrong: sum("wrong") };
  return [`| ${title} | labels | precision | recall |`, "|---|--:|--:|--:|", ...[...scores, all].map(row)].join("\n");
}

function row({ by, expected, found, wrong }: Score): string {
  return `| ${by} | ${expected} | ${share(found, found + wrong)} | ${share(found, expected)} |`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}
