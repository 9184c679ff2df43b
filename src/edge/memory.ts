import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What this process takes of the machine, and how it gives some of it back. */
export interface ProcessMemory {
  /** Bytes that it holds at the moment. */
  held(): number;
  /** Milliseconds of processor time that it has used since its start. */
  usedMillis(): number;
  /** Collects garbage, wholly, and returns what is free to the machine; nothing else is done meanwhile (about 0.1 s). */
  giveBack(): void;
}

export const processMemory: ProcessMemory = {
  held: () => process.memoryUsage.rss(),
  usedMillis() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  giveBack() {
    collect ??= exposedCollector();
    collect();
  },
};

let collect: (() => void) | undefined;

/** V8 shows its collector to a context that is made after the flag was set. */
function exposedCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: object) => void;
  return () => gc({ type: "major", execution: "sync", flavor: "last-resort" });
}
