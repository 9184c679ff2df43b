import { counted } from "../kernel/count.ts";
import type { Example, Rule } from "../systems/contract.ts";
import { escapeMarkdown } from "./markup.ts";
import { indented, type Paper, styled, table } from "./table.ts";

/** A rule for the terminal. */
export function ruleAsText(rule: Rule, paper: Paper): string {
  const section = (title: string, text: string): string[] => [
    styled(paper, "bold", title),
    indented(paper, text, "  "),
    "",
  ];
  return [
    `${styled(paper, "bold", rule.id)}  ${rule.severity} · ${rule.group}`,
    rule.title,
    "",
    ...section("Why", rule.why),
    ...section("Fix", rule.fix),
    ...section("Found in, for example", exampleAsText(rule.examples.failing[0])),
    ...section("Fine", exampleAsText(rule.examples.passing[0])),
    ...section("Suppress in millwright.yaml", suppression(rule)),
    ...section("Sources", rule.sources.map((source) => `- ${source}`).join("\n")),
  ].join("\n");
}

/** The list of all rules, by group. */
export function rulesAsMarkdown(rules: readonly Rule[]): string {
  const groups = [...Map.groupBy(rules, (rule) => rule.group)].sort(([a], [b]) => a.localeCompare(b));
  return [
    "# Rules",
    "",
    `${rules.length} rules. Each page says what the rule looks for, why, from which source, how to mend it, and shows examples, which are its tests. In the terminal: \`millwright explain RULE\`.`,
    ...groups.flatMap(([group, members]) => [
      "",
      `## ${group}`,
      "",
      "| Rule | Severity | Finds |",
      "|---|---|---|",
      ...members.map((rule) => `| [${rule.id}](${rule.id}.md) | ${rule.severity} | ${escapeMarkdown(rule.title)} |`),
    ]),
    "",
  ].join("\n");
}

/** All rules for the terminal, by group. */
export function rulesAsText(rules: readonly Rule[], paper: Paper): string {
  const rows = byGroup(rules).map((rule) => [rule.severity, rule.id, rule.title]);
  return [
    table(paper, ["severity", "rule", "what it finds"], rows),
    "",
    indented(
      paper,
      `${counted(rules.length, "rule")} · millwright explain RULE says why, and how to mend or suppress`,
      "",
    ),
  ].join("\n");
}

function byGroup(rules: readonly Rule[]): readonly Rule[] {
  return [...rules].sort((a, b) => a.group.localeCompare(b.group) || a.id.localeCompare(b.id));
}

/** A rule's page, `docs/rules/<id>.md`. */
export function ruleAsMarkdown(rule: Rule): string {
  return [
    `# ${rule.id}`,
    "",
    `${rule.title}. Severity **${rule.severity}**, group ${rule.group}.`,
    "",
    "## Why",
    "",
    rule.why,
    "",
    "## Fix",
    "",
    rule.fix,
    "",
    "## Examples",
    "",
    ...rule.examples.failing.flatMap((example) => exampleAsMarkdown("Found", example)),
    ...rule.examples.passing.flatMap((example) => exampleAsMarkdown("Fine", example)),
    ...(rule.examples.unknown ?? []).flatMap((example) => exampleAsMarkdown("Unknown", example)),
    "## Suppress",
    "",
    "In `millwright.yaml`:",
    "",
    "```yaml",
    suppression(rule),
    "```",
    "",
    "## Sources",
    "",
    ...rule.sources.map((source) => `- ${source}`),
    "",
  ].join("\n");
}

function suppression(rule: Rule): string {
  return `suppress:\n  - rule: ${rule.id}\n    reason: why this is right here, in a sentence\n    until: 2027-06-30`;
}

function exampleAsText(example: Example): string {
  return [example.name, ...Object.entries(example.files).map(([file, text]) => `# ${file}\n${text.trimEnd()}`)].join(
    "\n",
  );
}

function exampleAsMarkdown(verdict: string, example: Example): string[] {
  const files = Object.entries(example.files).flatMap(([file, text]) => [
    `\`${file}\``,
    "",
    `\`\`\`\`${languageOf(file)}`,
    text.trimEnd(),
    "````",
    "",
  ]);
  return [`**${verdict}:** ${example.name}.`, "", ...files];
}

function languageOf(file: string): string {
  const ending = /\.(\w+)$/.exec(file)?.[1] ?? "";
  const languages: Readonly<Record<string, string>> = { yaml: "yaml", yml: "yaml", json: "json", tf: "hcl", sh: "sh" };
  return languages[ending] ?? "";
}
