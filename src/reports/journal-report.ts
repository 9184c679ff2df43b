import type { JournalReport, ReportedEntry } from "../platform/journal-report.ts";
import { escapeXml } from "./markup.ts";
import { page } from "./page.ts";

/** A week, month or quarter of the journal as one self-contained page. */
export function journalReportAsHtml(report: JournalReport): string {
  const title = `Maintenance, ${report.period} from ${report.from.slice(0, 10)}`;
  const hours = Math.round(report.workedSeconds / 360) / 10;
  const incidents = report.byKind["incident"] ?? 0;
  return page(
    title,
    [
      `<h1>${escapeXml(title)}</h1>`,
      `<p class="soft">until ${escapeXml(report.until.slice(0, 10))}, not included; all times UTC</p>`,
      `<ul class="cards">${card(report.entries, "entries")}${card(report.work.length, "pieces of work")}${card(hours, "hours measured")}${card(incidents, "entries on incidents")}${card(report.withoutChangeRequest.length, "changes without a change request")}</ul>`,
      section("Work", report.work.length === 0 ? none("Nothing was worked on.") : entryTable(report.work)),
      section("Issues", notes(report.issues)),
      section("Next actions", notes(report.nextActions)),
      section(
        "Changes without a change request",
        report.withoutChangeRequest.length === 0
          ? none("None: every change names its change request.")
          : entryTable(report.withoutChangeRequest),
      ),
      section("By kind", counts(report.byKind)),
      section("By environment", counts(report.byEnvironment)),
      section("By maintainer", counts(report.byMaintainer)),
      report.head === undefined
        ? ""
        : `<p class="soft">The chain stood at entry ${report.head.sequence}, <code>${escapeXml(report.head.hash)}</code>.</p>`,
    ].join("\n"),
  );
}

function card(value: number, label: string): string {
  return `<li><b>${value}</b>${escapeXml(label)}</li>`;
}

function section(title: string, body: string): string {
  return `<h2>${escapeXml(title)}</h2>\n${body}`;
}

function none(text: string): string {
  return `<p class="soft">${escapeXml(text)}</p>`;
}

function entryTable(entries: readonly ReportedEntry[]): string {
  const rows = entries.map((entry) =>
    row([
      String(entry.sequence),
      entry.at.slice(0, 16).replace("T", " "),
      entry.kind,
      entry.task,
      entry.environment ?? "",
      entry.maintainer,
      entry.durationSeconds === undefined ? "" : `${Math.round(entry.durationSeconds / 60)} min`,
    ]),
  );
  const head = ["entry", "when", "kind", "task", "environment", "maintainer", "duration"];
  return `<div class="scroll"><table class="stack"><thead><tr>${head.map((name) => `<th>${name}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${escapeXml(cell)}</td>`).join("")}</tr>`;
}

function notes(list: readonly { readonly sequence: number; readonly text: string }[]): string {
  if (list.length === 0) return none("None.");
  return `<ul>${list.map(({ sequence, text }) => `<li>${escapeXml(text)} <span class="soft">(entry ${sequence})</span></li>`).join("")}</ul>`;
}

function counts(byName: Readonly<Record<string, number>>): string {
  const rows = Object.entries(byName).map(([name, count]) => row([name, String(count)]));
  return rows.length === 0 ? none("Nothing.") : `<table><tbody>${rows.join("")}</tbody></table>`;
}
