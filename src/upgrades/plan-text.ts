import { counted } from "../kernel/count.ts";
import type { How } from "./facts.ts";
import type { ChartVersion } from "./gitlab-facts.ts";
import type { Check, Hop, Plan } from "./plan-types.ts";

/** A hop for a terminal: its title, then what is to be known about it, each a name and a text. */
export interface HopText {
  readonly title: string;
  readonly lines: readonly (readonly [name: string, text: string])[];
}

/** The plan for a narrow terminal or a pipe, hop by hop. */
export function planAsList(plan: Plan): readonly HopText[] {
  const standing = standingChecks(plan);
  return plan.hops.map((hop) => ({
    title: `${hop.number}. ${hop.system} ${hop.from ?? "?"} → ${hop.version}${hop.chart === null ? "" : `, chart ${chartText(hop.chart)}`}`,
    lines: [
      ["why", hop.why],
      ...(hop.condition === null ? [] : [["only if", conditionText(hop.condition)] as const]),
      ...(hop.before.length === 0 ? [] : [["before it", beforeText(hop, standing)] as const]),
      ...hop.irreversible.map(({ what }) => ["no way back", firstClause(what)] as const),
    ],
  }));
}

function conditionText({ text, query }: NonNullable<Hop["condition"]>): string {
  return `${text}: ${query ?? "no query is known; take it when unsure"}`;
}

/**
 * The plan for a wide terminal: a header row, then a row a hop. Checks are named by their ids, which Markdown and JSON spell
 * out; those that every hop shares are only counted.
 */
export function planAsTable(plan: Plan): string[][] {
  const standing = standingChecks(plan);
  const rows = plan.hops.map((hop) => [
    String(hop.number),
    hop.system,
    `${hop.from ?? "?"} → ${hop.version}`,
    chartText(hop.chart),
    hop.condition === null ? hop.why : `only if ${hop.condition.text}`,
    beforeText(hop, standing),
    hop.irreversible.length === 0 ? "-" : hop.irreversible.map(({ what }) => firstClause(what)).join("; "),
  ]);
  return [["#", "system", "from → to", "chart", "why", "before it", "no way back"], ...rows];
}

function beforeText(hop: Hop, standing: ReadonlySet<string>): string {
  const own = hop.before.filter((check) => !standing.has(check.id)).map((check) => check.id);
  const shared = hop.before.length - own.length;
  return [...own, ...(shared === 0 ? [] : [`${counted(shared, "check")} of every hop`])].join(", ");
}

function firstClause(text: string): string {
  return text.split(/[:;]/, 1)[0] ?? text;
}

/** The checks before every hop of the same kind, when there is more than one hop. */
function standingChecks(plan: Plan): ReadonlySet<string> {
  const releases = plan.hops.filter((hop) => hop.kind === "release");
  if (releases.length < 2) return new Set();
  const [first, ...others] = releases.map((hop) => new Set(hop.before.map((check) => check.id)));
  return new Set([...(first ?? [])].filter((id) => others.every((ids) => ids.has(id))));
}

/** The chart as one cell: `8.11.8`, `9.5.? (ask the index)`, or nothing. */
function chartText(chart: ChartVersion | null): string {
  if (chart === null) return "-";
  if (chart.kind === "known") return chart.version;
  return chart.line === null ? "unknown" : `${chart.line}.? (ask the index)`;
}

/** The plan as a document with a box to tick for every check. */
export function planAsMarkdown(plan: Plan): string {
  const { researched, ageDays, acknowledged } = plan.facts;
  return [
    `# ${plan.title}: ${plan.from} → ${plan.to}`,
    "",
    `From facts of ${researched} (${counted(ageDays, "day")} old${acknowledged ? ", acknowledged" : ""}). ${counted(plan.hops.length, "hop")}.`,
    "",
    ...(plan.instead === null
      ? []
      : [`**No plan:** ${plan.instead.why}. ${plan.instead.insteadDo}. Source: ${plan.instead.source}`, ""]),
    ...plan.warnings.map((warning) => `> ${warning}\n`),
    ...(plan.hops.length === 0 ? [] : [...tableLines(plan), ""]),
    ...plan.left.map(({ version, why }) => `- ${version} is left out: ${why}`),
    ...plan.hops.flatMap(hopLines),
    "",
  ].join("\n");
}

function tableLines(plan: Plan): readonly string[] {
  return [
    "| # | system | to | chart | why |",
    "|---|---|---|---|---|",
    ...plan.hops.map(
      (hop) =>
        `| ${[String(hop.number), hop.system, hop.version, chartText(hop.chart), hop.why].map(cell).join(" | ")} |`,
    ),
  ];
}

function hopLines(hop: Hop): readonly string[] {
  return [
    "",
    `## Hop ${hop.number}: ${hop.system} ${hop.from ?? "?"} → ${hop.version}`,
    "",
    `${hop.why}. Source: ${hop.source}`,
    ...(hop.condition === null
      ? []
      : [
          "",
          `Only if ${hop.condition.text}. ${hop.condition.query === null ? "No query is known that decides it: take it when unsure." : `Decide it by ${code(hop.condition.query)}`}`,
        ]),
    ...(hop.chart?.kind === "unknown" ? ["", `Chart: ${hop.chart.why}. Ask ${code(hop.chart.howToLearn)}`] : []),
    ...hop.notes.map((note) => `\n${note}`),
    ...section("Before", hop.before),
    ...section("During", hop.during),
    ...section("After", hop.after),
    ...(hop.irreversible.length === 0
      ? []
      : ["", "### No way back", "", ...hop.irreversible.map(({ what }) => `- ${what}`)]),
  ];
}

function section(title: string, checks: readonly Check[]): readonly string[] {
  if (checks.length === 0) return [];
  return ["", `### ${title}`, "", ...checks.map((check) => `- [ ] ${check.what}${howText(check.how)}`)];
}

function howText(how: How): string {
  switch (how.kind) {
    case "ask":
      return "";
    case "do":
    case "shell":
    case "look":
      return `: ${code(how.command)}`;
    case "record":
      return `: ${code(how.command)} → ${code(how.to)}, mode 0600`;
    case "job":
      return ` (within ${counted(how.minutes, "minute")}): ${code(`kubectl -n "$NAMESPACE" get job -l "${how.selector}" --sort-by=.metadata.creationTimestamp`)}`;
    case "sql":
      return ` (${how.database} database, ${how.expect === "no-rows" ? "no rows" : "a row"}): ${code(how.query)}`;
    case "http":
      return httpText(how);
  }
}

function httpText({ url, status, match, refuse }: How & { kind: "http" }): string {
  const wanted = match === undefined ? "" : ` with ${code(match)}`;
  const refused = refuse === undefined ? "" : `, without ${code(refuse)}`;
  return `: ${code(`GET ${url}`)} → ${status}${wanted}${refused}`;
}

/** Code in Markdown: fenced by more backticks than it holds. */
function code(text: string): string {
  const fence = "`".repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  return `${fence} ${text} ${fence}`.replace(/^(`+) (?!`)(.*[^`]) (`+)$/s, "$1$2$3");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/[\r\n]+/g, " ");
}
