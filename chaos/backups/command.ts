import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeBundle } from "../../scripts/lib/bundle.ts";
import { claimFolder, releaseFolder } from "./site.ts";

/** Millwright's command in one folder, as it is shipped: what is killed here is what is killed there. */
export interface Built {
  readonly file: string;
  /** To be loaded before it: a clock that stands elsewhere, by `CHAOS_CLOCK_SHIFT` milliseconds. */
  readonly clock: string;
  remove(): void;
}

const shiftedClock = `
const shift = Number(process.env.CHAOS_CLOCK_SHIFT);
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...args) { args.length === 0 ? super(Real.now() + shift) : super(...args); }
  static now() { return Real.now() + shift; }
};`;

export async function buildCommand(): Promise<Built> {
  const claimed = claimFolder("command");
  const folder = join(claimed, "bundle");
  await makeBundle({ folder, entries: { millwright: "src/cli/start.ts" }, external: ["pg-native"] });
  const clock = join(folder, "clock.mjs");
  writeFileSync(clock, shiftedClock);
  return {
    file: join(folder, "millwright.mjs"),
    clock,
    remove: () => releaseFolder(claimed),
  };
}

export interface Ran {
  readonly status: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ran>;
  isRunning(): boolean;
}

export interface Start {
  readonly built: Built;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly shiftMs?: number | undefined;
}

/** Starts the command with these arguments. */
export function startCommand({ built, cwd, env, shiftMs }: Start, args: readonly string[]): Running {
  const before = shiftMs === undefined ? [] : ["--import", built.clock];
  const child = spawn(process.execPath, [...before, built.file, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, ...(shiftMs === undefined ? {} : { CHAOS_CLOCK_SHIFT: String(shiftMs) }) },
  });
  if (child.pid === undefined) throw new Error("Node could not be started");
  return { pid: child.pid, ended: endOf(child), isRunning: () => child.exitCode === null && child.signalCode === null };
}

function endOf(child: ChildProcess): Promise<Ran> {
  const began = performance.now();
  const said = { out: "", err: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => void (said.out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => void (said.err += text));
  return new Promise((resolve) => {
    child.once("close", (status, signal) =>
      resolve({ status, signal, ...said, seconds: (performance.now() - began) / 1000 }),
    );
  });
}
