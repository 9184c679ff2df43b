import { counted } from "../kernel/count.ts";
import type { Variable } from "./facts.ts";
import type { Condition } from "./legs.ts";
import type { Hop, Plan } from "./plan-types.ts";
import { type CheckWords, checkLines } from "./shell-checks.ts";
import { functionsFor, toolsOf } from "./shell-prelude.ts";
import { oneLine, quote } from "./shell-words.ts";

/**
 * The plan as a runbook of plain commands for POSIX sh. Every gate is a command that ends the run when it does not hold;
 * nothing that changes the platform runs before a person has typed `yes`; passwords and tokens are read by psql and curl
 * from files, never from an argument. `FROM_HOP` and `FROM_PHASE` go on where an earlier run stopped.
 */
export function planAsShell(plan: Plan): string {
  if (plan.instead !== null) {
    return `#!/bin/sh\nprintf '%s\\n' ${quote(`${plan.instead.why}. ${plan.instead.insteadDo}.`)} >&2\nexit 1\n`;
  }
  const sources = sourceMarks();
  const words = { mark: sources.mark, variables: plan.variables };
  const hops = plan.hops.flatMap((hop, index) => hopLines(plan, hop, index, words)).join("\n");
  const needed = toolsOf(`${hops}\n${functionsFor(hops)}`);
  const start = plan.hops.length === 0 ? "" : startLines(plan, hops, needed).join("\n");
  return [
    "#!/bin/sh",
    `# ${oneLine(plan.title)} ${plan.from} to ${plan.to}: ${counted(plan.hops.length, "hop")}, from facts of ${plan.facts.researched}.`,
    "# shellcheck disable=SC2016 # texts show commands as they are",
    "# Read it through first. Run it in one piece or copy from it; it stops at the first gate that does not hold and says",
    "# how to go on: FROM_HOP=n, and FROM_PHASE=before, during or after. Numbers in brackets are the sources at its end.",
    ...plan.warnings.map((warning) => `# Note: ${oneLine(warning)}`),
    "set -eu",
    "umask 077",
    "",
    functionsFor(`${start}\n${hops}`),
    start,
    hops,
    ...(plan.hops.length === 0 ? [] : ["", "HOP=0", "printf '\\n%s\\n' 'All hops of this runbook are done.'"]),
    ...sources.lines(),
    "",
  ].join("\n");
}

function sourceMarks(): { readonly mark: (source: string) => string; readonly lines: () => readonly string[] } {
  const known: string[] = [];
  return {
    mark: (source) => {
      if (!known.includes(source)) known.push(source);
      return `[${known.indexOf(source) + 1}]`;
    },
    lines: () =>
      known.length === 0
        ? []
        : ["", "# Sources", ...known.map((source, index) => `# [${index + 1}] ${oneLine(source)}`)],
  };
}

function startLines(plan: Plan, hops: string, tools: readonly string[]): readonly string[] {
  return [
    "HOP=0",
    "PHASE=before",
    `: "\${FROM_HOP:=1}" "\${FROM_PHASE:=before}"`,
    "trap leave EXIT",
    "trap 'exit 130' HUP INT TERM",
    `case $FROM_HOP in '' | *[!0-9]*) stop ${quote(`FROM_HOP is a number from 1 to ${plan.hops.length}`)} ;; esac`,
    `if [ "$FROM_HOP" -lt 1 ] || [ "$FROM_HOP" -gt ${plan.hops.length} ]; then stop ${quote(`FROM_HOP is a number from 1 to ${plan.hops.length}`)}; fi`,
    "case $FROM_PHASE in before | during | after) ;; *) stop 'FROM_PHASE is before, during or after' ;; esac",
    ...plan.variables.flatMap(variableLines),
    ...toolLines(tools),
    ...recordsLines(plan, hops),
    ...contextLines(tools),
  ];
}

function variableLines(variable: Variable): readonly string[] {
  const comment = `# ${variable.name}: ${oneLine(variable.meaning)}`;
  if (variable.default === undefined) {
    return [comment, `[ -n "\${${variable.name}:-}" ] || stop ${quote(`set ${variable.name}: ${variable.meaning}`)}`];
  }
  return [comment, `: "\${${variable.name}:=${variable.default}}"`];
}

function toolLines(tools: readonly string[]): readonly string[] {
  if (tools.length === 0) return [];
  return [
    "missing=",
    ...tools.map((tool) => `command -v ${tool} >/dev/null 2>&1 || missing="$missing ${tool}"`),
    `[ -z "$missing" ] || stop "this runbook needs programs that are not here:$missing"`,
  ];
}

function recordsLines(plan: Plan, hops: string): readonly string[] {
  if (!hops.includes('"$RECORDS/')) return [];
  const folder = `millwright-${plan.system}-${plan.from}-to-${plan.to}`.replace(/[^\w.-]/g, "-");
  return [
    "# RECORDS: folder for what the checks record, kept between the runs of this runbook",
    `: "\${RECORDS:=${folder}}"`,
    'mkdir -p "$RECORDS"',
  ];
}

