import type { Audit } from "../../findings/audit.ts";
import { idOf } from "../../kernel/digest.ts";
import type { Severity } from "../../systems/contract.ts";
import { inSentences } from "./sentences.ts";

const severityInGitlab: Readonly<Record<Severity, string>> = {
  critical: "blocker",
  high: "critical",
  medium: "major",
  low: "minor",
};

/**
 * GitLab's Code Quality report, shown in merge requests. GitLab wants one entry a place and a unique fingerprint each: the
 * first place carries the finding's id, further ones a hash of it and their file.
 */
export function auditAsGitlab(audit: Audit): readonly object[] {
  const result = inSentences(audit);
  const used = new Set<string>();
  return result.findings.flatMap((finding) =>
    finding.places.map((place, index) => {
      let fingerprint = index === 0 ? finding.id : idOf([finding.id, place.file]);
      while (used.has(fingerprint)) fingerprint = idOf([fingerprint, place.file]);
      used.add(fingerprint);
      return {
        type: "issue",
        check_name: finding.rule,
        description: `${finding.message} ${finding.fix}`,
        categories: ["Bug Risk"],
        severity: severityInGitlab[finding.severity],
        fingerprint,
        location: { path: place.file, lines: { begin: place.line } },
      };
    }),
  );
}
