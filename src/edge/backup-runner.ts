import { spawn } from "node:child_process";
import { closeSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as z from "zod";
import type { BackupRunner, RunnerCall, RunnerEnd } from "../kernel/backup-runner.ts";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { jsonOr } from "../kernel/json.ts";

export interface RunnerOptions {
  /** The program and what comes before the verb: Node and the command line's own file. */
  readonly command: readonly [program: string, ...args: string[]];
  /** The server's configuration, from which the runner reads what is backed up and what opens it. */
  readonly config: () => string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** By this the runner knows that it ends when its input does: however its caller died. */
export const supervised = "MILLWRIGHT_SUPERVISED";

/** The runner's fourth: after input, output and complaints. */
const secretsDescriptor = 3;

const mostOutput = 16 * 1024 * 1024;
const keptErrors = 4000;
/** It has programs to end and folders to remove. */
const graceMillis = 10_000;

/**
 * What its heap may take, so that the server's machine keeps its own. Measured: a database of 2,000 tables is backed up and proven in
 * 80 MB; the list of a repository with 100,000 snapshots takes between 192 and 256 MB. Another limit that the server was started with
 * counts for both: of two among the arguments the last, and one in NODE_OPTIONS, which any among the arguments would outdo.
 */
const heapMegabytes = 1024;

const tooSmall =
  "its heap needs more than it may take; a Job takes as much as backups.environments[].job.memory says (docs/operations.md)";

/** The runner as a child process of this one. Its input stays open as long as we live; its end is the child's sign to stop. */
export function openBackupRunner({ command, config, environment }: RunnerOptions): BackupRunner {
  return {
    call(call) {
      const [program, ...before] = command;
      const file = config();
      const isBounded = /--max[-_]old[-_]space[-_]size/.test(environment["NODE_OPTIONS"] ?? "");
      const args = [
        ...(isBounded ? [] : [`--max-old-space-size=${heapMegabytes}`]),
        ...before,
        ...call.args,
        "--environment",
        call.environment,
      ];
      const child = spawn(program, file === undefined ? args : [...args, "--config", file], {
        stdio: ["pipe", "pipe", "pipe", "pipe"],
        env: { ...environment, [supervised]: "1" },
      });
      handOver(child, call.secrets ?? new Map());
      return ended(child, call);
    },
  };
}

/** Arguments and surroundings of a process can be read by others of its user, and stay in its list; a pipe is read once. */
function handOver({ stdio }: ReturnType<typeof spawn>, secrets: ReadonlyMap<string, string>): void {
  const pipe = stdio[secretsDescriptor];
  if (pipe === null || pipe === undefined || !("end" in pipe))
    throw new Error("the runner was started without its pipes");
  // Who ends before it reads them has said why.
  pipe.on("error", () => undefined);
  pipe.end(JSON.stringify(Object.fromEntries(secrets)));
}

const Handed = z.record(z.string(), z.string());

let handed: ReadonlyMap<string, string> | undefined;

/** What whoever supervises this process handed over; nothing where nobody does. The pipe is read at the first call. */
export function handedSecrets(environment: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  handed ??= environment[supervised] === "1" ? readHanded() : new Map();
  return handed;
}

function readHanded(): ReadonlyMap<string, string> {
  try {
    const text = readFileSync(secretsDescriptor, "utf8");
    // Programs that we start inherit nothing of it.
    closeSync(secretsDescriptor);
    return new Map(Object.entries(Handed.parse(JSON.parse(text))));
  } catch {
    // The words of a failure may hold what was read.
    throw new SystemError("what the server handed to its backup runner could not be read", "stop");
  }
}

function ended(child: ReturnType<typeof spawn>, { onLine, signal, args }: RunnerCall): Promise<RunnerEnd> {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("the runner was started without its pipes");
  stdin.on("error", () => undefined);
  let output = "";
  let errors = "";
  createInterface({ input: stdout }).on("line", (line) => {
    if (output.length < mostOutput) output += `${line}\n`;
    if (onLine !== undefined && line.startsWith("{")) onLine(jsonOr(line));
  });
  stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-keptErrors);
  });
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      stdin.end();
      timer = setTimeout(() => child.kill("SIGKILL"), graceMillis);
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      stdin.destroy();
    };
    child.once("error", (thrown) => {
      over();
      reject(
        new SystemError(`the backup runner could not be started: ${messageOf(thrown)}`, "stop", { cause: thrown }),
      );
    });
    child.once("close", (code, killedBy) => {
      over();
      const what = `millwright ${args.slice(0, 2).join(" ")}`;
      if (signal.aborted) reject(new SystemError(`${what} was broken off; what it left is no backup`, "retry"));
      else if (/heap out of memory/.test(errors))
        reject(new SystemError(`${what} ran out of memory: ${tooSmall}`, "stop"));
      else if (code === null) reject(new SystemError(`${what} was killed (${killedBy ?? "?"}): ${errors}`, "retry"));
      else resolve({ code, output, errors });
    });
  });
}
