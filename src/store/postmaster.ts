import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { SystemError } from "../kernel/errors.ts";
import { codeOf } from "./failures.ts";
import type { Programs, ServerUser } from "./programs.ts";

/** What a running server writes of itself (postgresql.org/docs/15/storage-file-layout.html, src/include/utils/pidfile.h). */
export interface PostmasterFile {
  readonly pid: number;
  readonly folder: string;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly port: number;
  readonly ready: boolean;
}

/** `postmaster.pid` in a data folder; undefined when there is none or it is not wholly written. */
export function readPostmasterFile(folder: string): PostmasterFile | undefined {
  let lines: readonly string[];
  try {
    lines = readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
  const [pid, data, startedAt, port, , , , status] = lines;
  if (data === undefined || port === undefined || !/^\d+$/.test(pid ?? "")) return undefined;
  return {
    pid: Number(pid),
    folder: data,
    startedAt: Number(startedAt),
    port: Number(port),
    ready: status?.trim() === "ready",
  };
}

/** Makes a data folder's content. Throws `SystemError` (stop) with the program's own words. */
export function initialise(programs: Programs, args: readonly string[], user: ServerUser | undefined): void {
  const { status, stderr, error } = spawnSync(join(programs.folder, "initdb"), [...args], {
    encoding: "utf8",
    cwd: "/",
    timeout: 120_000,
    env: { LC_ALL: "C", PATH: "/usr/bin:/bin" },
    ...identity(user),
  });
  if (status === 0) return;
  const words = inOneLine(stderr?.trim() || error?.message || `it ended with ${status}`);
  throw new SystemError(`initdb could not make a database: ${plainly(words)}`, "stop", { cause: error });
}

export interface ServerStart {
  readonly programs: Programs;
  readonly folder: string;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly logFile: string;
  readonly user: ServerUser | undefined;
  /** The server ends at once when this process does, even by `kill -9`. */
  readonly endsWithUs: boolean;
  /** Ends the wait, and the server that was waited for; its reason is thrown then. */
  readonly stop?: AbortSignal | undefined;
  /** How long it may take; a minute when left out. */
  readonly readyMillis?: number;
}

/** Starts a server and waits until it takes connections. Throws `SystemError` with the end of its log when it does not. */
export async function startServer(start: ServerStart): Promise<PostmasterFile & { readonly child: ChildProcess }> {
  const settings = Object.entries(start.settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [join(start.programs.folder, "postgres"), "-D", start.folder, ...settings];
  const [program = "", ...args] = start.endsWithUs ? ["setpriv", "--pdeathsig", "QUIT", ...command] : command;
  const log = openSync(start.logFile, "a", 0o600);
  const child = spawn(program, args, {
    cwd: "/",
    stdio: ["ignore", log, log],
    detached: !start.endsWithUs,
    env: { LC_ALL: "C", PATH: "/usr/bin:/bin" },
    ...identity(start.user),
  });
  closeSync(log);
  child.once("error", () => undefined); // seen below, as a child without a pid
  child.unref();
  return { ...(await ready(child, start)), child };
}

async function ready(child: ChildProcess, start: ServerStart): Promise<PostmasterFile> {
  const file = await readyFile(child, start);
  if (file !== undefined) return file;
  // Whoever is told that it did not start may use its folder.
  if (child.pid !== undefined && !hasEnded(child)) await giveUp(child.pid);
  start.stop?.throwIfAborted();
  throw new SystemError(`PostgreSQL did not start in ${start.folder}: ${explainLog(start.logFile)}`, "stop");
}

/** Undefined: it has ended, or nobody waits any longer. */
async function readyFile(
  child: ChildProcess,
  { folder, stop, readyMillis = 60_000 }: ServerStart,
): Promise<PostmasterFile | undefined> {
  for (let waited = 0; waited < readyMillis; waited += 20) {
    const file = readPostmasterFile(folder);
    if (file?.pid === child.pid && file?.ready === true) return file;
    if (hasEnded(child) || stop?.aborted === true) return undefined;
    await pause(20);
  }
  return undefined;
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

/** A server that mends itself after a crash may take its time to end: then it crashes again, and begins anew the next time. */
async function giveUp(pid: number): Promise<void> {
  await stopServer(pid, "fast", 3000).catch(() => stopServer(pid, "immediate", 5000));
}

/** The last complaints of a server's log, with what they mean where it is known. */
function explainLog(logFile: string): string {
  const lines = readFileSync(logFile, "utf8").trim().split("\n").slice(-30);
  const complaints = lines.filter((line) => /FATAL|PANIC|ERROR|No space|DETAIL/.test(line)).slice(-3);
  return plainly(inOneLine((complaints.length > 0 ? complaints : lines.slice(-3)).join("; ")));
}

function plainly(words: string): string {
  return /No space left on device|Check free disk space/.test(words)
    ? `the disk is full. Make room and start again (${words})`
    : words;
}

/** Ends a server: `fast` rolls open work back, `immediate` is a crash it recovers from. Waits until the process is gone. */
export async function stopServer(pid: number, how: "fast" | "immediate", timeoutMs = 60_000): Promise<void> {
  signal(pid, how === "fast" ? "SIGINT" : "SIGQUIT");
  for (let waited = 0; isAlive(pid); waited += 20) {
    if (waited >= timeoutMs) throw new SystemError(`PostgreSQL (process ${pid}) does not stop`, "stop");
    await pause(20);
  }
}

/** Whether a process with this number exists, whosever it is; a zombie that waits for its parent does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if (codeOf(thrown) !== "EPERM") return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch (thrown) {
    return existsSync("/proc/self") ? codeOf(thrown) !== "ENOENT" : true;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone already
  }
}

/** A port of the loopback that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return address !== null && typeof address === "object" ? address.port : 0;
}

function identity(user: ServerUser | undefined): { readonly uid?: number; readonly gid?: number } {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}

function inOneLine(words: string): string {
  return words.replace(/\s*\n\s*/g, "; ").slice(-600);
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
