import type { Audit } from "../findings/audit.ts";
import type { Finding } from "../findings/finding.ts";
import { aboutGuides, type GuideLine } from "../guides/line.ts";
import { watchersOf } from "../guides/watchers.ts";
import { counted } from "../kernel/count.ts";
import { escapeMarkdown, escapeXml, markdownCode } from "./markup.ts";
import { page } from "./page.ts";
import { indented, type Paper, shown, styled, table } from "./table.ts";

/** A guide's line with what the audit of a repository says to it. */
export interface WatchedLine extends GuideLine {
  /** Findings of the rules that watch over it; undefined where no rule can see it from a repository. */
  readonly findings: readonly string[] | undefined;
}

/** Each line with the ids of the findings that speak against it. */
export function linesWithEvidence(lines: readonly GuideLine[], result: Audit): readonly WatchedLine[] {
  return lines.map((line) => {
    const watchers = watchersOf(line);
    const against = ({ rule, group }: Finding): boolean => watchers.includes(rule) || watchers.includes(group);
    return {
      ...line,
      findings: watchers.length === 0 ? undefined : result.findings.filter(against).map(({ id }) => id),
    };
  });
}

function stateOf(line: WatchedLine): { readonly word: string; readonly detail: string; readonly mark: string } {
  switch (line.state.kind) {
    case "done-by":
      return { word: "done by", detail: line.state.command, mark: "good" };
    case "in-kit":
      return { word: "in the kit", detail: line.state.path, mark: "good" };
    case "absent-by-design":
      return { word: "absent by design", detail: line.state.substitute, mark: "absent" };
    case "open":
      return { word: "open", detail: line.state.arrives, mark: "open" };
  }
}

function hereInWords(line: WatchedLine): string {
  if (line.findings === undefined) return "";
  return line.findings.length === 0 ? "clean" : `${line.findings.length} found`;
}

/** The guides for a terminal. */
export function guidesAsText(lines: readonly WatchedLine[], paper: Paper): string {
  const rows = lines.map((line) => {
    const state = stateOf(line);
    return [line.id, shown(line.says), `${state.word}: ${state.detail}`, hereInWords(line), shown(line.today)];
  });
  return [
    indented(paper, aboutGuides, ""),
    "",
    table(paper, ["line", "what it asks", "state", "here", "today"], rows),
    "",
    styled(paper, "bold", indented(paper, countsOf(lines), "")),
  ].join("\n");
}

function countsOf(lines: readonly WatchedLine[]): string {
  const count = (kind: GuideLine["state"]["kind"]): number => lines.filter((line) => line.state.kind === kind).length;
  return `${counted(lines.length, "line")}: ${count("done-by")} done by a command, ${count("in-kit")} in the kit, ${count("absent-by-design")} absent by design, ${count("open")} open; ${lines.filter((line) => line.correction !== undefined).length} corrected`;
}

/** The guides as a document. */
export function guidesAsMarkdown(lines: readonly WatchedLine[], result: Audit): string {
  return [
    `# Both guides, held against ${markdownCode(result.tree)}`,
    "",
    aboutGuides,
    "",
    countsOf(lines),
    ...sections(lines).flatMap(([title, members]) => [
      "",
      `## ${escapeMarkdown(title)}`,
      "",
      "| Line | What it asks | State | Here | Today | Correction |",
      "|---|---|---|---|---|---|",
      ...members.map((line) => {
        const state = stateOf(line);
        return `| ${line.id} | ${escapeMarkdown(line.says)} | ${state.word}: ${escapeMarkdown(state.detail)} | ${hereInWords(line)} | ${markdownCode(line.today)} | ${line.correction === undefined ? "" : escapeMarkdown(`${line.correction.text} (${line.correction.source})`)} |`;
      }),
    ]),
    "",
  ].join("\n");
}

function sections(lines: readonly WatchedLine[]): readonly (readonly [string, readonly WatchedLine[]])[] {
  const found = new Map<string, WatchedLine[]>();
  for (const line of lines) {
    const title = `Guide ${line.guide}: ${line.section}`;
    found.set(title, [...(found.get(title) ?? []), line]);
  }
  return [...found];
}

/** The guides as one page. */
export function guidesAsHtml(lines: readonly WatchedLine[], result: Audit): string {
  const parts = sections(lines).map(
    ([title, members], index) => `<h2 id="s${index}">${escapeXml(title)}</h2>${members.map(lineAsHtml).join("\n")}`,
  );
  const contents = sections(lines)
    .map(([title], index) => `<a href="#s${index}">${escapeXml(title)}</a>`)
    .join("\n");
  return page(
    "The guides, live",
    `<h1>The guides, live</h1><p>${escapeXml(aboutGuides)}</p><p class="soft">${escapeXml(countsOf(lines))}. Held against <code>${escapeXml(result.tree)}</code>, ${escapeXml(result.at.slice(0, 10))}.</p><details><summary>Contents</summary><p>${contents}</p></details>${parts.join("\n")}`,
  );
}

function lineAsHtml(line: WatchedLine): string {
  const state = stateOf(line);
  const here = hereInWords(line);
  const correction =
    line.correction === undefined
      ? ""
      : `<p><b>The guide is wrong here:</b> ${escapeXml(line.correction.text)} <span class="soft">${escapeXml(line.correction.source)}</span></p>`;
  return `<article class="item ${state.mark}" id="${line.id}"><header><span class="soft">${line.id}</span><b>${escapeXml(line.says)}</b><span class="id soft">${escapeXml(line.requirement.join(", "))}</span></header>
<p><span class="mark">${state.word}</span> ${escapeXml(state.detail)}${here === "" ? "" : ` · here: ${here}`}</p>
<p>Today: <code>${escapeXml(line.today)}</code></p>${correction}</article>`;
}
