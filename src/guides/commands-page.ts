import { aboutGuides, type GuideLine } from "./line.ts";
import { code, table } from "./markdown.ts";

/** `docs/commands.md`: each command as a guide has it, what to type today, and what was wrong with it. */
export function commandsMarkdown(lines: readonly GuideLine[]): string {
  const typed = lines.filter((line) => line.typed !== undefined);
  const part = (guide: "A" | "B", title: string): string =>
    `## ${title}\n\n${table(
      ["Line", "The guide has", "Today", "Correction"],
      typed
        .filter((line) => line.guide === guide)
        .map((line) => [line.id, code(line.typed ?? ""), today(line.today), correctionOf(line)]),
    )}`;
  return [
    "# Commands of the two guides",
    `Every command that the guides type, and what to type instead. ${aboutGuides} Generated from \`src/guides/\` by \`npm run docs\`; change it there.`,
    "`make …` is run in the repository that `millwright scaffold` writes (here: `kit/`). Cleaning lists first; `CONFIRM=yes` deletes.",
    part("A", "A: maintenance guidelines of the MLOps platform"),
    part("B", "B: maintenance guide of the infrastructure"),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

/** Commands as code, sentences as text. */
function today(text: string): string {
  return /^[a-z./]+ \S|^(GET|POST) /.test(text) && !/^(open|see|try|by|look|write|name|your|nothing) /.test(text)
    ? code(text)
    : text;
}

function correctionOf(line: GuideLine): string {
  return line.correction === undefined ? "" : `${line.correction.text} (${line.correction.source})`;
}
