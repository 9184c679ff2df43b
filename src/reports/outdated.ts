import { counted } from "../kernel/count.ts";
import type { Pin } from "../platform/pin.ts";
import type { OutdatedReport, OutdatedRow } from "../versions/outdated.ts";
import { escapeMarkdown, markdownCode } from "./markup.ts";
import { indented, type Paper, shown, styled, table } from "./table.ts";

const order: Readonly<Record<OutdatedRow["state"], number>> = { "end-of-life": 0, behind: 1, unknown: 2, current: 3 };

/** The report for a terminal: what has ended first, then what is behind, then what could not be learnt, with the reason. */
export function outdatedAsText(report: OutdatedReport, pins: readonly Pin[], paper: Paper): string {
  const rows = sorted(report.rows);
  const told = rows.filter((row) => row.state !== "unknown");
  const untold = rows.filter((row) => row.state === "unknown");
  const written = new Map(pins.map((pin) => [pin.id, pin.version]));
  return [
    ...(told.length === 0
      ? []
      : [
          table(
            paper,
            ["name", "now", "next", "newest", "behind", "age", "state", "place", "said"],
            told.map((row) => [
              shown(row.name),
              shown(row.current ?? written.get(row.pin) ?? "-"),
              row.next ?? "-",
              row.newest ?? "-",
              row.behind === null ? "-" : String(row.behind),
              row.ageDays === null ? "-" : `${row.ageDays} d`,
              stateInWords(row),
              shown(`${row.file}:${row.line}`),
              answerInWords(row),
            ]),
          ),
          "",
        ]),
    ...(untold.length === 0
      ? []
      : [
          styled(paper, "bold", "Not known:"),
          table(
            paper,
            ["name", "now", "why", "what tells", "place"],
            untold.map((row) => [
              shown(row.name),
              shown(written.get(row.pin) ?? "-"),
              shown(row.why ?? ""),
              shown(row.howToLearn ?? ""),
              shown(`${row.file}:${row.line}`),
            ]),
          ),
          "",
        ]),
    indented(paper, closing(report), ""),
  ].join("\n");
}

/** The report as a document. */
export function outdatedAsMarkdown(report: OutdatedReport, pins: readonly Pin[]): string {
  const written = new Map(pins.map((pin) => [pin.id, pin.version]));
  return [
    "# How old the pins are",
    "",
    closing(report),
    "",
    "| Name | Now | Next | Newest | Behind | Age | State | Place |",
    "|---|---|---|---|---|---|---|---|",
    ...sorted(report.rows).map(
      (row) =>
        `| ${escapeMarkdown(row.name)} | ${escapeMarkdown(row.current ?? written.get(row.pin) ?? "")} | ${row.next ?? ""} | ${row.newest ?? ""} | ${row.behind ?? ""} | ${row.ageDays === null ? "" : `${row.ageDays} d`} | ${escapeMarkdown(row.state === "unknown" ? `unknown: ${row.why ?? ""}` : stateInWords(row))} | ${markdownCode(`${row.file}:${row.line}`)} |`,
    ),
    "",
  ].join("\n");
}

function sorted(rows: readonly OutdatedRow[]): readonly OutdatedRow[] {
  return [...rows].sort(
    (a, b) =>
      order[a.state] - order[b.state] ||
      (b.behind ?? 0) - (a.behind ?? 0) ||
      a.name.localeCompare(b.name) ||
      a.file.localeCompare(b.file) ||
      a.line - b.line,
  );
}

function stateInWords(row: OutdatedRow): string {
  if (row.state === "end-of-life" && row.endOfLife.kind === "known")
    return `ended ${row.endOfLife.value.until?.slice(0, 10) ?? ""}`.trim();
  return row.state;
}

function answerInWords(row: OutdatedRow): string {
  if (row.answerAgeHours === null) return "-";
  return row.answerAgeHours < 1
    ? "now"
    : row.answerAgeHours < 48
      ? `${row.answerAgeHours} h ago`
      : `${Math.floor(row.answerAgeHours / 24)} d ago`;
}

function closing(report: OutdatedReport): string {
  const count = (state: OutdatedRow["state"]): number => report.rows.filter((row) => row.state === state).length;
  const asked = report.offline ? "offline, from the cache and the mirror" : "asked upstream";
  return `${counted(report.rows.length, "pin")}: ${count("end-of-life")} past their end of life, ${count("behind")} behind, ${count("current")} current, ${count("unknown")} unknown (${asked})`;
}
