import type { Instant } from "../kernel/instant.ts";
import type { LogLine } from "./run.ts";

/** How much of an attempt's log is kept: enough to see why, not enough to fill the database. */
const maxLines = 200;
const maxLength = 500;

/** What a step says of itself while it works. */
export interface StepLog {
  add(line: string): void;
  lines(): readonly LogLine[];
  close(): void;
}

/** Lines are redacted before anything else sees them, and told about once a second. */
export function logOf({
  redact,
  now,
  tell,
}: {
  readonly redact: (text: string) => string;
  readonly now: () => Instant;
  readonly tell: (lines: readonly LogLine[]) => Promise<void>;
}): StepLog {
  const kept: LogLine[] = [];
  let told = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    const fresh = kept.slice(told);
    told = kept.length;
    // Only for whoever watches: the lines come again with the outcome.
    tell(fresh).catch(() => undefined);
  };
  return {
    add(text) {
      const at = now();
      for (const line of redact(text).split("\n")) {
        if (kept.length < maxLines) kept.push({ at, text: line.slice(0, maxLength) });
        else dropped += 1;
      }
      if (told < kept.length) timer ??= setTimeout(flush, 1000);
    },
    lines: () => (dropped === 0 ? kept : [...kept, { at: now(), text: `… and ${dropped} more lines` }]),
    close: () => clearTimeout(timer),
  };
}
