import { spawnSync } from "node:child_process";

/** A program to measure: its arguments to Node, where it runs and what it is told. */
export interface Contestant {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Done before each run, not measured. */
  readonly before?: () => void;
}

export interface Measured {
  readonly name: string;
  /** Milliseconds of wall time, the start of the process included: the median, the fastest and the slowest. */
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
  /** Megabytes of memory at the peak, and milliseconds that all cores worked: medians of other runs, so that telling them costs no time. */
  readonly peak: number;
  readonly work: number;
}

const usageRuns = 3;

/** Runs the contestants in turn, once each a round, after one round that does not count. */
export function measure(contestants: readonly Contestant[], rounds: number): readonly Measured[] {
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round += 1) {
    for (const contestant of contestants) {
      const milliseconds = timeOf(contestant);
      if (round >= 0) times.get(contestant.name)?.push(milliseconds);
    }
  }
  return contestants.map((contestant) => {
    const sorted = (times.get(contestant.name) ?? []).toSorted((a, b) => a - b);
    const usages = Array.from({ length: usageRuns }, () => usageOf(contestant));
    return {
      name: contestant.name,
      median: median(sorted),
      fastest: sorted[0] ?? 0,
      slowest: sorted.at(-1) ?? 0,
      peak: median(usages.map(({ peak }) => peak)),
      work: median(usages.map(({ work }) => work)),
    };
  });
}

function timeOf({ name, args, cwd, env, before }: Contestant): number {
  before?.();
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  const end = performance.now();
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return end - start;
}

const tellUsage =
  "data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('\\nusage='+u.maxRSS+' '+(u.userCPUTime+u.systemCPUTime))})";

function usageOf({ name, args, cwd, env, before }: Contestant): { readonly peak: number; readonly work: number } {
  before?.();
  const { stderr } = spawnSync(process.execPath, ["--import", tellUsage, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  const [, kilobytes, microseconds] = /\nusage=(\d+) (\d+)/.exec(stderr) ?? [];
  if (kilobytes === undefined) throw new Error(`${name} did not tell what it used: ${stderr}`);
  return { peak: Number(kilobytes) / 1024, work: Number(microseconds) / 1000 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
