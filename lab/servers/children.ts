import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { processStart } from "../../src/edge/process-start.ts";
import { SystemError } from "../../src/kernel/errors.ts";

/*
 * Processes of the lab. Where the machine can, each dies with the lab's main process, however that ends; where it cannot, it is
 * found again by what was written down of it, and ended before a new one is started.
 */

/** A process as it is written down. */
export interface KnownProcess {
  readonly name: string;
  readonly pid: number;
  /** Of `processStart`. */
  readonly start: string;
}

/** Told of each process that was started, so that it is written down. */
export type Register = (name: string, pid: number) => void;

export interface ChildOptions {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly register: Register;
}

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  isAlive(): boolean;
  /** Asks it to end, and ends it when it does not within `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

const longestLog = 10_000_000;

/** Starts a process whose output goes to a log file. Throws `SystemError` when there is no such program. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, command, cwd, env, logFile, register } = options;
  const [program, ...args] = diesWithUs() ? (["setpriv", "--pdeathsig", "TERM", ...command] as const) : command;
  const log = openLog(logFile);
  // A group of its own: Ctrl-C on the terminal is for the lab, which ends its parts in order.
  const child = spawn(program, args, { cwd, stdio: ["ignore", log, log], env: { ...env }, detached: true });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", () => resolve());
    child.once("error", (cause) =>
      reject(new SystemError(`${name} cannot be started: ${cause.message}`, "stop", { cause })),
    );
  });
  const pid = child.pid ?? 0;
  register(name, pid);
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid,
    process: child,
    isAlive,
    async stop(graceMs = 15_000) {
      if (!isAlive()) return;
      const ended = new Promise<void>((resolve) => {
        child.once("exit", () => resolve());
      });
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > longestLog) renameSync(file, `${file}.1`);
  return openSync(file, "a", 0o600);
}

/** Whether children can be given a signal for the moment at which their parent dies (Linux, util-linux). */
export function diesWithUs(): boolean {
  return process.platform === "linux" && programOnPath("setpriv") !== undefined;
}

export function programOnPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Ends processes that an earlier lab left behind; a number that now belongs to somebody else is left alone. */
export async function endLeftBehind(known: readonly KnownProcess[], graceMs = 10_000): Promise<readonly string[]> {
  const ours = known.filter(({ pid, start }) => processStart(pid) === start);
  for (const { pid } of ours) signal(pid, "SIGTERM");
  for (let waited = 0; waited < graceMs && ours.some(isSame); waited += 50) await pause(50);
  for (const one of ours.filter(isSame)) signal(one.pid, "SIGKILL");
  for (let waited = 0; waited < 5_000 && ours.some(isSame); waited += 50) await pause(50);
  return ours.map(({ name }) => name);
}

function isSame({ pid, start }: KnownProcess): boolean {
  return processStart(pid) === start;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone already
  }
}

export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
