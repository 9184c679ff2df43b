import type { Audit } from "../../findings/audit.ts";
import type { Rule } from "../../systems/contract.ts";
import { escapeXml } from "../markup.ts";
import { inSentences } from "./sentences.ts";

/** JUnit XML: a test case a rule; a finding is a failure, a question that stayed open a skip. */
export function auditAsJunit(audit: Audit, rules: readonly Rule[]): string {
  const result = inSentences(audit);
  const cases = rules.map((rule) => caseOf(rule, result));
  const failures = cases.filter((entry) => entry.failed).length;
  const skipped = cases.filter((entry) => entry.skipped).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="millwright audit" ${counts}>`,
    `<testsuite name="millwright audit" timestamp="${result.at.slice(0, 19)}" ${counts}>`,
    ...cases.map((entry) => entry.xml),
    "</testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf(
  rule: Rule,
  result: Audit,
): { readonly xml: string; readonly failed: boolean; readonly skipped: boolean } {
  const findings = result.findings.filter((finding) => finding.rule === rule.id);
  const questions = result.unknown.filter((question) => question.rule === rule.id);
  const name = `<testcase classname="${escapeXml(rule.group)}" name="${escapeXml(`${rule.id}: ${rule.title}`)}"`;
  if (findings.length > 0) {
    const body = findings
      .map((finding) =>
        finding.places
          .map((place) => `${place.file}:${place.line}:${place.column}: ${finding.message} ${finding.fix}`)
          .join("\n"),
      )
      .join("\n");
    const xml = `${name}><failure type="${rule.severity}" message="${escapeXml(`${findings.length} found`)}">${escapeXml(body)}</failure></testcase>`;
    return { xml, failed: true, skipped: false };
  }
  if (questions.length > 0) {
    const why = questions.map((question) => `${question.subject}: ${question.why} ${question.howToLearn}`).join("\n");
    return { xml: `${name}><skipped message="${escapeXml(why)}"/></testcase>`, failed: false, skipped: true };
  }
  return { xml: `${name}/>`, failed: false, skipped: false };
}
