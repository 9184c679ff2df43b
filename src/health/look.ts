import { idOf } from "../kernel/digest.ts";
import type { Finding, Location, OpenQuestion } from "../systems/contract.ts";
import { type AlertRule, type AlertVerdict, alertRules, type HealthFacts } from "./alert-rules.ts";

/** What one look at the observations gave, as the findings' life cycle takes it (source `observations`). */
export interface HealthLook {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly [];
  readonly unknown: readonly OpenQuestion[];
  readonly ran: ReadonlySet<string>;
  readonly unread: readonly string[];
  /** No observation at all: such a look proves nothing gone. */
  readonly blind: boolean;
}

/**
 * Judges the observations. A finding closes only when its rule no longer shows it on known facts: a subject that is unknown
 * now is a question of every rule that could have judged it, and keeps what was found open.
 */
export function lookAt(facts: HealthFacts, rules: readonly AlertRule[] = alertRules): HealthLook {
  const verdicts = rules.flatMap((rule) => rule.check(facts).map((verdict) => ({ rule, verdict })));
  return {
    findings: verdicts.flatMap(({ rule, verdict }) => (verdict.kind === "finding" ? [findingOf(rule, verdict)] : [])),
    suppressed: [],
    unknown: [
      ...verdicts.flatMap(({ rule, verdict }) => (verdict.kind === "unknown" ? [questionOf(rule, verdict)] : [])),
      ...questionsOf(facts, rules),
    ],
    ran: new Set(rules.map(({ id }) => id)),
    unread: unreadOf(facts),
    blind: facts.standings.length === 0,
  };
}

/** The place of a subject: no file, but unique, and what `unread` names when it is not known. */
function placeOf({ environment, subject, key }: Pick<AlertVerdict, "environment" | "subject" | "key">): Location {
  return { file: `observations/${environment}/${subject.replace(/^component\//, "")}/${key}`, line: 1, column: 1 };
}

/** Subjects that are unknown: nothing about exactly these is proven gone, and everything about the others can be. */
function unreadOf({ standings, components }: HealthFacts): readonly string[] {
  const held = components
    .filter((one) => one.held !== undefined)
    .map(({ environment, component }) => `observations/${environment}/${component}`);
  const unknown = standings
    .filter(({ state }) => state === "unknown")
    .map(({ environment, component, probe, subject }) =>
      // A probe that could not be asked speaks for all of its subjects.
      subject === probe
        ? `observations/${environment}/${component}/${probe}`
        : `observations/${environment}/${component}/${probe}/${subject}`,
    );
  return [...held, ...unknown];
}

/** For people: which questions are open. They name their own subject, so that they hold nothing else open. */
function questionsOf({ standings }: HealthFacts, rules: readonly AlertRule[]): readonly OpenQuestion[] {
  const rule = rules.find(({ id }) => id === "health-in-trouble");
  if (rule === undefined) return [];
  return standings
    .filter(({ state, tells, held }) => state === "unknown" && tells !== "upkeep" && held === undefined)
    .map(({ environment, component, probe, subject, evidence, howToLearn }) =>
      questionOf(rule, {
        environment,
        subject: `observation/${component}/${probe}/${subject}`,
        key: "",
        why: evidence,
        howToLearn: howToLearn ?? "",
      }),
    );
}

function findingOf(rule: AlertRule, verdict: Extract<AlertVerdict, { readonly kind: "finding" }>): Finding {
  const { environment, subject, key, severity, message, fix } = verdict;
  return {
    id: idOf([rule.id, environment, subject, key]),
    rule: rule.id,
    title: rule.title,
    group: "health",
    severity,
    subject,
    environment,
    places: [placeOf(verdict)],
    message,
    fix,
  };
}

function questionOf(
  rule: AlertRule,
  asked: Omit<Extract<AlertVerdict, { readonly kind: "unknown" }>, "kind">,
): OpenQuestion {
  const { environment, subject, key, why, howToLearn } = asked;
  return {
    id: idOf([rule.id, environment, subject, key]),
    rule: rule.id,
    title: rule.title,
    subject,
    environment,
    at: undefined,
    why,
    howToLearn,
  };
}
