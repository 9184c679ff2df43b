import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { pick, type Random } from "./random.ts";

/** Worker processes; whoever is killed is replaced at once. */
export interface Fleet {
  /** `kill -9` of one, wherever it is; also of one that has only just started. */
  kill(random: Random): void;
  /** Stops one for longer than after which it counts as dead, then lets it go on as if nothing had been. */
  freeze(random: Random, forMs: number): void;
  started(): number;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly size: number;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export function startFleet({ size, script, env, logFile }: FleetOptions): Fleet {
  const workers = new Set<ChildProcess>();
  let closing = false;
  let started = 0;
  const begin = (): void => {
    started += 1;
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr?.on("data", (text: Buffer) => appendFileSync(logFile, text));
    workers.add(child);
    child.once("exit", () => {
      workers.delete(child);
      if (!closing) setTimeout(begin, 20);
    });
  };
  for (let index = 0; index < size; index += 1) begin();
  return {
    kill(random) {
      if (workers.size > 0) pick(random, [...workers]).kill("SIGKILL");
    },
    freeze(random, forMs) {
      if (workers.size === 0) return;
      const child = pick(random, [...workers]);
      child.kill("SIGSTOP");
      setTimeout(() => child.kill("SIGCONT"), forMs);
    },
    started: () => started,
    async close() {
      closing = true;
      const ends = [...workers].map((child) => new Promise((done) => child.once("exit", done)));
      for (const child of workers) child.kill("SIGKILL");
      await Promise.all(ends);
    },
  };
}
