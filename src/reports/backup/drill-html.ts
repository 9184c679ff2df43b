import type { Instant } from "../../kernel/instant.ts";
import { escapeXml, proseAsHtml } from "../markup.ts";
import { page } from "../page.ts";
import { countsText, lasted, moment, sized } from "./words.ts";

/** The parts of `SignedReport` (src/backups/drill/report.ts) that the page shows; reports import no capability above them. */
export interface ReportedDrill {
  readonly report: {
    readonly id: string;
    readonly installation: string;
    readonly environment: string;
    readonly from: "first" | "second";
    readonly scope: "everything" | "some";
    readonly by: string;
    readonly beganAt: string;
    readonly endedAt: string;
    readonly millwright: string;
    readonly point?: { readonly id: string; readonly takenAt: string; readonly fence: string } | undefined;
    readonly stores: readonly {
      readonly order: number;
      readonly store: string;
      readonly backup: string;
      readonly bytes: number;
      readonly verdict: string;
      readonly why: readonly string[];
      readonly counts: Readonly<Record<string, number>>;
      readonly restoreSeconds: number;
      readonly objectiveMinutes: number;
      readonly ageSeconds: number;
      readonly objectiveHours: number;
      readonly doesNotCover: readonly string[];
    }[];
    readonly components: readonly {
      readonly component: string;
      readonly restoreSeconds: number;
      readonly ageSeconds: number;
      readonly met: boolean;
    }[];
    readonly checks: readonly {
      readonly what: string;
      readonly state: string;
      readonly asked: number;
      readonly why: readonly string[];
    }[];
    readonly continuity: readonly {
      readonly id: string;
      readonly title: string;
      readonly how: string;
      readonly words: string;
      readonly by?: string | undefined;
    }[];
    readonly disposable: readonly { readonly store: string; readonly why: string }[];
    readonly verdict: "passed" | "failed" | "incomplete";
    readonly why: readonly string[];
  };
  readonly signature: { readonly key: string; readonly value: string } | undefined;
}

const styles = { passed: "good", failed: "high", incomplete: "medium" } as const;
const marks: Readonly<Record<string, string>> = {
  proven: "good",
  passed: "good",
  done: "good",
  attested: "low",
  failed: "high",
};

/** A drill's report as one page that an auditor can keep: no script, no download. The JSON beside it is what is signed. */
export function drillAsHtml({ report, signature }: ReportedDrill): string {
  const { verdict, environment, installation, beganAt, endedAt } = report;
  const took = lasted(Date.parse(endedAt) - Date.parse(beganAt));
  return page(
    `Drill ${report.id}`,
    [
      `<h1>Restore drill of <code>${escapeXml(environment)}</code></h1>`,
      `<p class="soft">${escapeXml(installation)} · ${moment(beganAt as Instant)}, ${took} · by ${escapeXml(report.by)} · Millwright ${escapeXml(report.millwright)} · from the ${report.from} repository${report.from === "second" ? " alone" : ""}</p>`,
      `<div class="item ${styles[verdict]}"><header><span class="mark">${verdict}</span> ${report.scope === "everything" ? "every store of the environment" : "a part of it"}</header>${listed(report.why)}${notShown(report)}</div>`,
      report.point === undefined
        ? ""
        : `<p>Recovery point <code>${escapeXml(report.point.id)}</code>, ${moment(report.point.takenAt as Instant)}, ${escapeXml(report.point.fence)}</p>`,
      components(report),
      stores(report),
      checks(report),
      continuity(report),
      report.disposable.length === 0
        ? ""
        : `<h2>Declared disposable</h2>${listed(report.disposable.map(({ store, why }) => `${store}: ${why}`))}`,
      signature === undefined
        ? `<p class="soft">Not signed: no key was configured.</p>`
        : `<p class="soft">Signed by the key <code>${escapeXml(signature.key)}</code>: <code>${escapeXml(signature.value)}</code>. <code>millwright backup drill --verify FILE</code> holds the JSON against it.</p>`,
    ].join("\n"),
  );
}

/** A drill shows what was stored: it is no whole rebuild by itself. */
function notShown({ continuity }: ReportedDrill["report"]): string {
  const open = continuity.filter(({ how }) => how === "open").map(({ id }) => id);
  return open.length === 0 ? "" : `<p>Not shown of a rebuild from nothing: ${escapeXml(open.join(", "))}.</p>`;
}

function components({ components: all }: ReportedDrill["report"]): string {
  const rows = all.map(
    ({ component, restoreSeconds, ageSeconds, met }) =>
      `<tr><td>${escapeXml(component)}</td><td>${lasted(restoreSeconds * 1000)}</td><td>${lasted(ageSeconds * 1000)}</td><td class="${met ? "good" : "high"}"><span class="mark">${met ? "met" : "not met"}</span></td></tr>`,
  );
  return table(
    "Components",
    ["Component", "Until it is back (RTO)", "What would have been lost (RPO)", "Objectives"],
    rows,
  );
}

function stores({ stores: all }: ReportedDrill["report"]): string {
  const rows = all.map((one) => {
    const counts = countsText(one.counts);
    const lacks =
      one.doesNotCover.length === 0
        ? ""
        : `<br><span class="soft">not in it: ${escapeXml(one.doesNotCover.join("; "))}</span>`;
    return `<tr><td>${one.order}</td><td>${escapeXml(one.store)}<br><code>${escapeXml(one.backup)}</code></td><td>${sized(one.bytes)}<br><span class="soft">${escapeXml(counts)}</span></td><td>${lasted(one.restoreSeconds * 1000)} of ${one.objectiveMinutes} min</td><td>${lasted(one.ageSeconds * 1000)} of ${one.objectiveHours} h</td><td class="${marks[one.verdict] ?? "medium"}"><span class="mark">${escapeXml(one.verdict)}</span>${listed(one.why)}${lacks}</td></tr>`;
  });
  return table(
    "Stores, in the order in which they come back",
    ["", "Store", "Size", "Restored in", "Age", "Proof"],
    rows,
  );
}

function checks({ checks: all }: ReportedDrill["report"]): string {
  if (all.length === 0) return "";
  const rows = all.map(
    ({ what, state, asked, why }) =>
      `<tr><td>${escapeXml(what)}</td><td>${asked}</td><td class="${marks[state] ?? "medium"}"><span class="mark">${escapeXml(state)}</span>${listed(why)}</td></tr>`,
  );
  return table("Whether the stores belong together", ["What", "Asked", "Answer"], rows);
}

function continuity({ continuity: all }: ReportedDrill["report"]): string {
  if (all.length === 0) return "";
  const rows = all.map(
    ({ title, how, words, by }) =>
      `<tr><td>${escapeXml(title)}</td><td class="${marks[how] ?? "medium"}"><span class="mark">${escapeXml(how)}</span></td><td>${proseAsHtml(words)}${by === undefined ? "" : ` <span class="soft">(${escapeXml(by)})</span>`}</td></tr>`,
  );
  return table("Rebuilt from nothing, in order", ["Step", "How", "What"], rows);
}

function table(title: string, heads: readonly string[], rows: readonly string[]): string {
  return `<h2>${title}</h2><div class="scroll"><table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? "" : `<ul>${items.map((item) => `<li>${proseAsHtml(item)}</li>`).join("")}</ul>`;
}
