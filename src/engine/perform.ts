import { messageOf, SystemError } from "../kernel/errors.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { ActionContext, AnyAction, Evidence, NotYet, Outcome, Registry } from "./action.ts";
import { LegLost } from "./advance.ts";
import { receiptStep, type Step } from "./plan.ts";
import { redactEvidence } from "./redact.ts";
import { type Attempt, type AttemptOutcome, type Direction, type LogLine, type Run, type WaitsFor } from "./run.ts";
import { logOf, type StepLog, type ToldLine } from "./step-log.ts";

/** Whether disruptive work may begin now in an environment, and if not, when it may. */
export type WindowAnswer =
  | { readonly kind: "open" }
  | { readonly kind: "closed"; readonly opensAt: Instant | undefined; readonly why: string };

/** Asks for the receipts that a step demands, at the moment at which it would begin. */
export type ReceiptGate = (asked: {
  readonly environment: string;
  readonly need: NonNullable<Step["receipt"]>;
  /** What the run's step `receipt` named; undefined where it has none. */
  readonly named: unknown;
  readonly run: string;
  readonly now: () => Instant;
  readonly signal: AbortSignal;
}) => Promise<
  | { readonly kind: "fresh"; readonly receipts: readonly unknown[]; readonly words: string }
  | { readonly kind: "refused"; readonly why: string }
>;

export interface PerformPorts {
  readonly receipts: ReceiptGate;
  readonly registry: Registry;
  readonly window: (environment: string, needSeconds: number, now: Instant) => Promise<WindowAnswer>;
  readonly redact: (text: string) => string;
  readonly now: () => Instant;
  /** Throws `LegLost` once another worker has the run. */
  readonly fence: () => Promise<void>;
  readonly tell: (lines: readonly ToldLine[]) => Promise<void>;
  /** Fires when this worker stops, or can no longer be sure that the run is its own. */
  readonly signal: AbortSignal;
}

export type Performed =
  | {
      readonly kind: "ended";
      readonly outcome: AttemptOutcome;
      readonly message: string;
      readonly evidence: Evidence | undefined;
      readonly log: readonly LogLine[];
    }
  | { readonly kind: "rest"; readonly for: WaitsFor; readonly reason: string; readonly wakeAt: Instant };

interface Task {
  readonly run: Run;
  readonly step: Step;
  readonly attempts: readonly Attempt[];
  readonly direction: Direction;
  readonly startedAt: Instant;
}

/** One attempt of a step. Throws only `LegLost`: all else is an outcome. */
export async function perform(ports: PerformPorts, task: Task): Promise<Performed> {
  const { run, step, direction } = task;
  if (direction === "do" && step.action === undefined && step.wait !== undefined)
    return waitFor(ports, task, step.wait);
  const action = ports.registry.get(step.action ?? "");
  if (action === undefined) throw new Error(`action ${step.action} was looked for and is gone`);
  const log = logOf(ports);
  if (run.mode === "shadow" && step.effect !== "none") return ended(shadowed(action, step), log, ports);
  try {
    const outcome = await asked(ports, task, action, log);
    return outcome.kind === "not-yet" ? later(ports, task, outcome, log) : ended(outcome, log, ports);
  } catch (thrown) {
    return ended(erroredBy(thrown, ports.signal), log, ports);
  } finally {
    log.close();
  }
}

function shadowed(action: AnyAction, step: Step): { readonly kind: "shadowed"; readonly message: string } {
  return { kind: "shadowed", message: action.describe?.(step.input) ?? step.title };
}

function erroredBy(thrown: unknown, stop: AbortSignal): Outcome {
  if (thrown instanceof LegLost) throw thrown;
  if (stop.aborted) throw new LegLost("this worker stopped in the middle of a step", { cause: thrown });
  return { kind: "errored", message: explained(thrown) };
}

/** The action's answer, or an error once its time is over. */
function asked(ports: PerformPorts, task: Task, action: AnyAction, log: StepLog): Promise<Outcome | NotYet> {
  const { step } = task;
  const limit = new AbortController();
  const context = contextOf(ports, task, log, AbortSignal.any([limit.signal, ports.signal]));
  const work = task.direction === "do" ? doStep(ports, action, context, task) : undoStep(action, context, task);
  return within(step.timeoutSeconds, limit, ports.signal, work);
}

/** What bears our mark already is not done again. */
async function doStep(
  ports: PerformPorts,
  action: AnyAction,
  context: ActionContext,
  task: Task,
): Promise<Outcome | NotYet> {
  const { step } = task;
  const evidence = await action.alreadyDone?.(context, step.input);
  if (evidence !== undefined) return { kind: "done", message: "Found done at the target.", evidence };
  if (step.receipt === undefined) return action.run(context, step.input);
  const answer = await askReceipts(ports, context, task, step.receipt);
  if (answer.kind === "refused") return { kind: "failed", message: answer.why };
  context.log(answer.words);
  const outcome = await action.run(context, step.input);
  if (outcome.kind === "not-yet") return outcome;
  return { ...outcome, evidence: { ...outcome.evidence, receipts: answer.receipts } };
}

