import { messageOf } from "../kernel/errors.ts";
import { schemaProblem } from "../store/migrations/runner.ts";
import type { Store } from "../store/store.ts";
import { Scheduler, type SchedulerOptions } from "./scheduler.ts";
import { beatWorker, endWorker } from "./store.ts";

export interface WorkerOptions extends SchedulerOptions {
  /** Tells workers apart: host and process. */
  readonly id: string;
  readonly version: string;
  /** Waits, or returns early when the signal fires. */
  wait(millis: number, signal: AbortSignal): Promise<void>;
}

const tickMillis = 1000;
const beatEveryTicks = 10;
const longestPauseMillis = 30_000;

/**
 * Works until the signal fires, and returns why it ended. While the database is away it waits and tries again; when a newer
 * version has changed the schema it ends, so that nothing is done by rules that no longer hold.
 */
export async function work(options: WorkerOptions, signal: AbortSignal): Promise<"stopped" | "outdated"> {
  const { store, clock, id, version } = options;
  const scheduler = new Scheduler(options);
  const startedAt = clock.now();
  let failures = 0;
  let registered = false;
  try {
    for (let tick = 0; !signal.aborted; tick += 1) {
      try {
        if (tick % beatEveryTicks === 0 || !registered) {
          const problem = await schemaProblem(store);
          if (problem !== undefined) {
            options.log({ level: "error", message: `this worker ends: ${problem}` });
            return "outdated";
          }
          await beatWorker(store, { id, version, started_at: startedAt, beat_at: clock.now() });
        }
        if (!registered) await scheduler.register();
        registered = true;
        await scheduler.tick();
        if (failures > 0) options.log({ level: "info", message: "the worker goes on: the database answers again" });
        failures = 0;
      } catch (thrown) {
        failures += 1;
        if (failures === 1) options.log({ level: "error", message: `the worker waits: ${messageOf(thrown)}` });
      }
      const pause = tickMillis * 2 ** Math.min(failures, 10);
      await options.wait(Math.min(pause, longestPauseMillis), signal);
    }
    return "stopped";
  } finally {
    await scheduler.end();
    await saysGoodbye(store, id);
  }
}

async function saysGoodbye(store: Store, id: string): Promise<void> {
  await endWorker(store, id).catch(() => undefined);
}
