import type { RunLine } from "./calls.ts";

/** The log of a step is short: what goes on for long is told less often. */
const firstMillis = 5000;

/** Writes what the runner says of itself into a step's log. */
export function progressLog(log: (line: string) => void, now: () => number): (line: RunLine) => void {
  const began = now();
  let told = -Infinity;
  return (line) => {
    if (line.kind !== "progress") return log(whatBecame(line));
    if (line.text !== undefined) return log(line.text);
    const at = now();
    if (at - told < Math.max(firstMillis, (at - began) / 20)) return;
    told = at;
    const { store = "", bytes = 0, bytesPerSecond = 0, remainingSeconds } = line;
    const left =
      remainingSeconds === undefined ? "" : `, ${remainingSeconds} s to go if it is as large as the last one`;
    log(`${store}: ${megabytes(bytes)} stored, ${megabytes(bytesPerSecond)}/s${left}`);
  };
}

function whatBecame(line: Exclude<RunLine, { readonly kind: "progress" }>): string {
  const proof = line.proof === undefined ? "" : `, ${line.proof}`;
  return line.kind === "point"
    ? `recovery point ${line.point ?? "none"}${proof}`
    : `${line.store}: ${line.backup ?? line.outcome}${proof}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
