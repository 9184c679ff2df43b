import { type Instant, instantOf } from "../kernel/instant.ts";
import { type Standing, standingOf } from "./advance.ts";
import type { Step } from "./plan.ts";
import type { Attempt, Run } from "./run.ts";

/** Where a run stands once an attempt has ended. Pure. */
export function standingAfter(run: Run, step: Step, made: Attempt, now: Instant, retryMs: number): Standing {
  const here = standingOf(run);
  switch (made.outcome) {
    case "done":
    case "skipped":
    case "shadowed": {
      // On the way back the next step is found by what is left to undo.
      const position = run.direction === "do" ? run.position + 1 : run.position;
      return { ...here, position, attempt: 1, stepStartedAt: now };
    }
    case "errored":
      if (run.attempt <= step.retries) return retried(here, run.attempt, now, retryMs, made.message);
      return decision(here, `${step.title}: ${made.message}`);
    case "failed":
      return decision(here, `${step.title}: ${made.message}`);
  }
}

function decision(here: Standing, reason: string): Standing {
  return { ...here, state: "waiting", waitsFor: "decision", reason };
}

function retried(here: Standing, attempt: number, now: Instant, retryMs: number, reason: string): Standing {
  const pause = Math.min(60_000, retryMs * 2 ** Math.min(attempt - 1, 16));
  const wakeAt = instantOf(Date.parse(now) + pause);
  return { ...here, state: "waiting", waitsFor: "retry", reason, wakeAt, attempt: attempt + 1 };
}
