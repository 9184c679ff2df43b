import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "./ledger.ts";
import { readState } from "./state.ts";

/*
 * The whole lab in a folder of its own, as `npm start` starts it, and what people do with it: the command line with each one's token.
 */

const checkout = join(import.meta.dirname, "..");

const command = (program: string, ...args: readonly string[]): readonly string[] => [
  "--disable-warning=ExperimentalWarning",
  join(checkout, program),
  ...args,
];

export type Person = "operator" | "approver" | "admin";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A lab that runs as processes of its own. */
export class RunningLab {
  readonly data = mkdtempSync(join(tmpdir(), "millwright-lab-story-"));
  readonly #everySeconds: number;
  #process: ChildProcess | undefined;

  /** Asked so often, the same is seen sooner; what waits for time to pass (an incident for two minutes of trouble) still does. */
  constructor({ everySeconds = 5 }: { readonly everySeconds?: number } = {}) {
    this.#everySeconds = everySeconds;
    chmodSync(this.data, 0o755);
  }

  /** Starts it and waits until it says that it is there; three minutes at most. */
  async start(): Promise<string> {
    const asked = ["--data", this.data, "--ports", "any", "--every", String(this.#everySeconds)];
    const begun = spawn(process.execPath, command("lab/start.ts", ...asked), {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#process = begun;
    let said = "";
    begun.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    begun.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await within(180, "the lab is there", () => {
      assert.equal(begun.exitCode, null, said);
      return said.includes("Ctrl-C ends it.");
    });
    return said;
  }

  async end(signal: "SIGKILL" | "SIGINT"): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const ended = once(process, "exit");
    process.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    await this.end("SIGINT");
    rmSync(this.data, { recursive: true, force: true, maxRetries: 5 });
  }

  url(name = "console"): string {
    return `http://127.0.0.1:${readState(this.data)?.ports[name]}`;
  }

  /** Whether the S3 gateway is there. */
  hasObjectStore(): boolean {
    return readFileSync(join(this.data, "server.yaml"), "utf8").includes("system: s3");
  }

  secret(name: string): string {
    return readFileSync(join(this.data, "secrets", name), "utf8");
  }

  pid(name: string): number {
    return readState(this.data)?.processes.find((one) => one.name === name)?.pid ?? 0;
  }

  /** Every process that names the lab's folder, by what it was started with. */
  processes(): readonly string[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
          return line.includes(this.data) ? [line] : [];
        } catch {
          return [];
        }
      });
  }

  /** What happened at a target, as the target counts it. */
  effects(target: string, effect: string): readonly Entry[] {
    return readFileSync(join(this.data, "ledger.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Entry)
      .filter((entry) => entry.target === target && entry.effect === effect);
  }

  /** `millwright …` as somebody, whatever comes of it. */
  async says(person: Person, ...args: readonly string[]): Promise<Said> {
    const child = spawn(process.execPath, command("src/cli/start.ts", ...args), {
      cwd: this.data,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"] ?? "/usr/bin:/bin",
        HOME: this.data,
        MILLWRIGHT_URL: this.url(),
        MILLWRIGHT_TOKEN_FILE: join(this.data, "secrets", `token-${person}`),
      },
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    return { code, out, err };
  }

  /** The same, which must end well. */
  async does(person: Person, ...args: readonly string[]): Promise<string> {
    const { code, out, err } = await this.says(person, ...args);
    assert.equal(code, 0, `millwright ${args.join(" ")}: ${out}${err}`);
    return out;
  }

  /** Its answer as data. */
  async asks<T>(person: Person, ...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.does(person, ...args, "--output", "json")) as T;
  }

  async fault(...args: readonly string[]): Promise<void> {
    await this.does("operator", "lab", "fault", ...args, "--data", this.data);
  }

  /** What a route says to the operator: for waiting, which by the command line would start a process each time. */
  async reads<T>(path: string): Promise<T> {
    const reply = await fetch(`${this.url()}/api/v1${path}`, {
      headers: { authorization: `Bearer ${this.secret("token-operator")}` },
    });
    assert.equal(reply.status, 200, `${path}: ${reply.status}`);
    return (await reply.json()) as T;
  }
}

/** Looks again and again until it is, and throws when it never was within so many seconds. What cannot be asked is not yet so. */
export async function within(seconds: number, what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  const until = performance.now() + seconds * 1000;
  let last: unknown;
  do {
    try {
      if (await is()) return;
    } catch (thrown) {
      if (thrown instanceof assert.AssertionError && !thrown.message.startsWith("/")) throw thrown;
      last = thrown;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  } while (performance.now() < until);
  throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
}
