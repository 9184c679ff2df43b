import type { Instant } from "../kernel/instant.ts";
import type { Step } from "./plan.ts";
import { type Attempt, type Direction, lastAttempt, type Run, type WaitsFor } from "./run.ts";

/** What a worker does next with a run that it has. */
export type Next =
  | { readonly kind: "perform"; readonly step: Step; readonly position: number; readonly direction: Direction }
  /** Nothing to do at this step: on to the next. */
  | { readonly kind: "pass"; readonly position: number }
  | {
      readonly kind: "rest";
      readonly for: WaitsFor;
      readonly reason: string;
      readonly position: number;
      readonly wakeAt?: Instant;
    }
  | { readonly kind: "end"; readonly state: "done" | "aborted" };

/** What may keep a worker from a step: read anew before each. */
export interface Limits {
  /** Why no effect may start now, in words: the emergency stop, or a server that does not act. */
  readonly stopped: string | undefined;
  knows(step: Step): boolean;
}

/** Pure: the same run, attempts, limits and moment give the same answer. */
export function nextOf(run: Run, attempts: readonly Attempt[], limits: Limits, now: Instant): Next {
  if (!run.intact)
    return rest(
      run,
      "decision",
      "The plan in the database is not the one that was started: it was changed by another hand. Abort this run, then start it anew.",
    );
  return run.direction === "do" ? nextForwards(run, attempts, limits, now) : nextBackwards(run, attempts, limits);
}

function nextForwards(run: Run, attempts: readonly Attempt[], limits: Limits, now: Instant): Next {
  const step = run.plan.steps[run.position];
  if (step === undefined) return { kind: "end", state: "done" };
  // Found at the target after a restore: it is behind us, and so is whoever agreed to it.
  if (foundFrom(run, attempts)) return { kind: "pass", position: run.position + 1 };
  switch (step.kind) {
    case "approve":
      return rest(run, "approval", `${step.title}: an approver has to agree to the plan ${run.digest.slice(0, 12)}.`);
    case "attest":
      return rest(run, "attestation", `${step.title}: a person does this by hand and says what came of it.`);
    case "act":
    case "check":
    case "wait": {
      const lapsed = lapsedApproval(run, attempts, step, now);
      if (lapsed !== undefined) return lapsed;
      return hindrance(run, step, limits) ?? { kind: "perform", step, position: run.position, direction: "do" };
    }
  }
}

/** Whether this step, or an effect after it, was found done at its target already. Checks and waits are still made. */
function foundFrom(run: Run, attempts: readonly Attempt[]): boolean {
  const here = run.plan.steps[run.position];
  const done = (index: number): boolean => lastAttempt(attempts, "do", index)?.outcome === "done";
  if (here?.kind === "act") return done(run.position);
  if (here?.kind !== "approve" && here?.kind !== "attest") return false;
  return run.plan.steps.some(({ effect }, index) => index > run.position && effect !== "none" && done(index));
}

/** Before the first effect after an approval it must still hold; what has begun is not stopped half-way. */
function lapsedApproval(run: Run, attempts: readonly Attempt[], step: Step, now: Instant): Next | undefined {
  if (step.effect === "none" || run.approvedUntil === null || run.approvedUntil > now) return undefined;
  const approve = run.plan.steps.findLastIndex(({ kind }, index) => kind === "approve" && index < run.position);
  const begun = run.plan.steps.some(
    ({ effect }, index) => effect !== "none" && index > approve && lastAttempt(attempts, "do", index) !== undefined,
  );
  if (approve < 0 || begun) return undefined;
  return {
    kind: "rest",
    for: "approval",
    reason: `The approval ran out at ${run.approvedUntil} before the first change; an approver has to agree again.`,
    position: approve,
  };
}

function nextBackwards(run: Run, attempts: readonly Attempt[], limits: Limits): Next {
  const position = run.plan.steps.findLastIndex((_, index) => index <= run.position && isToUndo(run, attempts, index));
  if (position < 0) return { kind: "end", state: "aborted" };
  if (position !== run.position) return { kind: "pass", position };
  const step = run.plan.steps[position];
  if (step === undefined) return { kind: "end", state: "aborted" };
  return hindrance(run, step, limits) ?? { kind: "perform", step, position, direction: "undo" };
}

/** What was done, or may have been, and can be taken back. */
function isToUndo(run: Run, attempts: readonly Attempt[], index: number): boolean {
  const step = run.plan.steps[index];
  if (step === undefined || typeof step.effect === "string") return false;
  const back = lastAttempt(attempts, "undo", index)?.outcome;
  if (back === "done" || back === "skipped") return false;
  const tried = attempts.filter((attempt) => attempt.direction === "do" && attempt.step === index);
  const { outcome } = tried.at(-1) ?? {};
  if (outcome === "shadowed") return false;
  return outcome === "done" || tried.some((attempt) => attempt.outcome === "errored");
}

function hindrance(run: Run, step: Step, limits: Limits): Next | undefined {
  if (!limits.knows(step))
    return rest(
      run,
      "worker",
      `No worker here knows ${step.action ?? step.kind} (${run.procedure}@${run.procedureVersion}): start one of the version that planned this run, or a later one.`,
    );
  // In shadow nothing outside is changed, so there is nothing to stop.
  if (limits.stopped !== undefined && step.effect !== "none" && run.mode === "act")
    return rest(run, "stop", limits.stopped);
  return undefined;
}

function rest(run: Run, waitsFor: WaitsFor, reason: string): Next {
  return { kind: "rest", for: waitsFor, reason, position: run.position };
}
