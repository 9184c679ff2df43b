import { findingId } from "../../findings/finding.ts";
import type { Look } from "../../findings/life-cycle.ts";
import { type Suppression, suppress } from "../../findings/suppression.ts";
import type { Finding, OpenQuestion } from "../../systems/contract.ts";
import type { BackupRule, BackupVerdict } from "./rule.ts";
import { backupRules, foreignUnfit, forgotten, proofFailed } from "./rules.ts";
import { secondChangeable, secondFailed, secondLate } from "./rules-second.ts";
import { notBegun, unopened } from "./rules-unopened.ts";
import type { BackupState } from "./state.ts";
import { notMade } from "./unseen.ts";

const ofSecond = [secondFailed, secondLate, secondChangeable].map(({ id }) => id);

/** What one look at an environment's backups gives to the findings' life cycle. A repository that does not answer proves nothing gone. */
export function lookOfState(state: BackupState, suppressions: readonly Suppression[]): Look {
  const found = backupRules.flatMap((rule) => [...rule.check(state)].map((verdict) => findingOf(rule, state, verdict)));
  const { open, suppressed } = suppress(found, suppressions, state.now);
  const ran = new Set(
    state.unseen === undefined
      ? backupRules.map(({ id }) => id)
      : [unopened, notBegun, forgotten, foreignUnfit].map(({ id }) => id),
  );
  // What could not be asked closes nothing.
  if (state.foreign.some((one) => one.state === "unknown")) ran.delete(foreignUnfit.id);
  if (state.second?.kind === "unknown") for (const rule of ofSecond) ran.delete(rule);
  if (state.second?.immutable?.kind === "unknown") ran.delete(secondChangeable.id);
  return { findings: open, suppressed, unknown: questionsOf(state), ran, unread: [], blind: false };
}

function findingOf(
  { id, title, group, severity: usual }: BackupRule,
  { environment }: BackupState,
  { subject, message, fix, severity = usual }: BackupVerdict,
): Finding {
  return {
    id: findingId(id, { environment, subject, key: "" }),
    rule: id,
    title,
    group,
    severity,
    subject,
    environment,
    places: [{ file: `backups/${environment}/${subject}`, line: 1, column: 1 }],
    message,
    fix,
  };
}

function questionsOf(state: BackupState): readonly OpenQuestion[] {
  return [...ofRepository(state), ...ofOthers(state), ...ofCopy(state)];
}

function ofOthers({ environment, foreign }: BackupState): readonly OpenQuestion[] {
  return foreign
    .filter(({ state }) => state === "unknown")
    .map(({ store, what, why, howToLearn = "millwright backup foreign" }) =>
      asked(foreignUnfit, { environment, subject: `store/${store}`, key: what }, `${what}: ${why}`, howToLearn),
    );
}

function ofCopy({ environment, second }: BackupState): readonly OpenQuestion[] {
  const of = { environment, subject: `second/${environment}` };
  const immutable = second?.immutable;
  return [
    ...(second?.kind === "unknown"
      ? [asked(secondLate, of, second.words, `millwright backup second --environment ${environment}`)]
      : []),
    ...(immutable?.kind === "unknown"
      ? [asked(secondChangeable, of, immutable.words, immutable.howToLearn ?? "Look there.")]
      : []),
  ];
}

function ofRepository({ environment, seenAt, unseen }: BackupState): readonly OpenQuestion[] {
  if (unseen === undefined || (seenAt === undefined && unseen === notMade)) return [];
  const of = { environment, subject: `repository/${environment}` };
  const why = `the repository does not answer: ${unseen}`;
  return [asked(proofFailed, of, why, `millwright backup list --environment ${environment}`)];
}

function asked(
  { id: rule, title }: BackupRule,
  of: { readonly environment: string; readonly subject: string; readonly key?: string },
  why: string,
  howToLearn: string,
): OpenQuestion {
  const { environment, subject } = of;
  return { id: findingId(rule, of), rule, title, subject, environment, at: undefined, why, howToLearn };
}
