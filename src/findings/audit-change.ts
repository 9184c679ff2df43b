import type { Change } from "../systems/contract.ts";
import { type Audit, type AuditInput, gather, judge } from "./audit.ts";
import { changeBetween, type JudgeMove } from "./change.ts";

export interface ChangeInput {
  readonly base: AuditInput;
  readonly head: AuditInput;
  readonly judgeMove: JudgeMove;
  /** The commits between the two with what each touches; without a history the change counts as one. */
  readonly commits?: Change["commits"];
}

/**
 * Audits a change: only what it brings. It is judged by the base's suppressions, so that a merge request cannot excuse itself.
 */
export async function auditChange(input: ChangeInput): Promise<Audit> {
  const base = await gather(input.base);
  const head = await gather(input.head);
  const rules = { ...input.head, config: { ...input.head.config, suppress: input.base.config.suppress } };
  const whole = changeBetween(base.facts, head.facts, input.base.tree.label, input.judgeMove);
  const change: Change = input.commits === undefined ? whole : { ...whole, commits: input.commits };
  const before = judge(base, { ...input.base, now: input.head.now });
  const after = judge({ ...head, facts: { ...head.facts, change } }, rules);
  return difference(before, after, change);
}

function difference(before: Audit, after: Audit, change: Change): Audit {
  const known = new Set([...before.findings, ...before.suppressed.map(({ finding }) => finding)].map(({ id }) => id));
  const asked = new Set(before.unknown.map(({ id }) => id));
  const still = new Set([...after.findings, ...after.suppressed.map(({ finding }) => finding)].map(({ id }) => id));
  return {
    ...after,
    findings: after.findings.filter(({ id }) => !known.has(id)),
    unknown: after.unknown.filter(({ id }) => !asked.has(id)),
    suppressed: after.suppressed.filter(({ finding }) => !known.has(finding.id)),
    change: { base: change.base, moves: change.moves, resolved: before.findings.filter(({ id }) => !still.has(id)) },
  };
}
