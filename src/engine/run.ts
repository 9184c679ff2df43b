import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { Evidence } from "./action.ts";
import type { Plan, Step } from "./plan.ts";

/**
 * `ready`: wants a worker. `queued`: has its place in the environment's queue. `running`: a worker has it. `waiting`: for what
 * `waitsFor` says. The last three are ends.
 */
export const runStates = ["ready", "queued", "running", "waiting", "paused", "done", "aborted", "cancelled"] as const;
export type RunState = (typeof runStates)[number];

/** `decision`: a step failed or errored, and a person says how it goes on. */
export const waits = [
  "approval",
  "attestation",
  "decision",
  "time",
  "condition",
  "window",
  "retry",
  "worker",
  "stop",
] as const;
export type WaitsFor = (typeof waits)[number];

/** What a person asked of a run that a worker has; it is done between two steps. */
export type Wanted = "pause" | "abort" | "cancel";

/** In shadow nothing outside is changed: it is written down what would have been. */
export type RunMode = "shadow" | "act";

/** `undo`: the run was aborted and goes backwards through what it did. */
export type Direction = "do" | "undo";

export interface Run {
  readonly id: string;
  readonly key: string | null;
  readonly procedure: string;
  readonly procedureVersion: number;
  readonly title: string;
  readonly environment: string;
  /** What it belongs to: `{ workOrder, incident, component, changeRequest }`. */
  readonly links: Readonly<Record<string, string>>;
  readonly arguments: Evidence;
  readonly plan: Plan;
  readonly digest: string;
  /** Whether the plan as stored still has this digest; a run whose plan was changed by another hand goes nowhere. */
  readonly intact: boolean;
  readonly mode: RunMode;
  readonly state: RunState;
  readonly waitsFor: WaitsFor | null;
  readonly reason: string | null;
  readonly wakeAt: Instant | null;
  readonly direction: Direction;
  /** Index of the step it is at; the number of steps when all are behind it, -1 when all are undone. */
  readonly position: number;
  readonly attempt: number;
  readonly stepStartedAt: Instant | null;
  readonly approvedUntil: Instant | null;
  readonly wanted: Wanted | null;
  readonly version: number;
  readonly leg: number;
  readonly heldBy: string | null;
  readonly requestedBy: Actor;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly updatedAt: Instant;
}

/** `skipped`: a person went on without it. `shadowed`: it would have been done. */
export type AttemptOutcome = "done" | "failed" | "errored" | "skipped" | "shadowed";

/** What a step said of itself while it worked, and when. */
export interface LogLine {
  readonly at: Instant;
  readonly text: string;
}

/** One attempt of a step and what became of it. Written once. */
export interface Attempt {
  readonly direction: Direction;
  readonly step: number;
  readonly attempt: number;
  /** `restart#2`. */
  readonly name: string;
  readonly outcome: AttemptOutcome;
  readonly message: string;
  readonly evidence: Evidence | null;
  readonly log: readonly LogLine[];
  /** Who attested or skipped; null when a worker did it. */
  readonly actor: Actor | null;
  readonly leg: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

export function hasEnded(run: Pick<Run, "endedAt">): boolean {
  return run.endedAt !== null;
}

/** The step that a run is at; undefined at either end of its plan. */
export function stepOf(run: Pick<Run, "plan" | "position">): Step | undefined {
  return run.plan.steps[run.position];
}

/** The last attempt of a step in one direction. */
export function lastAttempt(attempts: readonly Attempt[], direction: Direction, step: number): Attempt | undefined {
  return attempts.findLast((attempt) => attempt.direction === direction && attempt.step === step);
}

/** The steps that were done and that nothing takes back: what a person has to know of an aborted run. */
export function leftBehind(plan: Plan, attempts: readonly Attempt[]): readonly Step[] {
  return plan.steps.filter((step, index) => {
    if (step.effect === "none" || lastAttempt(attempts, "undo", index)?.outcome === "done") return false;
    const outcome = lastAttempt(attempts, "do", index)?.outcome;
    return outcome === "done" || outcome === "errored";
  });
}
