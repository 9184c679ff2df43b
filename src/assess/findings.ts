import type { Audit } from "../findings/audit.ts";
import type { OpenQuestion } from "../findings/finding.ts";
import { platformFile } from "../platform/config.ts";
import type { Mark, Row, Section } from "../reports/assess/assessment.ts";
import type { Severity } from "../systems/contract.ts";
import { liveFolder } from "./live-tree.ts";
import { counted, section } from "./section.ts";

const marks: Readonly<Record<Severity, Mark>> = { critical: "bad", high: "bad", medium: "warn", low: "note" };

/** What the rules say of the live objects. A finding that the repository has as well is mended there. */
export function findingSection(live: Audit, repository: Audit | undefined): Section {
  const inGit = new Set(repository?.findings.map(({ id }) => id));
  const places = (file: string): string =>
    file === platformFile ? "cluster" : file.replace(`${liveFolder}/`, "").replace(/\.json$/, "");
  const rows = live.findings.map(
    (finding): Row => ({
      mark: marks[finding.severity],
      cells: [
        finding.subject,
        finding.severity,
        finding.rule,
        [...new Set(finding.places.map(({ file }) => places(file)))].join(" "),
        repository === undefined ? "" : inGit.has(finding.id) ? "also" : "no",
      ],
      why: finding.message.replaceAll("in this repository", "in this cluster"),
      next: finding.fix,
    }),
  );
  return section({
    id: "findings",
    title: "Findings of the rules on what is live",
    columns: ["Subject", "Severity", "Rule", "Object", "In Git"],
    rows,
    unseen: openIn(live, repository).map(({ subject, rule, why, howToLearn }) => ({
      what: `${subject} (${rule})`,
      why,
      howToLearn,
    })),
    none: `Nothing found by ${live.rules} rules.`,
    fine: () => "Nothing above low severity.",
    faulty: {
      bad: (count) => `${counted(count, "finding")} high or critical`,
      warn: (count) => `${count} medium`,
    },
  });
}

/** What the live objects leave open, and the repository, where one was named, does not answer. */
function openIn(live: Audit, repository: Audit | undefined): readonly OpenQuestion[] {
  if (repository === undefined) return live.unknown;
  const open = new Set(repository.unknown.map(({ rule, subject }) => `${rule} ${subject}`));
  return live.unknown.filter(({ rule, subject }) => open.has(`${rule} ${subject}`));
}
