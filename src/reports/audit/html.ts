import type { Audit } from "../../findings/audit.ts";
import { type Finding, worstOf } from "../../findings/finding.ts";
import { counted } from "../../kernel/count.ts";
import type { Location } from "../../platform/source.ts";
import type { Move } from "../../systems/contract.ts";
import { escapeXml, proseAsHtml } from "../markup.ts";
import { page } from "../page.ts";
import { moveAsWords, reasonOf, verdictAsWord } from "./change.ts";
import { inSentences } from "./sentences.ts";
import { type Trouble, troublesIn } from "./troubles.ts";
import { worstInWords } from "./words.ts";

/** An audit as one self-contained page, to send to someone who has no terminal. */
export function auditAsHtml(audit: Audit): string {
  const result = inSentences(audit);
  return page(
    `Audit of ${result.tree}`,
    [
      heading(result),
      first(result),
      changed(result),
      result.findings.length === 0
        ? ""
        : `<h2>${result.change === undefined ? "Findings" : "What the change brings"}</h2>`,
      ...result.findings.map(item),
      questions(result),
      suppressed(result),
      troubles(result),
    ].join("\n"),
  );
}

function heading(result: Audit): string {
  const counts = (["critical", "high", "medium", "low"] as const).map((severity) => {
    const count = result.findings.filter((finding) => finding.severity === severity).length;
    return `<li class="${count === 0 ? "absent" : severity}"><b>${count}</b><span class="mark">${severity}</span></li>`;
  });
  return `<h1>Audit of <code>${escapeXml(result.tree)}</code></h1>
<p class="soft">${escapeXml(result.at.slice(0, 16).replace("T", " "))} UTC · ${counted(result.files.read, "file")}, ${counted(result.pins, "pin")}, ${counted(result.components, "component")}, ${counted(result.rules, "rule")}</p>
<ul class="cards">${counts.join("")}<li class="absent"><b>${result.unknown.length}</b><span class="mark">unknown</span></li></ul>`;
}

function first(result: Audit): string {
  const worst = worstOf(result.findings, 3);
  if (worst.length === 0) return nothingFound(result);
  return `<h2>${worstInWords(worst.length)}</h2>
<ol class="first">${worst.map((finding) => `<li><a href="#${finding.id}">${escapeXml(finding.subject)}</a>: ${proseAsHtml(finding.fix)}</li>`).join("")}</ol>`;
}

/** A folder in which nothing was recognised is no clean one. */
function nothingFound({ pins, change }: Audit): string {
  const [mark, words, text] =
    pins === 0
      ? ["open", "Nothing recognised", "Nothing in this folder says what is deployed."]
      : [
          "good",
          "Nothing found",
          change === undefined
            ? "No rule has anything to say against this folder."
            : "The change brings nothing that a rule speaks against.",
        ];
  return `<article class="item ${mark}"><span class="mark">${words}</span> ${text}</article>`;
}

const verdictMark: Readonly<Record<Move["verdict"]["kind"], string>> = {
  legal: "good",
  illegal: "high",
  unknown: "open",
};

function changed({ change }: Audit): string {
  if (change === undefined) return "";
  const moves = change.moves.map((move) => {
    const reason = reasonOf(move);
    const why =
      reason === undefined ? "" : `<p>${proseAsHtml(reason.why)}</p><p><b>Do:</b> ${proseAsHtml(reason.next)}</p>`;
    return `<article class="item ${verdictMark[move.verdict.kind]}"><header><span class="mark">${verdictAsWord(move)}</span><b>${escapeXml(moveAsWords(move))}</b></header>${why}<p>${place(move.at)}</p></article>`;
  });
  const gone = change.resolved.map(
    (finding) => `<li>${escapeXml(finding.subject)} <span class="soft">${escapeXml(finding.rule)}</span></li>`,
  );
  return [
    `<h2>What moves since <code>${escapeXml(change.base)}</code></h2>`,
    moves.length === 0 ? "<p>No version moves.</p>" : moves.join("\n"),
    gone.length === 0 ? "" : `<h2>No longer found</h2><ul>${gone.join("")}</ul>`,
  ].join("\n");
}

function item(finding: Finding): string {
  const environment =
    finding.environment === undefined ? "" : `<span class="soft">${escapeXml(finding.environment)}</span>`;
  return `<article class="item ${finding.severity}" id="${finding.id}">
<header><span class="mark">${finding.severity}</span><b>${escapeXml(finding.subject)}</b><span class="soft">${escapeXml(finding.rule)}</span>${environment}<span class="id soft">${finding.id}</span></header>
<p>${proseAsHtml(finding.message)}</p>
<p><b>Do:</b> ${proseAsHtml(finding.fix)}</p>
<p>${finding.places.map(place).join(" ")}</p>
</article>`;
}

function place(at: Location): string {
  return `<code>${escapeXml(at.file)}:${at.line}:${at.column}</code>`;
}

function questions(result: Audit): string {
  if (result.unknown.length === 0) return "";
  const rows = result.unknown.map(
    (question) =>
      `<tr><td><b>${escapeXml(question.subject)}</b><br><span class="soft">${escapeXml(question.rule)}</span></td><td>${proseAsHtml(question.why)}</td><td>${proseAsHtml(question.howToLearn)}</td></tr>`,
  );
  return `<h2>Not known from here</h2><table class="stack"><thead><tr><th>Subject</th><th>Why</th><th>What tells</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function suppressed(result: Audit): string {
  if (result.suppressed.length === 0) return "";
  const rows = result.suppressed.map(
    ({ finding, suppression }) =>
      `<tr><td>${escapeXml(finding.subject)}<br><span class="soft">${escapeXml(finding.rule)}</span></td><td>${escapeXml(suppression.reason)}</td><td class="date">until ${suppression.until}</td></tr>`,
  );
  return `<h2>Suppressed</h2><table class="stack"><thead><tr><th>Subject</th><th>Reason</th><th>Ends</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function troubles(result: Audit): string {
  const { unread, doubtful } = troublesIn(result);
  return listed("Not read", unread) + listed("Read with reservations", doubtful);
}

function listed(title: string, troubles: readonly Trouble[]): string {
  const rows = troubles.map(
    (trouble) => `<tr><td><code>${escapeXml(trouble.place)}</code></td><td>${escapeXml(trouble.reason)}</td></tr>`,
  );
  return rows.length === 0 ? "" : `<h2>${title}</h2><table class="stack"><tbody>${rows.join("")}</tbody></table>`;
}
