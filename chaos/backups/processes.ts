import { readdirSync, readFileSync } from "node:fs";

export interface Process {
  readonly pid: number;
  /** Its command line. */
  readonly command: string;
}

/** All that a process has started, and that these have. One that ends meanwhile may hide another until it is asked again (proc(5), children). */
export function descendantsOf(pid: number): readonly Process[] {
  const found: Process[] = [];
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const child of childrenOf(parent)) {
      open.push(child);
      found.push({ pid: child, command: textOf(child, "cmdline") });
    }
  }
  return found;
}

function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) =>
    textOf(pid, `task/${thread}/children`).trim().split(" ").filter(isSomething).map(Number),
  );
}

function isSomething(text: string): boolean {
  return text !== "";
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Those whose command line or environment names a folder: whatever works in it. */
export function workingWith(folder: string): readonly Process[] {
  return allPids()
    .filter((pid) => pid !== process.pid)
    .map((pid) => ({ pid, command: textOf(pid, "cmdline") }))
    .filter(({ pid, command }) => command.includes(folder) || textOf(pid, "environ").includes(folder));
}

/** Sends a signal to one process; false when it is gone. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function allPids(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
