import { type Measured, Meter } from "../backups/schedule/meter.ts";
import { formatDuration } from "../kernel/duration.ts";
import { sized } from "../reports/backup/words.ts";
import type { Shell } from "./shell.ts";

/** Whom it is told, and how. */
interface Told {
  readonly shell: Shell;
  readonly options: { readonly output?: string; readonly quiet?: boolean };
}

/** What is being done, in words. */
export function progressTo({ shell, options }: Told, store: string | undefined): (text: string) => void {
  return (text) => {
    if (options.output === "jsonl") shell.out(progressLine({ store, text }));
    else if (options.quiet !== true) shell.err(`${text}\n`);
  };
}

/** A program shows it as it goes; a person's terminal is not filled with it. */
const tellEveryMillis = { program: 2000, person: 10_000 };

/** How much went into the repository, how fast, and how long it still takes if it is as large as the last one. */
export function movedTo({ shell, options }: Told, store: string, before: number | undefined): (bytes: number) => void {
  const whom = options.output === "jsonl" ? "program" : "person";
  if (whom === "person" && options.quiet === true) return () => undefined;
  const meter = new Meter(Date.parse(shell.clock.now()), before, tellEveryMillis[whom]);
  return (bytes) => {
    const told = meter.add(bytes, Date.parse(shell.clock.now()));
    if (told === undefined) return;
    if (whom === "program") shell.out(progressLine({ store, ...told }));
    else shell.err(`${store}: ${measuredWords(told)}\n`);
  };
}

function measuredWords({ bytes, bytesPerSecond, remainingSeconds }: Measured): string {
  const left = remainingSeconds === undefined ? "" : `, some ${formatDuration(remainingSeconds)} left`;
  return `${sized(bytes)}, ${sized(bytesPerSecond)} a second${left}`;
}

function progressLine(said: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ kind: "progress", ...said })}\n`;
}
