import { messageOf } from "../kernel/errors.ts";
import { advance, type Leg, LegLost, standingOf } from "./advance.ts";
import { type LegPorts, stateEvent } from "./going.ts";
import { findRun } from "./store.ts";

/** After a fault of our own: the run stops where it is and a person decides, rather than fails again and again. */
export async function leaveToPerson(ports: LegPorts, leg: Leg, thrown: unknown): Promise<void> {
  const run = await findRun(ports.store, leg.runId);
  if (run === undefined || run.leg !== leg.leg || run.state !== "running") return;
  const reason = `A fault of Millwright's own stopped this run: ${ports.redact(messageOf(thrown))}. What the step did is to be looked at before it is retried.`;
  const to = { ...standingOf(run), state: "waiting" as const, waitsFor: "decision" as const, reason, wakeAt: null };
  try {
    await advance(ports.store, leg, ports.now(), { to, events: [stateEvent(to)] });
  } catch (also) {
    if (!(also instanceof LegLost)) throw also;
  }
}
