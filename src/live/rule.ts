import { findingId } from "../findings/finding.ts";
import type { Look } from "../findings/life-cycle.ts";
import { type Suppression, suppress } from "../findings/suppression.ts";
import type { Finding, OpenQuestion, Rule, Severity } from "../systems/contract.ts";
import type { LiveFacts } from "./facts.ts";

export type LiveFactName = Exclude<keyof LiveFacts, "environment" | "production" | "now">;
type Known<T> = T extends { readonly kind: "known"; readonly value: infer Value } ? Value : never;

/** What a rule sees: the lists that it needs, each known; empty where the cluster has none of it. */
export type KnownFacts<Needs extends LiveFactName> = Pick<LiveFacts, "environment" | "production" | "now"> & {
  readonly [name in Needs]: Known<LiveFacts[name]>;
};

/** What a rule says of one subject of a live platform. */
export type LiveVerdict =
  | {
      readonly kind: "finding";
      readonly subject: string;
      readonly key?: string;
      /** Where to look: `argocd/Application/mlflow`. */
      readonly place: string;
      readonly severity?: Severity;
      readonly message: string;
      readonly fix: string;
    }
  | { readonly kind: "unknown"; readonly subject: string; readonly why: string; readonly howToLearn: string };

/** A rule about what is live. It runs only when all that it needs is known; its findings stay open meanwhile. */
export interface LiveRule
  extends Pick<Rule, "id" | "title" | "group" | "severity" | "why" | "sources" | "fix" | "examples"> {
  readonly needs: readonly LiveFactName[];
  check(facts: LiveFacts): Iterable<LiveVerdict>;
}

/** Writes a rule: the compiler sees that `check` uses only the facts it declares. */
export function defineLiveRule<const Needs extends LiveFactName>(
  rule: Omit<LiveRule, "needs" | "check"> & {
    readonly needs: readonly Needs[];
    check(facts: KnownFacts<Needs>): Iterable<LiveVerdict>;
  },
): LiveRule {
  return {
    ...rule,
    check(facts) {
      const lists = rule.needs.map((name) => {
        const fact = facts[name];
        return [name, fact.kind === "known" ? fact.value : []] as const;
      });
      const { environment, production, now } = facts;
      // Each list stands under its own name.
      return rule.check({ environment, production, now, ...Object.fromEntries(lists) } as unknown as KnownFacts<Needs>);
    },
  };
}

/** What one look at a cluster gives to the findings' life cycle. */
export function lookOfFacts(facts: LiveFacts, rules: readonly LiveRule[], suppressions: readonly Suppression[]): Look {
  const findings: Finding[] = [];
  const unknown: OpenQuestion[] = [];
  const ran = new Set<string>();
  for (const rule of rules) {
    const missing = rule.needs.flatMap((name) => {
      const fact = facts[name];
      return fact.kind === "unknown" ? [fact] : [];
    });
    unknown.push(...missing.map((fact) => question(rule, facts, { subject: `cluster/${facts.environment}`, ...fact })));
    if (missing.length > 0) continue;
    ran.add(rule.id);
    for (const verdict of rule.check(facts))
      if (verdict.kind === "finding") findings.push(findingOf(rule, facts, verdict));
      else unknown.push(question(rule, facts, verdict));
  }
  const { open, suppressed } = suppress(unique(findings), suppressions, facts.now);
  return { findings: open, suppressed, unknown: unique(unknown), ran, unread: [], blind: false };
}

/** A cluster that did not answer proves nothing gone. */
export function blindLook(environment: string, rule: LiveRule, why: string, howToLearn: string): Look {
  const asked = question(rule, { environment }, { subject: `cluster/${environment}`, why, howToLearn });
  return { findings: [], suppressed: [], unknown: [asked], ran: new Set(), unread: [], blind: true };
}

function unique<T extends { readonly id: string }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

function findingOf(
  rule: LiveRule,
  { environment }: LiveFacts,
  { subject, key = "", place, severity = rule.severity, message, fix }: Extract<LiveVerdict, { kind: "finding" }>,
): Finding {
  return {
    id: findingId(rule.id, { environment, subject, key }),
    rule: rule.id,
    title: rule.title,
    group: rule.group,
    severity,
    subject,
    environment,
    places: [{ file: `cluster/${environment}/${place}`, line: 1, column: 1 }],
    message,
    fix,
  };
}

function question(
  rule: LiveRule,
  { environment }: Pick<LiveFacts, "environment">,
  { subject, why, howToLearn }: { readonly subject: string; readonly why: string; readonly howToLearn: string },
): OpenQuestion {
  const id = findingId(rule.id, { environment, subject });
  return { id, rule: rule.id, title: rule.title, subject, environment, at: undefined, why, howToLearn };
}