/** Shows what the commands would reach, before the first of them runs. */
function contextLines(tools: readonly string[]): readonly string[] {
  const shown = [
    ...(tools.includes("kubectl")
      ? [
          `printf 'kubectl: %s, %s\\n' "$(kubectl config current-context 2>/dev/null || echo 'no context')" "$(kubectl config view --minify -o 'jsonpath={.clusters[0].cluster.server}' 2>/dev/null || echo 'no server')"`,
        ]
      : []),
    ...(tools.includes("argocd")
      ? [`printf 'argocd: %s\\n' "$(argocd context 2>/dev/null | grep '^\\*' || echo 'no context')"`]
      : []),
    ...(tools.includes("aws")
      ? [`printf 'S3: %s\\n' "\${AWS_ENDPOINT_URL:-that of AWS; set AWS_ENDPOINT_URL for another}"`]
      : []),
  ];
  return shown.length === 0 ? [] : [...shown, "confirm 'This is the platform to change'"];
}

function hopLines(plan: Plan, hop: Hop, index: number, words: CheckWords): readonly string[] {
  const name = `Hop ${hop.number} of ${plan.hops.length}: ${hop.system} ${hop.from ?? "?"} to ${hop.version}`;
  const before = [
    ...(plan.system === "gitlab" ? [`is_at ${versionsBefore(plan, index).map(quote).join(" ")}`] : []),
    ...hop.before.flatMap((check) => checkLines(check, words)),
  ];
  const during = [
    ...chartLines(hop),
    ...hop.irreversible.map(({ what }) => `confirm ${quote(`No way back after this: ${oneLine(what)}`)}`),
    ...hop.during.flatMap((check) => checkLines(check, words)),
  ];
  const body = [
    ...phaseLines("before", before),
    ...phaseLines("during", during),
    "starts after",
    ...hop.after.flatMap((check) => checkLines(check, words)),
  ];
  return [
    "",
    `# ---- ${oneLine(name)} ${words.mark(hop.source)}`,
    `# Why: ${oneLine(hop.why)}`,
    ...hop.notes.map((note) => `# ${oneLine(note)}`),
    `if [ "$FROM_HOP" -le ${hop.number} ]; then`,
    `HOP=${hop.number}`,
    "PHASE=before",
    `printf '\\n%s\\n' ${quote(chartName(name, hop))}`,
    ...(hop.condition === null ? body : conditionLines(hop.condition, body)),
    "FROM_PHASE=before",
    "fi",
  ];
}

function phaseLines(phase: "before" | "during", lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`if starts ${phase}; then`, ...lines, "fi"];
}

/** The versions GitLab may be on when the hop begins: more than one after conditional hops. */
function versionsBefore(plan: Plan, index: number): readonly string[] {
  const releases = plan.hops.slice(0, index).filter((hop) => hop.kind === "release");
  const sure = releases.findLastIndex((hop) => hop.condition === null);
  const maybe = releases.slice(Math.max(0, sure)).map((hop) => hop.version);
  return sure === -1 ? [plan.from, ...maybe] : maybe;
}

function chartName(name: string, hop: Hop): string {
  return hop.chart?.kind === "known" ? `${name}, chart ${hop.chart.version}` : name;
}

/** Asks for a chart that the facts do not name, where a check of the hop reads it. */
function chartLines(hop: Hop): readonly string[] {
  const reads = hop.during.some(({ how }) => how.kind === "shell" && how.command.includes("$CHART"));
  if (hop.chart?.kind !== "unknown" || !reads) return [];
  const { line, howToLearn } = hop.chart;
  const how = `The chart that installs GitLab ${hop.version}${line === null ? "" : `, some ${line}.x`}, is not in the facts. Find it in https://charts.gitlab.io/index.yaml or with: ${howToLearn}`;
  return [
    `CHART=\${CHART_${hop.number}:-}`,
    `if [ -z "$CHART" ]; then asked_for CHART_${hop.number} ${quote(how)} && CHART=$reply; fi`,
    `case $CHART in *[!0-9.]* | '') stop ${quote("a chart is written as 9.5.1")} ;; esac`,
    `confirm "targetRevision in Git will be $CHART"`,
  ];
}

/** The hop under its condition: the query's answer decides; a person is asked only where it could not. */
function conditionLines({ text, query, answer }: Condition, body: readonly string[]): readonly string[] {
  return [
    "verdict=ask",
    ...queryLines(query, answer),
    `if [ "$FROM_PHASE" != before ] || is_needed ${quote(oneLine(text))}; then`,
    ...body,
    "fi",
  ];
}

function queryLines(query: string | null, answer: Condition["answer"]): readonly string[] {
  if (query === null) return [];
  const ask = query.startsWith("SELECT") ? `sql "$SQL_MAIN" ${quote(query)}` : query;
  if (answer === null) return [`{ ${ask}; } || true`];
  const read = answer.reads === "rows" ? 'by_rows "$found"' : `by_count "$found" ${answer.above}`;
  return [
    `if found=$(${ask}); then`,
    `printf 'Asked: %s\\nAnswer: %s\\n' ${quote(query)} "\${found:-none}"`,
    read,
    ...(answer.settles ? [] : ['if [ "$verdict" = skip ]; then verdict=ask; fi']),
    "fi",
  ];
}
