import type { AnyAction } from "./action.ts";
import { LegLost } from "./advance.ts";

/**
 * A lock in the database that an action changes (an advisory lock there, held by the connection that does the work): two control
 * planes that know nothing of each other still meet at their target. Undefined: somebody else holds it.
 */
export interface TargetLock {
  hold<T>(name: string, work: () => Promise<T>): Promise<{ readonly result: T } | undefined>;
}

/** An action whose effect happens only while it holds the lock of its target. */
export function underLock(
  action: AnyAction,
  lock: TargetLock,
  nameOf: (input: Readonly<Record<string, unknown>>) => string,
): AnyAction {
  return {
    ...action,
    async run(context, input) {
      const name = nameOf(input);
      const held = await lock.hold(name, async () => {
        if (context.signal.aborted) throw new LegLost(`${context.mark}: this attempt was given up`);
        const evidence = await action.alreadyDone?.(context, input);
        if (evidence !== undefined) return { kind: "done" as const, message: "Found done at the target.", evidence };
        return action.run(context, input);
      });
      return held?.result ?? { kind: "errored", message: `${name} is locked at the target: another run changes it.` };
    },
  };
}
