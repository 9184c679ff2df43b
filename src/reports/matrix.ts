import type { Matrix, MatrixRow } from "../versions/matrix.ts";
import { escapeMarkdown, escapeXml } from "./markup.ts";
import { page } from "./page.ts";
import { indented, type Paper, shown, styled, table } from "./table.ts";

/** A cell: the version, `?` where it is not known, nothing where the component is not deployed. */
function cellOf(row: MatrixRow, column: number, notThere = ""): string {
  return row.versions[column] ?? (row.deployed[column] === true ? "?" : notThere);
}

/** The matrix for a terminal. */
export function matrixAsText(matrix: Matrix, paper: Paper): string {
  if (matrix.rows.length === 0)
    return "No component was recognised, so there is nothing to compare. 'millwright inventory' shows what was read.";
  const rows = matrix.rows.map((row) => [
    shown(row.component),
    row.system ?? "-",
    ...row.versions.map((_, column) => shown(cellOf(row, column, "-"))),
  ]);
  return [
    table(paper, ["component", "system", ...matrix.environments], rows),
    "",
    ...matrix.verdicts.map((verdict) =>
      indented(
        paper,
        shown(sentence(verdict)),
        " ".repeat(12),
        styled(paper, verdict.proven ? "green" : "yellow", (verdict.proven ? "proven" : "not proven").padEnd(12)),
      ),
    ),
    `Proven sets by facts of ${matrix.factsOf}.`,
  ].join("\n");
}

/** The matrix as a document to keep in the repository. */
export function matrixAsMarkdown(matrix: Matrix): string {
  return [
    "# Version matrix",
    "",
    `| Component | System |${matrix.environments.map((name) => ` ${escapeMarkdown(name)} |`).join("")}`,
    `|---|---|${matrix.environments.map(() => "---|").join("")}`,
    ...matrix.rows.map(
      (row) =>
        `| ${escapeMarkdown(row.component)} | ${row.system ?? ""} |${row.versions.map((_, column) => ` ${escapeMarkdown(cellOf(row, column))} |`).join("")}`,
    ),
    "",
    ...matrix.verdicts.map(
      (verdict) => `- **${verdict.proven ? "Proven" : "Not proven"}:** ${escapeMarkdown(sentence(verdict))}`,
    ),
    "",
    `## Sets that were released together (facts of ${matrix.factsOf})`,
    "",
    ...matrix.sets.map(
      (set) =>
        `- ${set.name} (${set.released}): ${Object.entries(set.versions)
          .map(([system, version]) => `${system} ${version}`)
          .join(", ")}. ${escapeMarkdown(set.source)}`,
    ),
    "",
  ].join("\n");
}

/** The matrix as one page. */
export function matrixAsHtml(matrix: Matrix): string {
  const head = ["Component", "System", ...matrix.environments].map((title) => `<th>${escapeXml(title)}</th>`).join("");
  const rows = matrix.rows.map(
    (row) =>
      `<tr><td><b>${escapeXml(row.component)}</b></td><td>${escapeXml(row.system ?? "")}</td>${row.versions.map((_, column) => cellAsHtml(row, column)).join("")}</tr>`,
  );
  const verdicts = matrix.verdicts.map(
    (verdict) =>
      `<article class="item ${verdict.proven ? "good" : "open"}"><span class="mark">${verdict.proven ? "proven" : "not proven"}</span> ${escapeXml(sentence(verdict))}</article>`,
  );
  const sets = matrix.sets.map(
    (set) =>
      `<tr><td><b>${escapeXml(set.name)}</b><br><span class="soft">${escapeXml(set.released)}</span></td><td>${Object.entries(
        set.versions,
      )
        .map(([system, version]) => `${escapeXml(system)} <code>${escapeXml(version)}</code>`)
        .join("<br>")}</td><td class="soft">${escapeXml(set.source)}</td></tr>`,
  );
  const body = `<h1>Version matrix</h1><p class="soft">Which version runs where, and whether the combination is known to work together. Facts of ${escapeXml(matrix.factsOf)}.</p>
<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>
${verdicts.join("\n")}
<h2>Sets that were released together</h2><table class="stack"><thead><tr><th>Set</th><th>Versions</th><th>Source</th></tr></thead><tbody>${sets.join("")}</tbody></table>`;
  return page("Version matrix", body);
}

function cellAsHtml(row: MatrixRow, column: number): string {
  const cell = cellOf(row, column);
  if (cell === "") return '<td class="soft">–</td>';
  return cell === "?" ? '<td><span class="soft">unknown</span></td>' : `<td><code>${escapeXml(cell)}</code></td>`;
}

function sentence(verdict: Matrix["verdicts"][number]): string {
  if (verdict.proven) return `${verdict.environment} runs what ${verdict.set} released together.`;
  return `${verdict.environment} is nearest to ${verdict.set}: ${verdict.differences.join("; ")}.`;
}
