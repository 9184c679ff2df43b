import { Refusal } from "../access/refusal.ts";
import type { Evidence } from "./action.ts";
import { conflict, type Deciding, decide, holdRun, ready } from "./decisions.ts";
import type { Run } from "./run.ts";
import { attemptsOf } from "./store.ts";
import { entryOfEnd } from "./telling.ts";

/**
 * Ends a run that waits for a decision or an approval, as a later one of the same takes its place; nothing is taken back, so it is for
 * those of which nothing has to be. Refused for any that goes on by itself, or has ended.
 */
export async function supersedeRun(deciding: Deciding, id: string, successor: string): Promise<Run | Refusal> {
  const reason = `The run ${successor} took its place, before anybody decided.`;
  return endWaiting(deciding, id, { task: "Superseded", reason, evidence: { successor } });
}

/** The same of a run that has nothing to do any more. */
export async function withdrawRun(deciding: Deciding, id: string, reason: string): Promise<Run | Refusal> {
  return endWaiting(deciding, id, { task: "Withdrawn", reason, evidence: {} });
}

interface Ending {
  readonly task: string;
  readonly reason: string;
  readonly evidence: Evidence;
}

async function endWaiting(deciding: Deciding, id: string, { task, reason, evidence }: Ending): Promise<Run | Refusal> {
  const run = await holdRun(deciding, id);
  if (run instanceof Refusal) return run;
  if (run.state !== "waiting" || (run.waitsFor !== "decision" && run.waitsFor !== "approval"))
    return conflict(run, task.toLowerCase());
  const entry = { kind: "run" as const, task, evidence: { reason, ...evidence, waited: run.reason } };
  const ended = await decide(deciding, run, entry, { ...ready(run), state: "aborted", reason, endedAt: deciding.now });
  const attempts = await attemptsOf(deciding.store, run.id);
  await deciding.record(deciding.store, entryOfEnd(ended, attempts, deciding.actor));
  return ended;
}
