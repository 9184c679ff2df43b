/** How long a work order takes. */
export interface Estimate {
  readonly forwardMinutes: number;
  /** To put everything back from where it hurts most. */
  readonly rollbackMinutes: number;
  /** `measured`: from runs that were timed; `assumed`: somebody's word. */
  readonly basis: "measured" | "assumed";
  /** How many runs were timed. */
  readonly samples: number;
}

/** One run of the same work, as it was timed. */
export interface Timing {
  readonly forwardMinutes: number;
  /** Undefined: it was not rolled back. */
  readonly rollbackMinutes?: number;
}

/** Fewer timed runs than this say nothing about the slow ones. */
const enough = 3;

/**
 * The time to plan with: the slowest of the timed runs, or of many the one that only every twentieth exceeds. With too few of
 * them the assumption holds, unless a run already took longer.
 */
export function estimateFrom(timings: readonly Timing[], assumed: Estimate): Estimate {
  const forward = timings.map(({ forwardMinutes }) => forwardMinutes);
  const rollback = timings.flatMap(({ rollbackMinutes }) => (rollbackMinutes === undefined ? [] : [rollbackMinutes]));
  if (forward.length < enough)
    return {
      ...assumed,
      forwardMinutes: Math.max(assumed.forwardMinutes, ...forward),
      rollbackMinutes: Math.max(assumed.rollbackMinutes, ...rollback),
      samples: forward.length,
    };
  return {
    forwardMinutes: slow(forward),
    rollbackMinutes: rollback.length < enough ? Math.max(assumed.rollbackMinutes, ...rollback) : slow(rollback),
    basis: "measured",
    samples: forward.length,
  };
}

function slow(minutes: readonly number[]): number {
  const sorted = minutes.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}

/** Assumed where nobody said anything: as long to put back as to do. */
export function assumed(minutes: number, rollbackMinutes: number = minutes): Estimate {
  return { forwardMinutes: minutes, rollbackMinutes, basis: "assumed", samples: 0 };
}

/** What a window must have left: the work, and room to put everything back. */
export function neededMinutes({ forwardMinutes, rollbackMinutes }: Estimate): number {
  return forwardMinutes + rollbackMinutes;
}
