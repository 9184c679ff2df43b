import type { Audit } from "../../findings/audit.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Rule, Severity } from "../../systems/contract.ts";
import { inSentences } from "./sentences.ts";

const level: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};
/** GitHub sorts by this score: above 9 critical, above 7 high, above 4 medium. */
const score: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.0", low: "2.0" };

/** SARIF 2.1.0, as GitHub code scanning and editors read it. The finding's id is its fingerprint. */
export function auditAsSarif(audit: Audit, rules: readonly Rule[], version: string): object {
  const result = inSentences(audit);
  const used = rules.filter(
    (rule) =>
      result.findings.some((finding) => finding.rule === rule.id) ||
      result.suppressed.some(({ finding }) => finding.rule === rule.id),
  );
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Millwright", semanticVersion: version, rules: used.map(ruleAsSarif) } },
        columnKind: "unicodeCodePoints",
        automationDetails: { id: "millwright/audit/" },
        originalUriBaseIds: { ROOT: { description: { text: "The audited folder" } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: result.problems.map((problem) => ({
              level: "warning",
              message: { text: problem.reason },
              locations: [location(problem)],
            })),
          },
        ],
        results: [
          ...result.findings.map((finding) => resultOf(finding, used)),
          ...result.suppressed.map(({ finding, suppression }) => ({
            ...resultOf(finding, used),
            suppressions: [{ kind: "external", justification: `${suppression.reason} (until ${suppression.until})` }],
          })),
        ],
      },
    ],
  };
}

function ruleAsSarif(rule: Rule): object {
  return {
    id: rule.id,
    name: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: {
      text: rule.fix,
      markdown: `${rule.why}\n\n**Fix:** ${rule.fix}\n\n${rule.sources.map((source) => `- ${source}`).join("\n")}`,
    },
    defaultConfiguration: { level: level[rule.severity] },
    properties: { tags: [rule.group], "security-severity": score[rule.severity] },
  };
}

function resultOf(finding: Finding, rules: readonly Rule[]): object {
  return {
    ruleId: finding.rule,
    ruleIndex: rules.findIndex((rule) => rule.id === finding.rule),
    level: level[finding.severity],
    message: { text: `${finding.message} ${finding.fix}` },
    locations: [location(finding.places[0])],
    relatedLocations: finding.places.slice(1).map((place, index) => ({ id: index + 1, ...location(place) })),
    partialFingerprints: { "millwright/1": finding.id },
    properties: {
      subject: finding.subject,
      severity: finding.severity,
      ...(finding.environment === undefined ? {} : { environment: finding.environment }),
    },
  };
}

function location(place: { readonly file: string; readonly line: number; readonly column: number }): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: place.file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "ROOT" },
      region: { startLine: place.line, startColumn: place.column },
    },
  };
}
