import { escapeXml } from "../markup.ts";
import { page } from "../page.ts";
import { type Assessment, countsOf, firstSteps, type Mark, type Row, type Section, type Unseen } from "./assessment.ts";

/** How marks are named and coloured: by word and by colour, never by colour alone. */
const words: Readonly<Record<Mark, { readonly word: string; readonly style: string }>> = {
  bad: { word: "wrong", style: "high" },
  warn: { word: "look", style: "medium" },
  unknown: { word: "unknown", style: "low" },
  absent: { word: "absent", style: "absent" },
  note: { word: "note", style: "absent" },
  good: { word: "fine", style: "good" },
};

/** An assessment as one self-contained page. */
export function assessmentAsHtml(assessment: Assessment): string {
  return page(
    `Assessment of ${assessment.cluster}`,
    [
      `<style>${style}</style>`,
      heading(assessment),
      first(assessment),
      contents(assessment),
      ...assessment.sections.map(sectionAsHtml),
      unseenAsHtml(assessment),
    ].join("\n"),
  );
}

/** A row and the words below it are one; on a narrow screen each cell says what it is. */
const style = `
tr.top td{border-bottom:0;padding-bottom:0}tr.tail td{padding-top:.1rem}tr.tail p{margin:.15rem 0}section{scroll-margin-top:1rem}
.mark{white-space:nowrap}h2 .mark{margin-left:.4rem}
@media (max-width:40rem){tr.top{border-bottom:0!important;padding-bottom:0!important}tr.tail{padding-top:0!important}
td[data-label]::before{content:attr(data-label) ": ";color:var(--soft)}td.none{display:none!important}}
`;

function heading(assessment: Assessment): string {
  const counts = countsOf(assessment);
  const cards = (["bad", "warn", "unknown", "good"] as const).map(
    (mark) =>
      `<li class="${words[mark].style}"><b>${counts[mark]}</b><span class="mark">${words[mark].word}</span></li>`,
  );
  const against = assessment.repository === null ? "" : ` against <code>${escapeXml(assessment.repository)}</code>`;
  const environment = assessment.environment === null ? "" : ` · ${escapeXml(assessment.environment)}`;
  return `<h1>Assessment of <code>${escapeXml(assessment.cluster)}</code>${against}</h1>
<p class="soft">${escapeXml(assessment.at.slice(0, 16).replace("T", " "))} UTC · Kubernetes ${escapeXml(assessment.kubernetes)} · ${assessment.objects} objects${environment} · read only</p>
<ul class="cards">${cards.join("")}</ul>`;
}

function first(assessment: Assessment): string {
  const steps = firstSteps(assessment, 3);
  if (steps.length === 0) return "";
  const items = steps.map(
    ({ section, row }) =>
      `<li><a href="#${section.id}">${escapeXml(row.cells[0] ?? "")}</a>: ${escapeXml(row.why ?? section.title)} ${marked(row.next ?? "")}</li>`,
  );
  return `<h2>Do this first</h2><ol class="first">${items.join("")}</ol>`;
}

function contents({ sections }: Assessment): string {
  const rows = sections.map(
    ({ id, title, mark, summary }) =>
      `<tr class="${words[mark].style}"><td><span class="mark">${words[mark].word}</span></td><td><a href="#${id}">${escapeXml(title)}</a></td><td>${escapeXml(summary)}</td></tr>`,
  );
  return `<h2>In short</h2><table class="stack"><thead><tr><th></th><th>Part</th><th>How it stands</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function sectionAsHtml(section: Section): string {
  const { id, title, mark, summary, rows, quiet } = section;
  const more = quiet > 0 && rows.length > 0 ? `<p class="soft">${quiet} more as they should be.</p>` : "";
  return `<section id="${id}" class="${words[mark].style}"><h2>${escapeXml(title)} <span class="mark">${words[mark].word}</span></h2>
<p>${escapeXml(summary)}</p>
${rows.length === 0 ? "" : tableOf(section)}${more}
${section.unseen.length === 0 ? "" : `<p class="soft">Not seen for this: ${section.unseen.length} (<a href="#unseen">what would show it</a>).</p>`}</section>`;
}

function tableOf({ columns, rows }: Section): string {
  const head = ["", ...columns].map((column) => `<th>${escapeXml(column)}</th>`).join("");
  return `<div class="scroll"><table class="stack"><thead><tr>${head}</tr></thead><tbody>${rows.map((row) => rowAsHtml(row, columns)).join("")}</tbody></table></div>`;
}

/** The cells, and below them the evidence and what to do, over the whole width. */
function rowAsHtml({ mark, cells, why, next }: Row, columns: readonly string[]): string {
  const { word, style } = words[mark];
  const tail = [
    why === undefined ? "" : `<p>${escapeXml(why)}</p>`,
    next === undefined ? "" : `<p><b>Do:</b> ${marked(next)}</p>`,
  ].join("");
  const line = columns.map((column, index) => cell(column, cells[index] ?? "", index === 0)).join("");
  const row = `<td><span class="mark">${word}</span></td>${line}`;
  if (tail === "") return `<tr class="${style}">${row}</tr>`;
  return `<tr class="${style} top">${row}</tr><tr class="${style} tail"><td class="none"></td><td colspan="${columns.length}">${tail}</td></tr>`;
}

function cell(column: string, text: string, isFirst: boolean): string {
  if (isFirst) return `<td><b>${escapeXml(text)}</b></td>`;
  return text === "" ? '<td class="none"></td>' : `<td data-label="${escapeXml(column)}">${escapeXml(text)}</td>`;
}

/** Backticks of a sentence as code. */
function marked(text: string): string {
  return escapeXml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function unseenAsHtml({ sections }: Assessment): string {
  const all = sections.flatMap((section) => section.unseen.map((one) => ({ section, one })));
  if (all.length === 0) return "";
  const merged = new Map<string, { readonly one: Unseen; readonly titles: Set<string> }>();
  for (const { section, one } of all) {
    const entry = merged.get(`${one.what} ${one.why}`) ?? { one, titles: new Set<string>() };
    entry.titles.add(section.title);
    merged.set(`${one.what} ${one.why}`, entry);
  }
  const rows = [...merged.values()].map(
    ({ one, titles }) =>
      `<tr><td><b>${escapeXml(one.what)}</b><br><span class="soft">${escapeXml([...titles].join(", "))}</span></td><td>${escapeXml(one.why)}</td><td>${marked(one.howToLearn)}</td></tr>`,
  );
  return `<section id="unseen"><h2>What could not be seen</h2><table class="stack"><thead><tr><th>What</th><th>Why</th><th>What would show it</th></tr></thead><tbody>${rows.join("")}</tbody></table></section>`;
}
