import type { Audit } from "../../findings/audit.ts";
import { type Finding, worstOf } from "../../findings/finding.ts";
import { counted } from "../../kernel/count.ts";
import type { Move } from "../../systems/contract.ts";
import { escapeMarkdown, markdownCode } from "../markup.ts";
import { moveAsWords, reasonOf, verdictAsWord } from "./change.ts";
import { inSentences } from "./sentences.ts";
import { type Trouble, troublesIn } from "./troubles.ts";
import { worstInWords } from "./words.ts";

/** An audit as Markdown: fit for a merge request's one comment. */
export function auditAsMarkdown(audit: Audit): string {
  const result = inSentences(audit);
  return [
    "## Millwright audit",
    "",
    summary(result),
    ...changed(result),
    ...(result.findings.length === 0
      ? []
      : [
          "",
          ...(result.change === undefined ? [] : ["### What the change brings", ""]),
          "| | Subject | Why | What to do | Where |",
          "|---|---|---|---|---|",
          ...result.findings.map(row),
        ]),
    ...questions(result),
    ...suppressed(result),
    ...troubles(result),
    "",
  ].join("\n");
}

function summary(result: Audit): string {
  const worst = worstOf(result.findings, 3).map(
    (finding) =>
      `**${escapeMarkdown(finding.subject)}:** ${escapeMarkdown(finding.fix)} (${markdownCode(finding.rule)})`,
  );
  if (worst.length === 0 && result.change !== undefined)
    return `The change brings nothing that the audit finds fault with (${counted(result.files.read, "file")}, ${counted(result.pins, "pin")}).`;
  if (worst.length === 0)
    return `Nothing found in ${counted(result.files.read, "file")} and ${counted(result.pins, "pin")}.`;
  return [`**${worstInWords(worst.length)}**`, "", ...worst.map((text, index) => `${index + 1}. ${text}`)].join("\n");
}

function changed({ change }: Audit): string[] {
  if (change === undefined) return [];
  const moves =
    change.moves.length === 0
      ? ["No version moves."]
      : ["| | Moves | Why | Where |", "|---|---|---|---|", ...change.moves.map(moveRow)];
  const gone = change.resolved.map((finding) => `- ${escapeMarkdown(finding.subject)} (${markdownCode(finding.rule)})`);
  return [
    "",
    `### Since ${markdownCode(change.base)}`,
    "",
    ...moves,
    ...(gone.length === 0 ? [] : ["", `No longer found (${gone.length}):`, "", ...gone]),
  ];
}

function moveRow(move: Move): string {
  const reason = reasonOf(move);
  const why = reason === undefined ? "" : `${escapeMarkdown(reason.why)} ${escapeMarkdown(reason.next)}`;
  return `| **${verdictAsWord(move)}** | ${escapeMarkdown(moveAsWords(move))} | ${why} | ${markdownCode(`${move.at.file}:${move.at.line}`)} |`;
}

function row(finding: Finding): string {
  const where = finding.places.map((place) => markdownCode(`${place.file}:${place.line}`)).join("<br>");
  const subject = `${escapeMarkdown(finding.subject)}${finding.environment === undefined ? "" : ` (${escapeMarkdown(finding.environment)})`}`;
  return `| **${finding.severity}** | ${subject} | ${escapeMarkdown(finding.message)} ${markdownCode(finding.rule)} | ${escapeMarkdown(finding.fix)} | ${where} |`;
}

function questions(result: Audit): string[] {
  if (result.unknown.length === 0) return [];
  const lines = result.unknown.map(
    (question) =>
      `- ${escapeMarkdown(question.subject)} (${markdownCode(question.rule)}): ${escapeMarkdown(question.why)} What tells: ${escapeMarkdown(question.howToLearn)}`,
  );
  return ["", "### Not known from here", "", ...lines];
}

function suppressed(result: Audit): string[] {
  if (result.suppressed.length === 0) return [];
  const lines = result.suppressed.map(
    ({ finding, suppression }) =>
      `- ${escapeMarkdown(finding.subject)} (${markdownCode(finding.rule)}) until ${suppression.until}: ${escapeMarkdown(suppression.reason)}`,
  );
  return ["", "### Suppressed", "", ...lines];
}

function troubles(result: Audit): string[] {
  const { unread, doubtful } = troublesIn(result);
  return [...listed("Not read", unread), ...listed("Read with reservations", doubtful)];
}

function listed(title: string, troubles: readonly Trouble[]): string[] {
  const lines = troubles.map(({ place, reason }) => `- ${markdownCode(place)} ${escapeMarkdown(reason)}`);
  return lines.length === 0 ? [] : ["", `### ${title}`, "", ...lines];
}
