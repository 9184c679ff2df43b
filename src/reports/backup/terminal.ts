import { indented, type Paper, type Style, shown, styled, table } from "../table.ts";
import {
  factsOf,
  grouped,
  lasted,
  moment,
  type ReportedProof,
  type ReportedProofs,
  reasonsOf,
  sized,
  verdictWords,
} from "./words.ts";

const styles: Readonly<Record<ReportedProof["verdict"]["kind"], Style>> = {
  proven: "green",
  "proven-with-lacks": "yellow",
  "not-restorable": "red",
  unknown: "cyan",
};

/** Proofs for a terminal: the verdict, why, what is in it; -o html or json has every table. */
export function proofsAsText(report: ReportedProofs, paper: Paper): string {
  return [
    ...report.proofs.map((proof) => proofAsText(proof, report, paper)),
    ...report.passedOver.map(({ name, why }) =>
      indented(paper, `${shown(name)}: passed over, ${shown(why)}`, "  ", "- "),
    ),
    ...report.notes.map((note) => indented(paper, shown(note), "  ")),
  ].join("\n\n");
}

function proofAsText(proof: ReportedProof, { at }: ReportedProofs, paper: Paper): string {
  const { verdict } = proof;
  const size = proof.bytes === undefined ? "" : `, ${sized(proof.bytes)}`;
  const file = proof.fileAt === undefined ? "" : `, file of ${moment(proof.fileAt)}`;
  const largest = (tables: ReportedProof["databases"][number]["tables"]) =>
    tables.toSorted((a, b) => b.rows - a.rows).slice(0, 8);
  return [
    `${styled(paper, ["bold", styles[verdict.kind]], verdictWords[verdict.kind].toUpperCase())}  ${shown(proof.name)} (${proof.format}${size}${file})`,
    ...reasonsOf(proof).map((reason) => indented(paper, shown(reason), "    ", "  ! ")),
    ...proof.databases.flatMap((database) => [
      "",
      styled(paper, "bold", `  ${shown(database.name)}`),
      ...factsOf(database, at).map(([label, value]) =>
        indented(paper, shown(value), " ".repeat(18), `  ${label.padEnd(16)}`),
      ),
      table(
        paper,
        ["  largest tables", "rows"],
        largest(database.tables).map((one) => [`  ${shown(one.table)}`, grouped(one.rows)]),
      ),
    ]),
    ...(proof.notIncluded.length === 0 ? [] : ["", "  Not in it:"]),
    ...proof.notIncluded.map(({ what, why }) => indented(paper, shown(`${what}. ${why}`), "    ", "  - ")),
    ...proof.notes.map((note) => indented(paper, shown(note), "  ")),
    styled(paper, "dim", `  ${proof.phases.map(({ name, millis }) => `${name} ${lasted(millis)}`).join(", ")}`),
  ].join("\n");
}
