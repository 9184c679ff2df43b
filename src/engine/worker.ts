import { randomBytes } from "node:crypto";
import { messageOf } from "../kernel/errors.ts";
import type { Leg } from "./advance.ts";
import { openLegQueue } from "./dbos.ts";
import type { LegPorts } from "./going.ts";
import { leaveToPerson } from "./leave.ts";
import { runLeg } from "./leg.ts";
import { Life } from "./life.ts";
import { beatWorker, leaveWorker, sweepRuns, type WorkerSelf } from "./sweep.ts";

export interface EngineOptions extends Omit<LegPorts, "worker" | "signal"> {
  readonly url: string;
  /** Millwright's version. */
  readonly version: string;
  readonly environments: readonly string[] | undefined;
  /** Runs at once for each environment. */
  readonly concurrency: number;
  readonly log: (line: string) => void;
  readonly timing?: Partial<Timing>;
  /** Milliseconds that only ever grow: a clock set back must not make a silent worker believe in itself. */
  readonly monotonic: () => number;
}

interface Timing {
  readonly beatMs: number;
  readonly deadAfterSeconds: number;
  readonly sweepMs: number;
  readonly pollMs: number;
  readonly lostAfterSeconds: number;
}

const usual: Timing = { beatMs: 3000, deadAfterSeconds: 20, sweepMs: 500, pollMs: 250, lostAfterSeconds: 120 };

export interface Engine {
  readonly worker: string;
  /** Takes no more runs, leaves those under way to others, and returns once nothing of it goes on. */
  close(): Promise<void>;
}

/**
 * Works for the runs of some environments until it is closed: beats, sweeps, and takes legs from the queue. A worker that could
 * not beat for half of the time after which it counts as dead gives up all it has: by then nobody else has taken it.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const timing = { ...usual, ...options.timing };
  const { store, log } = options;
  const self: WorkerSelf = {
    id: `worker-${randomBytes(6).toString("hex")}`,
    version: options.version,
    environments: options.environments,
    deadAfterSeconds: timing.deadAfterSeconds,
  };
  const life = new Life(options.monotonic, timing.deadAfterSeconds * 500);
  const busy = new Set<string>();
  await beatWorker(store, self, options.now());
  const run = (leg: Leg): Promise<void> => work({ ...options, worker: self.id, signal: life.signal() }, leg, busy, log);
  const queue = await openLegQueue({ ...options, pollMs: timing.pollMs, worker: self.id, run });

  const loops = new AbortController();
  const beating = repeat(loops.signal, timing.beatMs, log, async () => {
    await life.beat(() => beatWorker(store, self, options.now()));
  });
  const watching = repeat(loops.signal, Math.max(50, timing.beatMs / 3), log, async () => life.check());
  const sweeping = repeat(loops.signal, timing.sweepMs, log, async () => {
    if (!life.sure()) return;
    await sweepRuns(store, self, {
      now: options.now(),
      busy,
      lostAfterSeconds: timing.lostAfterSeconds,
      inQueue: queue.inQueue,
      dispatch: async (part, leg) => {
        await queue.know(leg.environment);
        await queue.dispatch(part, leg);
      },
    });
  });
  const tidying = repeat(loops.signal, 3_600_000, log, async () => {
    await queue.tidy(Date.parse(options.now()) - 86_400_000);
  });
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    loops.abort();
    life.end();
    await Promise.all([beating, watching, sweeping, tidying]);
    await queue.close();
    await leaveWorker(store, self).catch((thrown: unknown) => log(`leaving: ${messageOf(thrown)}`));
  };
  return {
    worker: self.id,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

async function work(ports: LegPorts, leg: Leg, busy: Set<string>, log: (line: string) => void): Promise<void> {
  if (ports.signal.aborted) return;
  busy.add(leg.runId);
  try {
    await runLeg(ports, leg);
  } catch (thrown) {
    log(`run ${leg.runId}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    await leaveToPerson(ports, leg, thrown).catch((also: unknown) => log(`run ${leg.runId}: ${messageOf(also)}`));
  } finally {
    busy.delete(leg.runId);
  }
}

async function repeat(
  signal: AbortSignal,
  everyMs: number,
  log: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  let said = "";
  while (!signal.aborted) {
    try {
      await work();
      said = "";
    } catch (thrown) {
      const message = messageOf(thrown);
      if (message !== said) log(message);
      said = message;
    }
    await pause(everyMs, signal);
  }
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, millis);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
