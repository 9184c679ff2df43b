/** So many different lines are remembered; more than these are no repetition. */
const remembered = 500;

interface Said {
  readonly at: number;
  readonly unsaid: number;
}

/**
 * A log that says a line that comes again and again once a minute, with how often it came in between: while the database is
 * away a queue complains many times a second. `monotonic` is a clock in milliseconds that is never set back.
 */
export function seldom(
  log: (line: string) => void,
  monotonic: () => number,
  everyMillis = 60_000,
): (line: string) => void {
  const lines = new Map<string, Said>();
  return (line) => {
    const now = monotonic();
    const before = lines.get(line);
    if (before !== undefined && now - before.at < everyMillis) {
      lines.set(line, { at: before.at, unsaid: before.unsaid + 1 });
      return;
    }
    if (lines.size >= remembered) lines.clear();
    lines.set(line, { at: now, unsaid: 0 });
    const times = before?.unsaid ?? 0;
    log(times === 0 ? line : `${line} (and ${times} ${times === 1 ? "time" : "times"} since it was last said)`);
  };
}
