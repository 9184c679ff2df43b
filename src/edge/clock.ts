import { instantOf } from "../kernel/instant.ts";
import type { Clock } from "../kernel/ports.ts";

/** The machine's clock. */
export const systemClock: Clock = { now: () => instantOf(Date.now()) };

/** Waits; the timer alone does not keep the process alive longer than its awaiter. */
export function wait(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
