import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** restic as any person has it, with nothing of ours between. */
export class Restic {
  readonly #env: NodeJS.ProcessEnv;

  constructor(repository: string, password: string) {
    this.#env = { PATH: process.env["PATH"], RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password };
  }

  ask(...args: readonly string[]): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
    return new Promise((resolve) => {
      execFile(
        "restic",
        ["--no-cache", ...args],
        { env: this.#env, maxBuffer: 200_000_000, encoding: "utf8" },
        (thrown, out, err) =>
          resolve({ status: thrown === null ? 0 : 1, out, err: err === "" ? (thrown?.message ?? "") : err }),
      );
    });
  }

  /** Every snapshot's id. */
  async ids(): Promise<ReadonlySet<string>> {
    const { status, out, err } = await this.ask("snapshots", "--json", "--no-lock");
    if (status !== 0) throw new Error(`restic lists nothing: ${err}`);
    return new Set(((JSON.parse(out) ?? []) as readonly { readonly id: string }[]).map(({ id }) => id));
  }

  /** The packs that its index names: what a killed run left beside them belongs to nobody, and nobody reads it. */
  async packs(): Promise<ReadonlySet<string>> {
    const { out } = await this.ask("list", "index", "--no-lock", "--quiet");
    const indexes = await Promise.all(
      out
        .trim()
        .split("\n")
        .map((id) => this.ask("cat", "index", id, "--no-lock", "--quiet")),
    );
    return new Set(
      indexes.flatMap((index) =>
        (JSON.parse(index.out) as { readonly packs: readonly { readonly id: string }[] }).packs.map(({ id }) => id),
      ),
    );
  }

  /** What binds all that a snapshot holds. */
  async tree(snapshot: string): Promise<string> {
    const { status, out, err } = await this.ask("snapshots", "--json", "--no-lock", snapshot);
    if (status !== 0) throw new Error(`restic does not show ${snapshot}: ${err}`);
    const [found] = JSON.parse(out) as readonly { readonly tree: string }[];
    return found?.tree ?? "none";
  }

  /** What is wrong with it, every byte of it read; empty when nothing is. */
  async damage(): Promise<string> {
    const { status, err } = await this.ask("check", "--read-data", "--no-lock");
    return status === 0 ? "" : err.slice(0, 300);
  }

  /** Writes a file of a snapshot; the digest of what came. */
  async fetch(snapshot: string, name: string, to: string): Promise<string> {
    const child = spawn("restic", ["--no-cache", "--no-lock", "dump", snapshot, name], {
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let words = "";
    child.stderr.on("data", (chunk: Buffer) => void (words += chunk.toString("utf8")));
    const ended = new Promise<number | null>((resolve) => {
      child.once("close", resolve);
    });
    const digest = createHash("sha256");
    await pipeline(
      child.stdout,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          digest.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(to),
    );
    if ((await ended) !== 0) throw new Error(`restic does not give ${name} back: ${words.slice(0, 200)}`);
    return digest.digest("hex");
  }
}
