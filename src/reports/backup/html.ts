import { escapeXml, proseAsHtml } from "../markup.ts";
import { page } from "../page.ts";
import {
  factsOf,
  grouped,
  lasted,
  moment,
  type ReportedDatabase,
  type ReportedProof,
  type ReportedProofs,
  reasonsOf,
  sized,
  verdictWords,
} from "./words.ts";

const styles: Readonly<Record<ReportedProof["verdict"]["kind"], string>> = {
  proven: "good",
  "proven-with-lacks": "medium",
  "not-restorable": "high",
  unknown: "low",
};

/** Proofs as one page that an auditor can keep: no script, no download. */
export function proofsAsHtml(report: ReportedProofs): string {
  const kinds = ["proven", "proven-with-lacks", "not-restorable", "unknown"] as const;
  const cards = kinds.map(
    (kind) =>
      `<li class="${styles[kind]}"><b>${report.proofs.filter(({ verdict }) => verdict.kind === kind).length}</b><span class="mark">${verdictWords[kind]}</span></li>`,
  );
  return page(
    `Proof of ${report.source}`,
    [
      `<style>${style}</style>`,
      `<h1>Proof of <code>${escapeXml(report.source)}</code></h1>`,
      `<p class="soft">${moment(report.at)} · each backup was restored into a throw-away PostgreSQL and every table counted</p>`,
      `<ul class="cards">${cards.join("")}</ul>`,
      ...report.proofs.map((proof) => proofAsHtml(proof, report)),
      beside(report),
    ].join("\n"),
  );
}

const style = `
td.number{text-align:right;font-variant-numeric:tabular-nums}table.facts th{width:10rem;white-space:normal}
@media print{details{display:block}details>summary{display:none}details::details-content{content-visibility:visible;height:auto}}
`;

function proofAsHtml(proof: ReportedProof, { at }: ReportedProofs): string {
  const { verdict } = proof;
  const reasons = reasonsOf(proof).map((reason) => `<li>${proseAsHtml(reason)}</li>`);
  const size = proof.bytes === undefined ? "" : ` · ${sized(proof.bytes)}`;
  const file = proof.fileAt === undefined ? "" : ` · file of ${moment(proof.fileAt)}`;
  return `<section class="${styles[verdict.kind]}"><h2>${escapeXml(proof.name)} <span class="mark">${verdictWords[verdict.kind]}</span></h2>
<p class="soft">${escapeXml(proof.format)}${size}${file}</p>
${reasons.length === 0 ? "" : `<div class="item"><ul>${reasons.join("")}</ul></div>`}
${gitlabAsHtml(proof)}
${proof.databases.map((database) => databaseAsHtml(database, at)).join("\n")}
${listOf(
  "Not in it",
  proof.notIncluded.map(({ what, why }) => `${what}. ${why}`),
)}
${listOf("Notes", proof.notes)}
<p class="soft">${proof.phases.map(({ name, millis }) => `${escapeXml(name)} ${lasted(millis)}`).join(" · ")}</p></section>`;
}

function databaseAsHtml(database: ReportedDatabase, now: ReportedProofs["at"]): string {
  const facts = factsOf(database, now).map(
    ([label, value]) => `<tr><th scope="row">${label}</th><td>${escapeXml(value)}</td></tr>`,
  );
  const rows = database.tables.map(
    ({ table, rows: count }) => `<tr><td>${escapeXml(table)}</td><td class="number">${grouped(count)}</td></tr>`,
  );
  return `<h3>${escapeXml(database.name)}</h3>
<table class="facts"><tbody>${facts.join("")}</tbody></table>
${listOf(
  "Refused while restoring",
  database.failures.map(({ what, message }) => `${what}: ${message}`),
)}
<details><summary>${database.tables.length} tables</summary><table><thead><tr><th>Table</th><th>Rows</th></tr></thead><tbody>${rows.join("")}</tbody></table></details>`;
}

function gitlabAsHtml({ gitlab }: ReportedProof): string {
  if (gitlab === undefined) return "";
  const parts = gitlab.parts.map(
    ({ name, files, bytes }) =>
      `<tr><td>${escapeXml(name)}</td><td class="number">${grouped(files)}</td><td class="number">${sized(bytes)}</td></tr>`,
  );
  return `<p>GitLab ${escapeXml(gitlab.version ?? "of a version it does not tell")}, made ${escapeXml(gitlab.createdAt ?? "at a time it does not tell")}.</p>
<table><thead><tr><th>Part</th><th>Files</th><th>Size</th></tr></thead><tbody>${parts.join("")}</tbody></table>`;
}

function beside({ passedOver, notes }: ReportedProofs): string {
  return listOf("Beside", [...passedOver.map(({ name, why }) => `${name}: passed over, ${why}`), ...notes]);
}

function listOf(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  return `<h3>${title}</h3><ul>${items.map((item) => `<li>${proseAsHtml(item)}</li>`).join("")}</ul>`;
}
