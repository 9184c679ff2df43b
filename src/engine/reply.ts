import * as z from "zod";
import type { Step } from "./plan.ts";
import { type Attempt, lastAttempt, leftBehind, type Run, runStates, stepOf, waits } from "./run.ts";
import type { Approval } from "./store.ts";

const Moment = z.iso.datetime();
const Actor = z.object({ kind: z.enum(["person", "token", "system"]), id: z.string(), name: z.string() });
const Outcome = z.enum(["done", "failed", "errored", "skipped", "shadowed"]);

/** A run in a list. */
export const RunReply = z.object({
  id: z.string(),
  procedure: z.string().describe("With its version: restart-component@1"),
  title: z.string(),
  about: z.string().describe("What it comes to: its own title, or else the step that weighs most"),
  environment: z.string(),
  links: z.record(z.string(), z.string()),
  mode: z.enum(["shadow", "act"]),
  state: z.enum(runStates),
  waitsFor: z.enum(waits).nullable(),
  reason: z.string().nullable().describe("Why it waits, in words"),
  wakeAt: Moment.nullable(),
  direction: z.enum(["do", "undo"]),
  step: z.string().nullable().describe("The step that it is at"),
  attempt: z.number(),
  position: z.number(),
  steps: z.number(),
  wanted: z.enum(["pause", "abort", "cancel"]).nullable().describe("What was asked of it and comes after this step"),
  digest: z.string().describe("Of the plan: an approval names it"),
  version: z.number(),
  requestedBy: Actor,
  createdAt: Moment,
  startedAt: Moment.nullable(),
  endedAt: Moment.nullable(),
});

export function replyOf(run: Run): z.input<typeof RunReply> {
  const { id, title, environment, mode, state, waitsFor, reason, wakeAt, direction, attempt, position } = run;
  const { wanted, digest, version, requestedBy, createdAt, startedAt, endedAt } = run;
  return {
    id,
    title,
    about: aboutOf(run),
    environment,
    mode,
    state,
    waitsFor,
    reason,
    wakeAt,
    direction,
    attempt,
    position,
    wanted,
    digest,
    version,
    requestedBy,
    createdAt,
    startedAt,
    endedAt,
    procedure: `${run.procedure}@${run.procedureVersion}`,
    links: { ...run.links },
    step: stepOf(run)?.name ?? null,
    steps: run.plan.steps.length,
  };
}

/** The first step that cannot be taken back tells one restart from another; then the first with an effect, then the first. */
function aboutOf({ arguments: { title }, plan: { steps } }: Run): string {
  if (typeof title === "string") return title;
  const weightiest =
    steps.find(({ effect }) => effect === "irreversible") ?? steps.find(({ effect }) => effect !== "none") ?? steps[0];
  return weightiest?.title ?? "";
}

const StepReply = z.object({
  name: z.string(),
  title: z.string(),
  kind: z.enum(["act", "check", "wait", "approve", "attest"]),
  effect: z.string().describe("none, irreversible, or how it is taken back"),
  receipt: z
    .object({
      component: z.string().nullable().describe("Null: of the environment"),
      stores: z.array(z.string()).describe("All of them when empty"),
    })
    .nullable()
    .describe("The stores of which it demands a fresh backup receipt at its start; null: of none"),
  outcome: Outcome.nullable(),
  message: z.string().nullable(),
  undone: z.boolean(),
});

/** A run with its plan, what became of each step, and who agreed. */
export const RunWholeReply = RunReply.extend({
  arguments: z.record(z.string(), z.unknown()),
  plan: z.array(StepReply),
  approvals: z.array(
    z.object({
      approved: z.boolean(),
      actor: Actor,
      reason: z.string().nullable(),
      digest: z.string(),
      emergency: z.string().nullable().describe("Emergency rights that stood in for a second person"),
      decidedAt: Moment,
      expiresAt: Moment.nullable(),
    }),
  ),
  left: z.array(z.string()).describe("What was done and is not taken back; of a run that did not end well"),
});

export function wholeReplyOf(
  run: Run,
  attempts: readonly Attempt[],
  approvals: readonly Approval[],
): z.input<typeof RunWholeReply> {
  return {
    ...replyOf(run),
    arguments: { ...run.arguments },
    plan: run.plan.steps.map((step, index) => {
      const last = lastAttempt(attempts, "do", index);
      const outcome = last?.outcome ?? (step.kind === "approve" && index < run.position ? "done" : null);
      const undone = lastAttempt(attempts, "undo", index)?.outcome === "done";
      return { ...planned(step), outcome, message: last?.message ?? null, undone };
    }),
    approvals: approvals.map(({ approved, actor, reason, digest, emergency, decidedAt, expiresAt }) => ({
      approved,
      actor,
      reason,
      digest,
      emergency,
      decidedAt,
      expiresAt,
    })),
    left: run.state === "done" ? [] : leftBehind(run.plan, attempts).map(({ title }) => title),
  };
}

export const AttemptReply = z.object({
  name: z.string().describe("The step and its attempt: restart#2"),
  direction: z.enum(["do", "undo"]),
  outcome: Outcome,
  message: z.string(),
  evidence: z.record(z.string(), z.unknown()).nullable(),
  log: z.array(z.object({ at: Moment, text: z.string() })).describe("What it said of itself while it worked"),
  actor: Actor.nullable(),
  startedAt: Moment,
  endedAt: Moment,
});

export function attemptReplyOf(attempt: Attempt): z.input<typeof AttemptReply> {
  const { name, direction, outcome, message, evidence, log, actor, startedAt, endedAt } = attempt;
  return { name, direction, outcome, message, evidence, log: [...log], actor, startedAt, endedAt };
}

/** A plan before it is run. */
export const PlanReply = z.object({
  procedure: z.string(),
  title: z.string(),
  digest: z.string(),
  steps: z.array(StepReply.pick({ name: true, title: true, kind: true, effect: true, receipt: true })),
});

export function planned(step: Step) {
  const { name, title, kind, effect, receipt } = step;
  return {
    name,
    title,
    kind,
    effect: typeof effect === "string" ? effect : effect.reversible,
    receipt: receipt === undefined ? null : { component: receipt.component ?? null, stores: [...receipt.stores] },
  };
}
