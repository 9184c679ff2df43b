import type { Instant } from "../kernel/instant.ts";
import type { StepProgress } from "../kernel/step-progress.ts";
import type { LogLine } from "./run.ts";

/** How much of an attempt's log is kept: enough to see why, not enough to fill the database. */
const maxLines = 200;
const maxLength = 500;

/** As it is told to whoever watches. */
export interface ToldLine extends LogLine {
  readonly far?: StepProgress;
}

/** What a step says of itself while it works. */
export interface StepLog {
  add(line: string, far?: StepProgress): void;
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
  readonly tell: (lines: readonly ToldLine[]) => Promise<void>;
}): StepLog {
  const kept: LogLine[] = [];
  let fresh: ToldLine[] = [];
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    const lines = fresh;
    fresh = [];
    // Only for whoever watches: the lines come again with the outcome.
    tell(lines).catch(() => undefined);
  };
  return {
    add(text, far) {
      const at = now();
      for (const said of redact(text).split("\n")) {
        const line = { at, text: said.slice(0, maxLength) };
        const isKept = kept.length < maxLines;
        if (isKept) kept.push(line);
        else dropped += 1;
        if (far !== undefined) fresh.push({ ...line, far: redactedFar(far, redact) });
        else if (isKept) fresh.push(line);
      }
      if (fresh.length > 0) timer ??= setTimeout(flush, 1000);
    },
    lines: () => (dropped === 0 ? kept : [...kept, { at: now(), text: `… and ${dropped} more lines` }]),
    close: () => clearTimeout(timer),
  };
}

function redactedFar(far: StepProgress, redact: (text: string) => string): StepProgress {
  const { store, phase, whole } = far;
  const { unknown } = whole ?? {};
  return {
    ...far,
    ...(store === undefined ? {} : { store: redact(store) }),
    ...(phase === undefined ? {} : { phase: redact(phase) }),
    ...(whole === undefined || unknown === undefined ? {} : { whole: { ...whole, unknown: redact(unknown) } }),
  };
}
