import { formatDuration } from "../kernel/duration.ts";
import type { HashedEntry } from "./entry.ts";

/** A file of the log's branch. */
export interface LogFile {
  /** Letters of ASCII, digits, `-`, `_`, `.` and `/` only. */
  readonly path: string;
  readonly text: string;
}

const folder = "docs/maintenance-logs";

/** Where an entry stands: `docs/maintenance-logs/2026/11/2026-11-20-000012-run-upgrade-gitlab.md`. */
export function entryPath(entry: HashedEntry): string {
  const day = entry.at.slice(0, 10);
  const number = String(entry.sequence).padStart(6, "0");
  const words = entry.task
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 50)
    .replace(/^-+|-+$/g, "");
  return `${folder}/${day.slice(0, 4)}/${day.slice(5, 7)}/${day}-${number}-${[entry.kind, words].filter(Boolean).join("-")}.md`;
}

/** An entry as a file: the fields of the log's template, what it belongs to, what proves it, and its place in the chain. */
export function entryAsMarkdown(entry: HashedEntry): string {
  const { changeRequest, ...links } = entry.links;
  const environment = entry.environment ?? "none";
  const lines = [
    `# ${inline(entry.task)}`,
    "",
    `- **Date:** ${entry.at.slice(0, 10)}, ${entry.at.slice(11, 16)} UTC`,
    `- **Maintainer:** ${inline(entry.actor.name)} (${code(entry.actor.id)})`,
    `- **Task:** ${inline(entry.task)}`,
    `- **Environment:** ${inline(environment)}`,
    `- **Duration:** ${formatDuration(entry.durationSeconds)}`,
    `- **Change request:** ${changeRequest === undefined ? "none" : inline(changeRequest)}`,
    ...Object.entries(links).map(([name, id]) => `- **${inline(name)}:** ${code(id)}`),
    ...section("Issues", entry.issues.length === 0 ? ["None."] : entry.issues.map((issue) => `- ${inline(issue)}`)),
    ...section(
      "Next actions",
      entry.nextActions.length === 0 ? ["None."] : entry.nextActions.map((action) => `- [ ] ${inline(action)}`),
    ),
    ...(Object.keys(entry.evidence).length === 0 ? [] : section("Evidence", fenced(entry.evidence))),
    ...section("Chain", [
      `Entry ${entry.sequence} (${entry.kind}), hash ${code(entry.hash)}, follows on ${code(entry.previous)}.`,
      ...(entry.redacted === undefined
        ? []
        : ["", `Taken out, as it looked like a secret: ${entry.redacted.map(code).join(", ")}.`]),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return ["", `## ${title}`, "", ...lines];
}

function fenced(value: unknown): readonly string[] {
  // Indented code ends with the indentation: no text inside can end it earlier.
  return JSON.stringify(value, undefined, 2)
    .split("\n")
    .map((line) => `    ${line}`);
}

/** One line without markup of its own: what is written in an entry must not pass for a heading or a link. */
function inline(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`)
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "?")
    .trim();
}

function code(text: string): string {
  return `\`${text.replace(/[`\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "?")}\``;
}
