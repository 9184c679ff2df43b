import type { Audit } from "../findings/audit.ts";
import type { Finding } from "../findings/finding.ts";
import { aboutGuides, type GuideLine } from "../guides/line.ts";
import { counted } from "../kernel/count.ts";
import { escapeMarkdown, escapeXml, markdownCode } from "./markup.ts";
import { page } from "./page.ts";
import { indented, type Paper, shown, styled, table } from "./table.ts";

/** Which rules watch over a requirement: their findings say how a repository stands to its lines. A rule, or a group. */
const watchedBy: Readonly<Record<string, readonly string[]>> = {
  "VER-2": ["pinning"],
  "VER-5": ["end-of-life"],
  "UPG-1": ["gitlab", "postgresql"],
  "UPG-2": ["sharinghub"],
  "UPG-3": ["mlflow"],
  "BAK-1": ["backups"],
  "SEC-5": ["secrets"],
  "CFG-1": ["argocd"],
  "CMD-1": ["scripts"],
};

const images = ["pinning-image-latest", "pinning-image-missing", "pinning-image-floating"];

/** Lines that one rule or a few look at; a line that names none here is watched as its requirement is. */
const linesWatchedBy: Readonly<Record<string, readonly string[]>> = {
  "A.1": ["pinning-image-latest", "pinning-image-missing", "pinning-chart"],
  "A.2": ["pinning-chart", "pinning-git", "pinning-version-read-as-number"],
  "A.3": images,
  "A.4": ["pinning-image-latest", "pinning-image-floating"],
  "A.6": [],
  "A.10": ["gitlab-version-not-the-charts"],
  "A.11": ["sharinghub-chart-is-in-git", "sharinghub-stub-chart"],
  "A.12": ["mlflow-image-from-private-registry", "pinning-tag-not-the-charts"],
  "A.19": ["argocd-no-automated-sync", "argocd-sync-choices-not-stated", "argocd-prune-to-nothing"],
  "A.20": ["argocd-self-heal-not-as-decided", "gitlab-self-heal-and-bundled-database"],
  "A.21": ["argocd-no-retry"],
  "A.26": [],
  "A.27": [],
  "A.28": [],
  "A.29": [],
  "A.38": ["argocd-default-project"],
  "A.39": ["argocd-value-file-not-in-chart", "argocd-values-ref-undeclared", "pinning-chart"],
  "A.40": ["argocd-namespace-not-created"],
  "B.30": ["terraform-provider-not-locked"],
};

/** A guide's line with what the audit of a repository says to it. */
export interface WatchedLine extends GuideLine {
  /** Findings of the rules that watch over it; undefined where no rule can see it from a repository. */
  readonly findings: readonly string[] | undefined;
}

/** Each line with the ids of the findings that speak against it. */
export function linesWithEvidence(lines: readonly GuideLine[], result: Audit): readonly WatchedLine[] {
  return lines.map((line) => {
    const watchers = linesWatchedBy[line.id] ?? line.requirement.flatMap((id) => watchedBy[id] ?? []);
    const against = ({ rule, group }: Finding): boolean => watchers.includes(rule) || watchers.includes(group);
    return {
      ...line,
      findings: watchers.length === 0 ? undefined : result.findings.filter(against).map(({ id }) => id),
    };
  });
}

/** Every rule and group that a line is watched by, for the test that they exist. */
export const guideWatchers: readonly string[] = [
  ...new Set([...Object.values(watchedBy), ...Object.values(linesWatchedBy)].flat()),
];

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
