import type { StepProgress } from "../../kernel/step-progress.ts";
import { farWords, type ProgressLine } from "../progress/line.ts";
import { RunLine } from "./calls.ts";

/** The log of a step is short: what goes on for long is told less often. */
const firstMillis = 5000;

type Log = (line: string, far?: StepProgress) => void;

/** Writes what the runner says of itself into a step's log; lines of other kinds are passed over. */
export function progressLog(log: Log, now: () => number): (line: unknown) => void {
  const began = now();
  let told = -Infinity;
  return (line) => {
    const { data } = RunLine.safeParse(line);
    if (data === undefined) return;
    if (data.kind !== "progress") return log(whatBecame(data), {}); // and with that, how far it was is over
    if (data.text !== undefined) return log(data.text);
    const at = now();
    if (at - told < Math.max(firstMillis, (at - began) / 20)) return;
    told = at;
    log(farWords(data.store, data, sized), farOf(data));
  };
}

/** What of it a page shows. */
function farOf({ store, phase, percent, remainingSeconds, remainingOf, whole }: ProgressLine): StepProgress {
  return {
    ...(store === undefined ? {} : { store }),
    ...(phase === undefined ? {} : { phase }),
    ...(percent === undefined ? {} : { percent }),
    ...(remainingSeconds === undefined || remainingOf === undefined ? {} : { remainingSeconds, remainingOf }),
    ...(whole === undefined ? {} : { whole }),
  };
}

function whatBecame(line: Exclude<RunLine, ProgressLine>): string {
  const proof = line.proof === undefined ? "" : `, ${line.proof}`;
  return line.kind === "point"
    ? `recovery point ${line.point ?? "none"}${proof}`
    : `${line.store}: ${line.backup ?? line.outcome}${proof}`;
}

function sized(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
