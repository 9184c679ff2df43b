import type { Audit } from "../../findings/audit.ts";
import { type Finding, type OpenQuestion, worstOf } from "../../findings/finding.ts";
import { counted } from "../../kernel/count.ts";
import type { Location } from "../../platform/source.ts";
import type { Move, Severity } from "../../systems/contract.ts";
import { indented, type Paper, type Style, shown, styled } from "../table.ts";
import { moveAsWords, reasonOf, verdictAsWord } from "./change.ts";
import { inSentences } from "./sentences.ts";
import { type Trouble, troublesIn } from "./troubles.ts";
import { worstInWords } from "./words.ts";

const severityStyle: Readonly<Record<Severity, Style | readonly Style[]>> = {
  critical: ["bold", "red"],
  high: "red",
  medium: "yellow",
  low: "cyan",
};

/** How many places of one finding are printed; the rest are counted, and every other format lists them. */
const shownPlaces = 3;

/** An audit for people: the worst three first, then every finding with why and what to do, then what is not known. */
export function auditAsText(audit: Audit, paper: Paper): string {
  const result = inSentences(audit);
  return [
    ...opening(result, paper),
    ...changed(result, paper),
    ...result.findings.map((finding) => findingAsText(finding, paper)),
    ...questions(result.unknown, paper),
    ...troubles(result, paper),
    closing(result, paper),
  ].join("\n");
}

function opening(result: Audit, paper: Paper): string[] {
  if (result.findings.length === 0) return [];
  const worst = worstOf(result.findings, 3);
  return [
    styled(paper, "bold", `${worstInWords(worst.length)}:`),
    ...worst.map((finding, index) =>
      indented(
        paper,
        `${shown(finding.subject)}: ${shown(finding.fix)} (${finding.rule}, ${placeAsText(finding.places[0])})`,
        "     ",
        `  ${index + 1}. `,
      ),
    ),
    "",
  ];
}

/** What a change moves, each version with its verdict, and what is no longer found. */
function changed({ change }: Audit, paper: Paper): string[] {
  if (change === undefined) return [];
  const moves = change.moves.map((move) => moveAsText(move, paper));
  const gone = change.resolved.map((finding) =>
    indented(paper, `${shown(finding.subject)} (${finding.rule})`, "          ", "  gone    "),
  );
  return [
    indented(paper, styled(paper, "bold", `Since ${shown(change.base)}:`), ""),
    ...(moves.length === 0 ? ["  no version moves"] : moves),
    ...gone,
    "",
  ];
}

const verdictStyle: Readonly<Record<Move["verdict"]["kind"], Style>> = {
  legal: "green",
  illegal: "red",
  unknown: "yellow",
};

function moveAsText(move: Move, paper: Paper): string {
  const lead = styled(paper, verdictStyle[move.verdict.kind], verdictAsWord(move).padEnd(8));
  const [first = "", ...rest] = indented(
    paper,
    `${shown(moveAsWords(move))}  ${placeAsText(move.at)}`,
    "          ",
  ).split("\n");
  const reason = reasonOf(move);
  return [
    `  ${lead}${first.slice(10)}`,
    ...rest,
    ...(reason === undefined ? [] : [indented(paper, shown(reason.why), "          ")]),
    ...(reason === undefined ? [] : [indented(paper, shown(reason.next), "            ", "          → ")]),
  ].join("\n");
}

function findingAsText(finding: Finding, paper: Paper): string {
  const places = finding.places.slice(0, shownPlaces).map(placeAsText);
  const more = finding.places.length - places.length;
  const where = finding.environment === undefined ? "" : styled(paper, "dim", ` · ${shown(finding.environment)}`);
  return [
    indented(
      paper,
      `${styled(paper, "bold", shown(finding.subject))}  ${finding.rule}${where}  ${styled(paper, "dim", finding.id)}`,
      "         ",
      `${styled(paper, severityStyle[finding.severity], finding.severity.padEnd(8))} `,
    ),
    indented(paper, shown(finding.message), "         "),
    indented(paper, shown(finding.fix), "           ", "         → "),
    indented(paper, styled(paper, "dim", `${places.join(", ")}${more > 0 ? ` and ${more} more` : ""}`), "         "),
    "",
  ].join("\n");
}

function questions(unknown: readonly OpenQuestion[], paper: Paper): string[] {
  if (unknown.length === 0) return [];
  return [
    styled(paper, "bold", "Not known from here:"),
    ...unknown.map((question) =>
      indented(
        paper,
        `${shown(question.subject)} (${question.rule}): ${shown(question.why)} What tells: ${shown(question.howToLearn)}`,
        "    ",
        "  ? ",
      ),
    ),
    "",
  ];
}

function troubles(result: Audit, paper: Paper): string[] {
  const { unread, doubtful } = troublesIn(result);
  return [...listed("Not read:", unread, paper), ...listed("Read with reservations:", doubtful, paper)];
}

function listed(title: string, troubles: readonly Trouble[], paper: Paper): string[] {
  if (troubles.length === 0) return [];
  const first = troubles.slice(0, 20);
  return [
    styled(paper, "bold", title),
    ...first.map(({ place, reason }) => indented(paper, `${shown(place)}: ${shown(reason)}`, "    ", "  ! ")),
    ...(troubles.length > first.length ? [`  … and ${troubles.length - first.length} more (-o json lists all)`] : []),
    "",
  ];
}

function closing(result: Audit, paper: Paper): string {
  const counts = (["critical", "high", "medium", "low"] as const)
    .map((severity) => ({ severity, count: result.findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => styled(paper, severityStyle[severity], `${count} ${severity}`));
  const found = counts.length === 0 ? styled(paper, "green", "Nothing found") : counts.join(", ");
  const suppressed = result.suppressed.length === 0 ? "" : `, ${result.suppressed.length} suppressed`;
  const unknown = result.unknown.length === 0 ? "" : `, ${result.unknown.length} unknown`;
  const sums = `${found}${suppressed}${unknown} · ${counted(result.files.read, "file")}, ${counted(result.pins, "pin")}, ${counted(result.components, "component")}, ${counted(result.rules, "rule")} · millwright explain RULE says why`;
  return indented(paper, sums, "");
}

/** `file:line:column`, as editors and terminals make it a link. */
function placeAsText(place: Location): string {
  return `${shown(place.file)}:${place.line}:${place.column}`;
}
