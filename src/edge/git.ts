import { spawn } from "node:child_process";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { Git } from "../kernel/ports.ts";
import { redactUrls } from "../kernel/url.ts";
import { inheritedEnvironment } from "./environment.ts";
import { codeOf } from "./folder-entries.ts";

export interface GitOptions {
  /** Protocols Git may speak, as in `GIT_ALLOW_PROTOCOL`; none by default. Never `ext`, which runs a command. */
  readonly protocols?: readonly ("https" | "http" | "ssh" | "git" | "file")[];
  readonly timeoutMs?: number;
  /** A longer answer is an error, so that memory stays bounded. */
  readonly maxBytes?: number;
}

/**
 * Overrides whatever a repository's own configuration could make Git run. Hooks, pagers and monitors are off; filters and
 * text conversion are not reached, since only plumbing that reads objects is used. A partial clone is not completed.
 */
const safeConfiguration = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.pager=cat",
  "core.sshCommand=ssh -oBatchMode=yes",
  "core.askPass=",
  "core.quotePath=false",
  "core.attributesFile=/dev/null",
  "protocol.ext.allow=never",
  "submodule.recurse=false",
  "log.showSignature=false",
];

/** `git` run in `dir`. Of our own environment only what it needs reaches it, and it never asks a question. */
export function openGit(dir: string, options: GitOptions = {}): Git {
  return {
    async run(args, runOptions = {}) {
      const bytes = await runGit(dir, args, { ...options, ...runOptions });
      return bytes.toString("utf8");
    },
  };
}

interface RunOptions extends GitOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** As `Git.run`, with the bytes as Git wrote them. */
export function runGit(dir: string, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const configuration = safeConfiguration.flatMap((line) => ["-c", line]);
  const child = spawn("git", ["--no-pager", "--no-replace-objects", ...configuration, ...args], {
    cwd: dir,
    env: environment(options),
    stdio: ["pipe", "pipe", "pipe"],
    timeout: options.timeoutMs ?? 60_000,
    killSignal: "SIGKILL",
  });
  return new Promise((resolve, reject) => {
    const output = new Collected(options.maxBytes ?? 256_000_000, () => child.kill("SIGKILL"));
    const errors = new Collected(64_000, () => undefined);
    child.stdout.on("data", (chunk: Buffer) => output.add(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.add(chunk));
    child.stdin.on("error", () => undefined); // Git may end before it has read everything; its exit status tells
    child.on("error", (thrown) => reject(notStarted(dir, thrown)));
    child.on("close", (status, signal) => {
      if (status === 0 && !output.overflowed) resolve(output.bytes());
      else
        reject(
          failure(dir, args, output.overflowed ? "too long" : (signal ?? status), errors.bytes().toString("utf8")),
        );
    });
    child.stdin.end(options.input ?? "");
  });
}

/** Keeps what arrives up to a limit. */
class Collected {
  readonly #limit: number;
  readonly #stop: () => void;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  overflowed = false;

  constructor(limit: number, stop: () => void) {
    this.#limit = limit;
    this.#stop = stop;
  }

  add(chunk: Buffer): void {
    if (this.overflowed) return;
    this.#length += chunk.length;
    this.overflowed = this.#length > this.#limit;
    if (this.overflowed) this.#stop();
    else this.#chunks.push(chunk);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

function environment(options: RunOptions): Record<string, string> {
  return {
    ...inheritedEnvironment(process.env),
    ...options.env,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_ALLOW_PROTOCOL: (options.protocols ?? ["none"]).join(":"),
  };
}

function notStarted(dir: string, thrown: Error): Error {
  if (codeOf(thrown) !== "ENOENT")
    return new SystemError(`git could not be started: ${thrown.message}`, "stop", { cause: thrown });
  return new InputError(`git could not be started in ${dir}: install Git, and check that the folder exists.`, {
    cause: thrown,
  });
}

function failure(dir: string, args: readonly string[], ended: number | string | null, errors: string): SystemError {
  const words = redactUrls(errors.trim().split("\n").slice(0, 5).join(" "));
  const command = redactUrls(`git ${args.join(" ")}`).slice(0, 200);
  const how = howEnded(ended);
  return new SystemError(
    `${command} in ${dir} ${how}${words === "" ? "" : `: ${words}`}`,
    how.startsWith("failed") ? "stop" : "retry",
  );
}

function howEnded(ended: number | string | null): string {
  if (ended === "too long") return "failed: the answer is longer than allowed";
  return ended === "SIGKILL" ? "did not answer in time" : `failed (${ended})`;
}
