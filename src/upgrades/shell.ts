import type { How, Variable } from "./facts.ts";
import type { Check, Hop, Plan } from "./plan-types.ts";

/** What every runbook begins with. Nothing here changes the platform; a gate that does not hold ends the run. */
const prelude = `set -eu

stop() {
  printf 'STOP: %s\\n' "$1" >&2
  exit 1
}
confirm() {
  printf '%s\\nType yes to go on: ' "$1" >&2
  IFS= read -r reply || stop 'no answer'
  [ "$reply" = yes ] || stop 'not confirmed'
}
is_taken() {
  printf '%s\\nType take or skip: ' "$1" >&2
  IFS= read -r reply || stop 'no answer'
  case $reply in take) return 0 ;; skip) return 1 ;; *) stop 'neither take nor skip' ;; esac
}
sql() {
  psql --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname "service=$1" --command "$2"
}
no_rows() {
  printf -- '- %s\\n' "$3"
  rows=$(sql "$1" "$2") || stop "could not ask: $3"
  [ -z "$rows" ] || stop "does not hold: $3
$rows"
}
a_row() {
  printf -- '- %s\\n' "$3"
  rows=$(sql "$1" "$2") || stop "could not ask: $3"
  [ -n "$rows" ] || stop "does not hold: $3"
}
http() {
  printf -- '- %s\\n' "$6"
  body=$(mktemp)
  if [ -n "$5" ]; then
    code=$(curl --silent --show-error --max-time 60 --config "$5" --output "$body" --write-out '%{http_code}' "$1") || code=none
  else
    code=$(curl --silent --show-error --max-time 60 --output "$body" --write-out '%{http_code}' "$1") || code=none
  fi
  verdict=holds
  [ "$code" = "$2" ] || verdict="answered $code instead of $2"
  if [ -n "$3" ] && ! grep -E -q -e "$3" "$body"; then verdict="the answer lacks $3"; fi
  if [ -n "$4" ] && grep -E -q -e "$4" "$body"; then verdict="the answer has $4"; fi
  rm -f "$body"
  [ "$verdict" = holds ] || stop "does not hold ($verdict): $6"
}
`;

/**
 * The plan as a runbook of plain commands for POSIX sh. Every gate is a command that ends the run when it does not hold;
 * nothing that changes the platform runs before a person has typed `yes`; passwords and tokens are read by psql and curl
 * from files, never from an argument.
 */
