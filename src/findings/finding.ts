import { idOf } from "../kernel/digest.ts";

export type { Finding, OpenQuestion } from "../systems/contract.ts";

import type { Location } from "../platform/source.ts";
import type { Finding, OpenQuestion, Rule, Severity, Verdict } from "../systems/contract.ts";

const order: readonly Severity[] = ["critical", "high", "medium", "low"];

/** From the worst (0) to the mildest. */
export function rankOf(severity: Severity): number {
  return order.indexOf(severity);
}

/** The fingerprint of a verdict. */
export function findingId(
  rule: string,
  verdict: { readonly environment?: string | undefined; readonly subject: string; readonly key?: string },
): string {
  return idOf([rule, verdict.environment ?? "", verdict.subject, verdict.key ?? ""]);
}

/** Worst first; then production before the rest; then by place, so that two runs print the same. */
export function byUrgency(a: Finding, b: Finding): number {
  return (
    rankOf(a.severity) - rankOf(b.severity) ||
    Number(b.environment === "production") - Number(a.environment === "production") ||
    a.rule.localeCompare(b.rule) ||
    byPlace(a.places[0], b.places[0]) ||
    a.id.localeCompare(b.id)
  );
}

/** What to do first: the worst findings, each of another rule, at most `count`. */
export function worstOf(findings: readonly Finding[], count: number): readonly Finding[] {
  const rules = new Set<string>();
  const worst: Finding[] = [];
  for (const finding of findings) {
    if (worst.length === count) break;
    if (!rules.has(finding.rule)) worst.push(finding);
    rules.add(finding.rule);
  }
  return worst;
}

/** File, then line, then column. */
function byPlace(a: Location, b: Location): number {
  return a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;
}

const milder: Readonly<Record<Severity, Severity>> = { critical: "medium", high: "medium", medium: "low", low: "low" };

type Found = Extract<Verdict, { readonly kind: "finding" }>;

/** What only stands in an example deploys nothing until somebody copies it; a secret in one has leaked all the same. */
function severityOf(rule: Rule, verdict: Found, isExample: (file: string) => boolean): Severity {
  const severity = verdict.severity ?? rule.severity;
  const deploysNothing = rule.group !== "secrets" && verdict.environment === undefined && isExample(verdict.at.file);
  return deploysNothing ? milder[severity] : severity;
}

/**
 * The findings of a rule's verdicts; verdicts of one id are one finding with several places, as severe as the worst, which
 * comes first.
 */
export function findingsOf(
  rule: Rule,
  verdicts: readonly Verdict[],
  isExample: (file: string) => boolean,
): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const verdict of verdicts) {
    if (verdict.kind !== "finding") continue;
    const id = findingId(rule.id, verdict);
    const before = found.get(id);
    const severity = severityOf(rule, verdict, isExample);
    if (before === undefined) {
      found.set(id, {
        id,
        rule: rule.id,
        title: rule.title,
        group: rule.group,
        severity,
        subject: verdict.subject,
        environment: verdict.environment,
        places: [verdict.at],
        message: verdict.message,
        fix: verdict.fix,
      });
    } else {
      found.set(id, withPlace(before, verdict, severity));
    }
  }
  return [...found.values()];
}

function withPlace(finding: Finding, { at, message, fix }: Found, severity: Severity): Finding {
  const [first, ...rest] = finding.places.filter((place) => byPlace(place, at) !== 0);
  if (first === undefined) return finding;
  if (rankOf(severity) < rankOf(finding.severity)) {
    return { ...finding, severity, message, fix, places: [at, first, ...rest] };
  }
  const isNew = rest.length + 1 === finding.places.length;
  return isNew ? { ...finding, places: [first, ...rest, at] } : finding;
}

/** The questions among a rule's verdicts, each subject once. */
export function questionsOf(rule: Rule, verdicts: readonly Verdict[]): readonly OpenQuestion[] {
  const asked = new Map<string, OpenQuestion>();
  for (const verdict of verdicts) {
    if (verdict.kind !== "unknown") continue;
    const id = findingId(rule.id, verdict);
    if (asked.has(id)) continue;
    asked.set(id, {
      id,
      rule: rule.id,
      title: rule.title,
      subject: verdict.subject,
      environment: verdict.environment,
      at: verdict.at,
      why: verdict.why,
      howToLearn: verdict.howToLearn,
    });
  }
  return [...asked.values()];
}
