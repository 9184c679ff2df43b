import type { How, Variable } from "./facts.ts";
import type { Check } from "./plan-types.ts";
import { oneLine, quote } from "./shell-words.ts";

/** What the checks of one runbook share: the numbers of its sources and what its variables mean. */
export interface CheckWords {
  readonly mark: (source: string) => string;
  readonly variables: readonly Variable[];
}

/** A check as commands; each ends the run when it does not hold. */
export function checkLines(check: Check, words: CheckWords): readonly string[] {
  const what = oneLine(check.what);
  return [`# ${oneLine(check.id)} ${words.mark(check.source)}`, ...howLines(check.how, what, words)];
}

function howLines(how: How, what: string, words: CheckWords): readonly string[] {
  switch (how.kind) {
    case "ask":
      return [`confirm ${quote(what)}`];
    case "do":
      return doLines(how, what, words);
    case "shell":
      return [said(what), "if ! {", `  ${how.command}`, `}; then stop ${quote(`does not hold: ${what}`)}; fi`];
    case "look":
      return [said(what), ...lookLines(how.command, what), `confirm ${quote(`As shown above: ${what}`)}`];
    case "record":
      return recordLines(how, what);
    case "job":
      return [`job_done "$NAMESPACE" "${how.selector.replace(/["`\\]/g, "\\$&")}" ${how.minutes} ${quote(what)}`];
    case "sql":
      return sqlLines(how, what);
    case "http":
      return httpLines(how, what);
  }
}

function said(what: string): string {
  return `printf -- '- %s\\n' ${quote(what)}`;
}

function doLines(how: How & { kind: "do" }, what: string, { variables }: CheckWords): readonly string[] {
  const meaning = variables.find((one) => one.name === how.reads)?.meaning ?? "as the command printed it";
  return [
    `confirm ${quote(`${what}. This runs: ${how.command}`)}`,
    "if ! {",
    `  ${how.command}`,
    `}; then stop ${quote(`failed: ${how.command}`)}; fi`,
    ...(how.reads === undefined ? [] : [`asked_for ${how.reads} ${quote(oneLine(meaning))}`, `${how.reads}=$reply`]),
  ];
}

function lookLines(command: string, what: string): readonly string[] {
  return ["if ! {", `  ${command}`, `}; then stop ${quote(`could not ask: ${what}`)}; fi`];
}

/** Keeps the answer; a failed or empty one replaces nothing. */
function recordLines(how: How & { kind: "record" }, what: string): readonly string[] {
  const keep = [
    'rm -f "$file.new"',
    "if ! {",
    `  ${how.command}`,
    `} >"$file.new" || [ ! -s "$file.new" ]; then stop ${quote(`could not record: ${what}`)}; fi`,
    'mv "$file.new" "$file"',
  ];
  return [
    said(what),
    `file="$RECORDS/${how.to}"`,
    ...(how.once === true ? ['if [ ! -s "$file" ]; then', ...keep, "fi"] : keep),
    `printf '  kept in %s, readable by you alone\\n' "$file"`,
    ...(how.look === true ? ['cat "$file"', `confirm ${quote(`As shown above: ${what}`)}`] : []),
  ];
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
