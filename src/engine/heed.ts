import type { Instant } from "../kernel/instant.ts";
import { type Standing, standingOf } from "./advance.ts";
import { end, type Going, type LegPorts, stateEvent, write } from "./going.ts";
import type { Attempt, Wanted } from "./run.ts";

/**
 * Does what a person asked of a run under way; false when the leg is over by it. `interrupted`: an earlier worker may have
 * begun the step that the run is at.
 */
export async function heed(ports: LegPorts, going: Going, wanted: Wanted, interrupted: boolean): Promise<boolean> {
  switch (wanted) {
    case "cancel":
      return end(ports, going, "cancelled");
    case "pause": {
      const to: Standing = { ...standingOf(going.run), state: "paused", reason: "Paused by a person." };
      return write(ports, going, { to, events: [stateEvent(to)], clearWanted: true });
    }
    case "abort":
      return turnBack(ports, going, interrupted);
  }
}

async function turnBack(ports: LegPorts, going: Going, interrupted: boolean): Promise<boolean> {
  const { run } = going;
  if (run.direction === "undo") return write(ports, going, { to: standingOf(run), events: [], clearWanted: true });
  const to: Standing = { ...standingOf(run), direction: "undo", attempt: 1, stepStartedAt: ports.now() };
  const step = run.plan.steps[run.position];
  const made =
    interrupted && step !== undefined && step.effect !== "none"
      ? interruptedAttempt(going, step.name, ports.now())
      : undefined;
  return write(ports, going, { to, events: [stateEvent(to)], clearWanted: true, attempt: made });
}

/** Its worker died: it may have been done. Written down, so that the way back looks at the target. */
function interruptedAttempt({ run, leg }: Going, name: string, now: Instant): Attempt {
  return {
    direction: "do",
    step: run.position,
    attempt: run.attempt,
    name: `${name}#${run.attempt}`,
    outcome: "errored",
    message: "Its worker ended in the middle of it; whether it was done, the target tells.",
    evidence: null,
    log: [],
    actor: null,
    leg: leg.leg,
    startedAt: run.stepStartedAt ?? now,
    endedAt: now,
  };
}
