import type { Audit } from "../findings/audit.ts";
import type { Mark, Row, Section } from "../reports/assess/assessment.ts";
import type { Severity } from "../systems/contract.ts";
import { liveFolder } from "./live-tree.ts";
import { counted, section } from "./section.ts";

const marks: Readonly<Record<Severity, Mark>> = { critical: "bad", high: "bad", medium: "warn", low: "note" };

/** What the rules say of the live objects. A finding that the repository has as well is mended there. */
export function findingSection(live: Audit, repository: Audit | undefined): Section {
  const inGit = new Set(repository?.findings.map(({ id }) => id));
  const places = (file: string): string => file.replace(`${liveFolder}/`, "").replace(/\.json$/, "");
  const rows = live.findings.map(
    (finding): Row => ({
      mark: marks[finding.severity],
      cells: [
        finding.severity,
        finding.subject,
        finding.rule,
        [...new Set(finding.places.map(({ file }) => places(file)))].join(" "),
        repository === undefined ? "" : inGit.has(finding.id) ? "also" : "no",
      ],
      why: finding.message,
      next: finding.fix,
    }),
  );
  return section({
    id: "findings",
    title: "Findings of the rules on what is live",
    columns: ["Severity", "Subject", "Rule", "Object", "In Git"],
    rows,
    unseen: live.unknown.map(({ subject, rule, why, howToLearn }) => ({
      what: `${subject} (${rule})`,
      why,
      howToLearn,
    })),
    none: `Nothing found by ${live.rules} rules.`,
    fine: () => "",
    faulty: {
      bad: (count) => `${counted(count, "finding")} high or critical`,
      warn: (count) => `${count} medium`,
    },
  });
}
