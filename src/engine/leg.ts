import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Registry } from "./action.ts";
import { beginLeg, checkLeg, type Leg, LegLost, type Standing, standingOf, tellLines } from "./advance.ts";
import type { RunEventDraft } from "./events.ts";
import { end, type Going, type LegPorts, persisted, stateEvent, write } from "./going.ts";
import { heed } from "./heed.ts";
import { type Next, nextOf } from "./next.ts";
import { type Performed, perform, type ReceiptGate } from "./perform.ts";
import type { Attempt } from "./run.ts";
import { standingAfter } from "./standing.ts";
import { attemptsOf } from "./store.ts";
import { noticeOfRest } from "./telling.ts";

/**
 * Takes a run as far as it goes without a person, a clock or a window; then the leg is over, and another begins when there is
 * more to do. Nothing is kept in memory that is not in the database, so a leg may end anywhere. Throws only our own bugs, after
 * the run was left to a person.
 */
export async function runLeg(ports: LegPorts, leg: Leg): Promise<void> {
  try {
    const run = await persisted(ports, () => beginLeg(ports.store, leg, ports.worker, ports.now()));
    if (run === undefined) return;
    const attempts = await persisted(ports, () => attemptsOf(ports.store, leg.runId));
    const going: Going = { leg, run, attempts: [...attempts], wanted: null };
    if (run.wanted !== null && !(await heed(ports, going, run.wanted, true))) return;
    while (await step(ports, going))
      if (going.wanted !== null && !(await heed(ports, going, going.wanted, false))) return;
  } catch (thrown) {
    if (thrown instanceof LegLost) return;
    throw thrown;
  }
}

/** One step; false when the leg is over. */
async function step(ports: LegPorts, going: Going): Promise<boolean> {
  const { run, attempts } = going;
  const registry = ports.registry(run.environment);
  const known = ports.knows(`${run.procedure}@${run.procedureVersion}`);
  const limits = {
    stopped: ports.stopped(),
    knows: ({ action }: { readonly action?: string | undefined }) =>
      known && (action === undefined || registry.has(action)),
  };
  const next = nextOf(run, attempts, limits, ports.now());
  switch (next.kind) {
    case "end":
      return end(ports, going, next.state);
    case "rest":
      return rest(ports, going, next);
    case "pass": {
      const to = { ...standingOf(run), position: next.position, attempt: 1, stepStartedAt: ports.now() };
      return write(ports, going, { to, events: [] });
    }
    case "perform":
      return attempt(ports, going, next, registry);
  }
}

async function attempt(
  ports: LegPorts,
  going: Going,
  next: Extract<Next, { kind: "perform" }>,
  registry: Registry,
): Promise<boolean> {
  const { run, leg, attempts } = going;
  const startedAt = run.stepStartedAt ?? ports.now();
  const performed = await perform(
    {
      registry,
      window: ports.window,
      receipts: ports.receipts ?? noReceipts,
      redact: ports.redact,
      now: ports.now,
      signal: ports.signal,
      fence: () => checkLeg(ports.store, leg),
      tell: (lines) => tellLines(ports.store, leg, ports.now(), lines),
    },
    { run, step: next.step, attempts, direction: next.direction, startedAt },
  );
  if (performed.kind === "rest") return rest(ports, going, { ...performed, position: run.position });
  const now = ports.now();
  const made = attemptOf(going, next, performed, startedAt, now);
  const to = standingAfter(run, next.step, made, now, ports.retryMs);
  if (to.waitsFor === "decision")
    return rest(ports, going, { for: "decision", reason: to.reason ?? "", position: to.position }, made);
  return write(ports, going, { to, attempt: made, events: [stepEvent(made)] });
}

const noReceipts: ReceiptGate = async () => ({
  kind: "refused",
  why: "No receipt, no change: this worker cannot ask for backup receipts.",
});

function attemptOf(
  { run, leg }: Going,
  { step, direction, position }: Extract<Next, { kind: "perform" }>,
  performed: Extract<Performed, { kind: "ended" }>,
  startedAt: Instant,
  now: Instant,
): Attempt {
  return {
    direction,
    step: position,
    attempt: run.attempt,
    name: `${step.name}#${run.attempt}`,
    outcome: performed.outcome,
    message: performed.message,
    evidence: performed.evidence ?? null,
    log: performed.log,
    actor: null,
    leg: leg.leg,
    startedAt,
    endedAt: now,
  };
}

async function rest(
  ports: LegPorts,
  going: Going,
  wait: Pick<Extract<Next, { kind: "rest" }>, "for" | "reason" | "position" | "wakeAt">,
  made?: Attempt,
): Promise<boolean> {
  const { run } = going;
  const now = ports.now();
  const again = wait.for === "worker" || wait.for === "stop" ? inSeconds(now, 15) : null;
  const to: Standing = {
    ...standingOf(run),
    state: "waiting",
    waitsFor: wait.for,
    reason: wait.reason,
    wakeAt: wait.wakeAt ?? again,
    position: wait.position,
    attempt: wait.position === run.position ? run.attempt : lastAttemptNumber(going, wait.position) + 1,
  };
  const notice = noticeOfRest({ ...run, ...to });
  const events = [...(made === undefined ? [] : [stepEvent(made)]), stateEvent(to)];
  await write(ports, going, { to, events, ...(made === undefined ? {} : { attempt: made }) }, async (part) => {
    if (notice !== undefined) await ports.notify(part, notice);
  });
  return false;
}

function lastAttemptNumber({ attempts, run }: Going, position: number): number {
  const numbers = attempts.filter(({ step, direction }) => step === position && direction === run.direction);
  return Math.max(0, ...numbers.map(({ attempt }) => attempt));
}

function stepEvent({ direction, name, outcome, message }: Attempt): RunEventDraft {
  return { kind: "step", data: { direction, name, outcome, message } };
}

function inSeconds(now: Instant, seconds: number): Instant {
  return instantOf(Date.parse(now) + seconds * 1000);
}
