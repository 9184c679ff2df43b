import { indented, type Paper, type Style, shown, styled, table } from "../table.ts";
import { type Assessment, countsOf, firstSteps, type Mark, type Row, type Section } from "./assessment.ts";

const styles: Readonly<Record<Mark, { readonly word: string; readonly style: Style }>> = {
  bad: { word: "wrong", style: "red" },
  warn: { word: "look", style: "yellow" },
  unknown: { word: "unknown", style: "cyan" },
  absent: { word: "absent", style: "dim" },
  note: { word: "note", style: "dim" },
  good: { word: "fine", style: "green" },
};

/** An assessment for a terminal: the answer of each part, then what is wrong or unknown in it. */
export function assessmentAsText(assessment: Assessment, paper: Paper): string {
  const { bad, warn, unknown, good } = countsOf(assessment);
  const first = firstSteps(assessment, 3).map(({ row }, index) =>
    indented(paper, shown(`${row.cells[0] ?? ""}: ${row.why ?? ""} ${row.next ?? ""}`), "   ", `${index + 1}. `),
  );
  return [
    styled(
      paper,
      "bold",
      `${assessment.cluster}, Kubernetes ${assessment.kubernetes}: ${bad} wrong, ${warn} to look at, ${unknown} unknown, ${good} fine`,
    ),
    ...(first.length === 0 ? [] : ["", "Do this first:", ...first]),
    "",
    table(
      paper,
      ["", "part", "how it stands"],
      assessment.sections.map(({ mark, title, summary }) => [
        styled(paper, styles[mark].style, styles[mark].word),
        title,
        shown(summary),
      ]),
    ),
    ...assessment.sections.flatMap((section) => sectionAsText(section, paper)),
  ].join("\n");
}

/** Only what someone should read; -o html or json has it all. */
function sectionAsText({ title, rows, unseen }: Section, paper: Paper): readonly string[] {
  const telling = rows.filter(({ mark }) => mark === "bad" || mark === "warn" || mark === "unknown");
  if (telling.length === 0 && unseen.length === 0) return [];
  return [
    "",
    styled(paper, "bold", title),
    ...telling.map((row) => rowAsText(row, paper)),
    ...unseen.map((one) => indented(paper, `${one.what}: ${shown(one.why)} ${one.howToLearn}`, "    ", "  not seen  ")),
  ];
}

function rowAsText({ mark, cells, why, next }: Row, paper: Paper): string {
  const { word, style } = styles[mark];
  const line = cells.filter((cell) => cell !== "").join("  ");
  return [
    `  ${styled(paper, style, word.padEnd(8))}${shown(line)}`,
    ...(why === undefined ? [] : [indented(paper, shown(why), "          ")]),
    ...(next === undefined ? [] : [indented(paper, shown(next), "          ")]),
  ].join("\n");
}
