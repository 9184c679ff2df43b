// oxlint-disable no-restricted-imports -- tests start servers of their own
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { after } from "node:test";
import { freePort } from "../../../store/postmaster.ts";
import { folder } from "../../others/prove.test-support.ts";

/** A Redis of a test's own on a port of this machine, with a password; it ends with the tests of the file. */
export class TestRedis {
  readonly port: number;
  readonly password: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, password: string, args: readonly string[]) {
    [this.port, this.password, this.#args] = [port, password, args];
  }

  /** It keeps no dump of its own accord; `more` are settings: `--appendonly yes`. */
  static async start(password: string, ...more: readonly string[]): Promise<TestRedis> {
    const port = await freePort();
    const own = ["--port", String(port), "--bind", "127.0.0.1", "--requirepass", password, "--dir", folder()];
    const made = new TestRedis(port, password, [...own, "--save", "", "--repl-diskless-sync-delay", "0", ...more]);
    await made.#begin();
    after(() => made.#child?.kill("SIGKILL"));
    return made;
  }

  async #begin(): Promise<void> {
    const child = spawn("redis-server", this.#args, { stdio: ["ignore", "pipe", "ignore"] });
    for await (const chunk of child.stdout) if (/Ready to accept/i.test(String(chunk))) break;
    child.stdout.resume();
    this.#child = child;
  }

  /** Ends it as who keeps services does, and begins it again with its folder. */
  async restart(): Promise<void> {
    const child = this.#child;
    if (child === undefined) throw new Error("it did not begin");
    child.kill("SIGTERM");
    await once(child, "close");
    await this.#begin();
  }

  ask(...command: readonly string[]): string {
    const env = { ...process.env, REDISCLI_AUTH: this.password };
    return execFileSync("redis-cli", ["-p", String(this.port), ...command], { env })
      .toString()
      .trim();
  }
}
