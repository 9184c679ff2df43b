import { escapeMarkdown } from "../markup.ts";
import { type Assessment, countsOf, firstSteps, type Row, type Section } from "./assessment.ts";

/** An assessment as Markdown, for a wiki or a ticket. */
export function assessmentAsMarkdown(assessment: Assessment): string {
  const { bad, warn, unknown, good } = countsOf(assessment);
  const steps = firstSteps(assessment, 3).map(
    ({ row }, index) =>
      `${index + 1}. ${escapeMarkdown(row.cells[0] ?? "")}: ${escapeMarkdown(row.why ?? "")} ${row.next ?? ""}`,
  );
  return [
    `# Assessment of ${escapeMarkdown(assessment.cluster)}`,
    "",
    `${assessment.at.slice(0, 16).replace("T", " ")} UTC, Kubernetes ${assessment.kubernetes}, ${assessment.objects} objects: ${bad} wrong, ${warn} to look at, ${unknown} unknown, ${good} fine.`,
    ...(steps.length === 0 ? [] : ["", "**Do this first**", "", ...steps]),
    ...assessment.sections.flatMap(sectionAsMarkdown),
    "",
  ].join("\n");
}

function sectionAsMarkdown({ title, summary, columns, rows, unseen }: Section): readonly string[] {
  const head = ["", ...columns, "Why and what to do"];
  return [
    "",
    `## ${escapeMarkdown(title)}`,
    "",
    escapeMarkdown(summary),
    ...(rows.length === 0
      ? []
      : ["", `| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...rows.map(rowAsMarkdown)]),
    ...(unseen.length === 0
      ? []
      : [
          "",
          ...unseen.map(
            (one) => `- Not seen: ${escapeMarkdown(one.what)}. ${escapeMarkdown(one.why)} ${one.howToLearn}`,
          ),
        ]),
  ];
}

function rowAsMarkdown({ mark, cells, why = "", next = "" }: Row): string {
  const tail = `${escapeMarkdown(why)} ${next.replaceAll("|", "\\|")}`.trim();
  return `| **${mark}** | ${cells.map(escapeMarkdown).join(" | ")} | ${tail} |`;
}
