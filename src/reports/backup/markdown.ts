import { escapeMarkdown } from "../markup.ts";
import {
  factsOf,
  grouped,
  lasted,
  moment,
  type ReportedProof,
  type ReportedProofs,
  reasonsOf,
  sized,
  verdictWords,
} from "./words.ts";

/** Proofs as Markdown, for a ticket or a wiki. */
export function proofsAsMarkdown(report: ReportedProofs): string {
  return [
    `# Proof of ${escapeMarkdown(report.source)}`,
    "",
    `${moment(report.at)}. Each backup was restored into a throw-away PostgreSQL and every table counted.`,
    ...report.proofs.flatMap((proof) => proofAsMarkdown(proof, report)),
    ...(report.passedOver.length + report.notes.length === 0 ? [] : ["", "## Beside"]),
    "",
    ...report.passedOver.map(({ name, why }) => `- ${escapeMarkdown(name)}: passed over, ${escapeMarkdown(why)}`),
    ...report.notes.map((note) => `- ${escapeMarkdown(note)}`),
    "",
  ].join("\n");
}

function proofAsMarkdown(proof: ReportedProof, { at }: ReportedProofs): readonly string[] {
  const list = (items: readonly string[]): readonly string[] =>
    items.length === 0 ? [] : ["", ...items.map((item) => `- ${item}`)];
  const size = proof.bytes === undefined ? "" : `, ${sized(proof.bytes)}`;
  return [
    "",
    `## ${escapeMarkdown(proof.name)}: ${verdictWords[proof.verdict.kind]}`,
    "",
    `${escapeMarkdown(proof.format)}${size}. ${proof.phases.map(({ name, millis }) => `${name} ${lasted(millis)}`).join(", ")}.`,
    ...list(reasonsOf(proof).map((reason) => `**${escapeMarkdown(reason)}**`)),
    ...proof.databases.flatMap((database) => [
      "",
      `### ${escapeMarkdown(database.name)}`,
      "",
      "| | |",
      "|---|---|",
      ...factsOf(database, at).map(([label, value]) => `| ${label} | ${escapeMarkdown(value)} |`),
      "",
      "| Table | Rows |",
      "|---|---:|",
      ...database.tables.map(({ table, rows }) => `| ${escapeMarkdown(table)} | ${grouped(rows)} |`),
      ...list(database.failures.map(({ what, message }) => `${escapeMarkdown(what)}: ${escapeMarkdown(message)}`)),
    ]),
    ...(proof.notIncluded.length === 0 ? [] : ["", "### Not in it"]),
    ...list(proof.notIncluded.map(({ what, why }) => `${escapeMarkdown(what)}. ${escapeMarkdown(why)}`)),
    ...list(proof.notes.map((note) => escapeMarkdown(note))),
  ];
}