/** At the moment of use, whatever was seen before: a backup may have gone since somebody agreed. */
async function askReceipts(
  { receipts }: PerformPorts,
  { environment, now, signal }: ActionContext,
  { run, attempts }: Task,
  need: NonNullable<Step["receipt"]>,
): ReturnType<ReceiptGate> {
  const shown = run.plan.steps.findIndex(({ name }) => name === receiptStep);
  const named = attempts.findLast(
    ({ direction, step, outcome }) => direction === "do" && step === shown && outcome === "done",
  )?.evidence?.["receipts"];
  if (shown >= 0 && named === undefined)
    return { kind: "refused", why: "No receipt, no change: the step that shows the receipts was not done." };
  return receipts({ environment, need, named, run: run.id, now, signal });
}

async function undoStep(action: AnyAction, context: ActionContext, { run, step, attempts }: Task): Promise<Outcome> {
  const index = run.plan.steps.indexOf(step);
  const last = attempts.findLast(
    (attempt) => attempt.direction === "do" && attempt.step === index && attempt.outcome === "done",
  );
  if (action.undo === undefined)
    return {
      kind: "failed",
      message: `${action.id} does not know how to take this back; do it by hand, then skip this step.`,
    };
  if (last !== undefined) return action.undo(context, step.input, last.evidence ?? undefined);
  // It errored: whether it landed, the target tells.
  const found = await action.alreadyDone?.(context, step.input);
  if (found === undefined) return { kind: "done", message: "There was nothing to take back at the target." };
  return action.undo(context, step.input, found);
}

async function waitFor(ports: PerformPorts, task: Task, wait: NonNullable<Step["wait"]>): Promise<Performed> {
  const now = ports.now();
  const over = (message: string): Performed => ({
    kind: "ended",
    outcome: "done",
    message,
    evidence: undefined,
    log: [],
  });
  switch (wait.kind) {
    case "for":
    case "until": {
      const until = wait.kind === "until" ? wait.at : after(task.startedAt, wait.seconds);
      if (Date.parse(now) >= Date.parse(until)) return over(`Waited until ${until}.`);
      return { kind: "rest", for: "time", reason: `Waits until ${until}.`, wakeAt: instantOf(Date.parse(until)) };
    }
    case "window": {
      if (task.run.mode === "shadow") return over("In shadow no window is needed.");
      const answer = await ports.window(task.run.environment, wait.needSeconds, now);
      if (answer.kind === "open") return over("The window is open, and long enough.");
      return { kind: "rest", for: "window", reason: answer.why, wakeAt: soonest(answer.opensAt, after(now, 300)) };
    }
    case "condition":
      throw new Error("a condition is asked by its action");
  }
}

/** A window may be opened by hand meanwhile, so it is looked at every five minutes whatever it said. */
function soonest(opensAt: Instant | undefined, next: Instant): Instant {
  return opensAt !== undefined && opensAt < next ? opensAt : next;
}

function later(ports: PerformPorts, task: Task, { message }: NotYet, log: StepLog): Performed {
  const { wait } = task.step;
  if (wait?.kind !== "condition")
    return ended({ kind: "errored", message: `${message} (only a wait may say so)` }, log, ports);
  const now = ports.now();
  const deadline = after(task.startedAt, wait.deadlineSeconds);
  if (now >= deadline)
    return ended({ kind: "failed", message: `Not within ${wait.deadlineSeconds} s: ${message}` }, log, ports);
  return { kind: "rest", for: "condition", reason: ports.redact(message), wakeAt: after(now, wait.everySeconds) };
}

function ended(
  outcome: { readonly kind: AttemptOutcome; readonly message: string; readonly evidence?: Evidence | undefined },
  log: StepLog,
  { redact }: PerformPorts,
): Performed {
  const message = redact(outcome.message).slice(0, 2000);
  return {
    kind: "ended",
    outcome: outcome.kind,
    message,
    evidence: redactEvidence(outcome.evidence, redact),
    log: log.lines(),
  };
}

function contextOf(ports: PerformPorts, task: Task, log: StepLog, signal: AbortSignal): ActionContext {
  const { run, step, startedAt } = task;
  return {
    runId: run.id,
    mark: `${run.id}/${step.name}`,
    environment: run.environment,
    attempt: run.attempt,
    startedAt,
    now: ports.now,
    signal,
    log: (line, far) => log.add(line, far),
    async fence() {
      // An attempt that was given up on must not go on behind our back.
      if (signal.aborted) throw new LegLost(`${run.id}/${step.name}: this attempt was given up`);
      await ports.fence();
      if (signal.aborted) throw new LegLost(`${run.id}/${step.name}: this attempt was given up`);
    },
  };
}

/** The work's answer, or an error once its time is over. What goes on after that is fenced off from any effect. */
async function within<T>(seconds: number, limit: AbortController, stop: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const over = new SystemError(`no answer within ${seconds} s; what became of it is not known`, "retry");
  const timer = setTimeout(
    () => {
      limit.abort(over);
      reject(over);
    },
    Math.min(seconds * 1000, 2_147_483_647),
  );
  const stopped = (): void => reject(new LegLost("this worker stopped"));
  stop.addEventListener("abort", stopped);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", stopped);
  }
}

function explained(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? ` (${messageOf(thrown.cause)})` : "";
  return `Could not ask: ${messageOf(thrown)}${cause}`;
}

function after(instant: Instant, seconds: number): Instant {
  return instantOf(Date.parse(instant) + seconds * 1000);
}