export function planAsShell(plan: Plan): string {
  if (plan.instead !== null) {
    return `#!/bin/sh\nprintf '%s\\n' ${quote(`${plan.instead.why}. ${plan.instead.insteadDo}.`)} >&2\nexit 1\n`;
  }
  const used = prelude
    .split(/^(?=\w+\(\) \{$)/m)
    .filter(
      (part) => !/^(no_rows|a_row|http|is_taken|sql)\(/.test(part) || isUsed(part.slice(0, part.indexOf("(")), plan),
    )
    .join("");
  return [
    "#!/bin/sh",
    `# ${oneLine(plan.title)} ${plan.from} to ${plan.to}: ${plan.hops.length} hops, from facts of ${plan.facts.researched}.`,
    "# shellcheck disable=SC2016 # texts show commands as they are",
    "# Read it through first. Run it in one piece or copy from it; it stops at the first gate that does not hold.",
    ...plan.warnings.map((warning) => `# Note: ${oneLine(warning)}`),
    used,
    ...(plan.hops.length === 0 ? [] : plan.variables.flatMap(variableLines)),
    ...plan.hops.flatMap((hop, index) => [
      ...(index === 0 ? hereLines(plan, plan.from) : []),
      ...hopLines(hop, hop.kind === "release" ? hereLines(plan, hop.version) : []),
    ]),
    "",
  ].join("\n");
}

function isUsed(name: string, plan: Plan): boolean {
  const hows = plan.hops.flatMap((hop) => [...hop.before, ...hop.during, ...hop.after].map((check) => check.how));
  const rows = hows.filter((how) => how.kind === "sql");
  switch (name) {
    case "no_rows":
      return rows.some((how) => how.expect === "no-rows");
    case "a_row":
      return rows.some((how) => how.expect === "a-row");
    case "http":
      return hows.some((how) => how.kind === "http");
    case "is_taken":
      return plan.hops.some((hop) => hop.condition !== null);
    default:
      return rows.length > 0 || hows.some((how) => how.kind === "shell" && /\bsql "/.test(how.command));
  }
}

function variableLines(variable: Variable): readonly string[] {
  const comment = `# ${variable.name}: ${oneLine(variable.meaning)}`;
  if (variable.default === undefined) {
    return [comment, `[ -n "\${${variable.name}:-}" ] || stop ${quote(`set ${variable.name}: ${variable.meaning}`)}`];
  }
  return [comment, `: "\${${variable.name}:=${variable.default}}"`];
}

/** Keeps the version it is on now, since a conditional hop may be skipped; only where a check reads it. */
function hereLines(plan: Plan, version: string): readonly string[] {
  return plan.variables.some((variable) => variable.name === "HERE") ? [`HERE=${quote(version)}`] : [];
}

function hopLines(hop: Hop, end: readonly string[]): readonly string[] {
  const name = `Hop ${hop.number}: ${hop.system} ${hop.from ?? "?"} to ${hop.version}`;
  const body = [
    ...hop.before.flatMap(checkLines),
    ...hop.irreversible.map(({ what }) => `confirm ${quote(`No way back after this: ${what}`)}`),
    ...hop.during.flatMap(checkLines),
    ...hop.after.flatMap(checkLines),
    ...end,
  ];
  const head = [
    "",
    `# ---- ${oneLine(name)}`,
    `# Why: ${oneLine(hop.why)}`,
    ...hop.notes.map((note) => `# ${oneLine(note)}`),
  ];
  const title = `printf '\\n%s\\n' ${quote(chartName(name, hop))}`;
  if (hop.condition === null) return [...head, title, ...body];
  const { text, query } = hop.condition;
  return [
    ...head,
    title,
    ...queryLines(query),
    `if is_taken ${quote(`Needed only if: ${text}. Take it unless you know otherwise.`)}; then`,
    ...body,
    "fi",
  ];
}

function chartName(name: string, hop: Hop): string {
  if (hop.chart === null) return name;
  return hop.chart.kind === "known"
    ? `${name}, chart ${hop.chart.version}`
    : `${name}, chart not known: ${hop.chart.howToLearn}`;
}

/** Runs the query that decides a condition and shows its answer; the person decides. */
function queryLines(query: string | null): readonly string[] {
  if (query === null) return [];
  return [query.startsWith("SELECT") ? `sql "$SQL_MAIN" ${quote(query)} || true` : `{ ${query}; } || true`];
}

function checkLines(check: Check): readonly string[] {
  const lines = howLines(check.how, oneLine(check.what));
  return [`# ${oneLine(check.id)} (${oneLine(check.source)})`, ...lines];
}

function howLines(how: How, what: string): readonly string[] {
  switch (how.kind) {
    case "ask":
      return [`confirm ${quote(what)}`];
    case "do":
      return [
        `confirm ${quote(`${what}. This runs: ${how.command}`)}`,
        how.command,
        ...(how.reads === undefined ? [] : [`printf '%s: ' ${quote(how.reads)} >&2`, `IFS= read -r ${how.reads}`]),
      ];
    case "shell":
      return [
        `printf -- '- %s\\n' ${quote(what)}`,
        "if ! {",
        `  ${how.command}`,
        `}; then stop ${quote(`does not hold: ${what}`)}; fi`,
      ];
    case "sql":
      return sqlLines(how, what);
    case "http":
      return httpLines(how, what);
  }
}

function sqlLines(how: How & { kind: "sql" }, what: string): readonly string[] {
  const verb = how.expect === "no-rows" ? "no_rows" : "a_row";
  if (how.database === "main") return [`${verb} "$SQL_MAIN" ${quote(how.query)} ${quote(what)}`];
  return [`if [ -n "$SQL_CI" ]; then ${verb} "$SQL_CI" ${quote(how.query)} ${quote(what)}; fi`];
}

function httpLines(how: How & { kind: "http" }, what: string): readonly string[] {
  const login = how.login === undefined ? "''" : `"$${how.login}"`;
  const call = `http "${how.url.replace(/["`\\]/g, "\\$&")}" ${how.status} ${quote(how.match ?? "")} ${quote(how.refuse ?? "")} ${login} ${quote(what)}`;
  return how.onlyIf === undefined ? [call] : [`if [ -n "$${how.onlyIf}" ]; then ${call}; fi`];
}

/** A shell word that stands for exactly this text. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Text for a comment: line ends would end it. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ");
}
