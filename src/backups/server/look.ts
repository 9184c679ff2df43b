import { findingId } from "../../findings/finding.ts";
import type { Look } from "../../findings/life-cycle.ts";
import { type Suppression, suppress } from "../../findings/suppression.ts";
import type { Finding, OpenQuestion } from "../../systems/contract.ts";
import { type BackupRule, type BackupVerdict, backupRules } from "./rules.ts";
import type { BackupState } from "./state.ts";

const forgotten = "backup-store-forgotten";
const foreignUnfit = "backup-foreign-unfit";

/** What one look at an environment's backups gives to the findings' life cycle. A repository that does not answer proves nothing gone. */
export function lookOfState(state: BackupState, suppressions: readonly Suppression[]): Look {
  const found = backupRules.flatMap((rule) => [...rule.check(state)].map((verdict) => findingOf(rule, state, verdict)));
  const { open, suppressed } = suppress(found, suppressions, state.now);
  const ran = new Set(state.unseen === undefined ? backupRules.map(({ id }) => id) : [forgotten, foreignUnfit]);
  // What could not be asked closes nothing.
  if (state.foreign.some((one) => one.state === "unknown")) ran.delete(foreignUnfit);
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
  return [...ofRepository(state), ...ofOthers(state)];
}

function ofOthers({ environment, foreign }: BackupState): readonly OpenQuestion[] {
  const rule = backupRules.find(({ id }) => id === foreignUnfit);
  if (rule === undefined) return [];
  return foreign
    .filter(({ state }) => state === "unknown")
    .map(({ store, what, why, howToLearn = "millwright backup foreign" }) => ({
      id: findingId(rule.id, { environment, subject: `store/${store}`, key: what }),
      rule: rule.id,
      title: rule.title,
      subject: `store/${store}`,
      environment,
      at: undefined,
      why: `${what}: ${why}`,
      howToLearn,
    }));
}

function ofRepository({ environment, unseen }: BackupState): readonly OpenQuestion[] {
  if (unseen === undefined) return [];
  const [rule] = backupRules;
  if (rule === undefined) return [];
  const subject = `repository/${environment}`;
  return [
    {
      id: findingId(rule.id, { environment, subject }),
      rule: rule.id,
      title: rule.title,
      subject,
      environment,
      at: undefined,
      why: `the repository does not answer: ${unseen}`,
      howToLearn: `millwright backup list --environment ${environment}`,
    },
  ];
}
