import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/*
 * Operations as users live them: `millwright serve` on a PostgreSQL of its own and the example platform, asked by verbs of the
 * command line alone; nothing else is there but a small Alertmanager.
 */

const root = join(import.meta.dirname, "..", "..");
const main = join(root, "src", "cli", "main.ts");
const example = join(root, "examples", "mlops-platform");

export type Json = Readonly<Record<string, unknown>>;

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export function start(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const texts = { out: "", err: "" };
  child.stdout?.on("data", (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (texts.err += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...texts };
}

export async function eventually(
  what: string,
  look: () => Promise<boolean> | boolean,
  everyMillis = 200,
): Promise<void> {
  for (let left = 180_000; left > 0; left -= everyMillis) {
    if (await look()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, everyMillis);
    });
  }
  assert.fail(`never: ${what}`);
}

/** Alertmanager's silences as far as they are used; `hang` keeps the answer to a silence that was made. */
export async function alertmanager(t: TestContext) {
  const silences: { readonly id: string; readonly comment: string; status: { state: string } }[] = [];
  const world = { url: "", silences, hang: false };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const answer = (value: unknown): void => void response.end(JSON.stringify(value));
      const [, ended] = /^\/api\/v2\/silence\/(\w+)$/.exec(request.url ?? "") ?? [];
      if (request.method === "GET") return answer(silences);
      if (request.method === "DELETE") {
        const silence = silences.find(({ id }) => id === ended);
        if (silence !== undefined) silence.status = { state: "expired" };
        return answer({});
      }
      const { comment } = JSON.parse(body) as { readonly comment: string };
      const id = `s${silences.length + 1}`;
      silences.push({ id, comment, status: { state: "active" } });
      if (!world.hang) answer({ silenceID: id });
    });
  }).listen(0, "127.0.0.1");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const address = server.address();
  world.url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  return world;
}

/** The server in its folder, with verbs against it; it may be killed and started again. */
export function platformIn(t: TestContext, config: string) {
  const folder = mkdtempSync(join(tmpdir(), "millwright-story-"));
  chmodSync(folder, 0o755); // PostgreSQL never runs as root, and has to enter
  writeFileSync(join(folder, "millwright.server.yaml"), config);
  const tokenFile = join(folder, "millwright-data", "admin-token");
  let server: ChildProcess | undefined;
  let url = "";
  const log = { text: "" };
  const up = async (...more: readonly string[]): Promise<void> => {
    let said = "";
    server = start(folder, ["serve", "--port", "0", ...more, example]);
    server.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    server.stderr?.on("data", (chunk: Buffer) => (log.text += chunk.toString()));
    await eventually("it says where it answers", () => /answers at (\S+),/.test(said));
    url = /answers at (\S+),/.exec(said)?.[1] ?? "";
  };
  const end = async (signal: "SIGKILL" | "SIGINT"): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const closed = once(server, "close");
    server.kill(signal);
    await closed;
  };
  t.after(async () => {
    await end("SIGINT");
    rmSync(folder, { recursive: true, force: true });
  });
  const cli = (...args: readonly string[]): Promise<Ended> =>
    ended(start(folder, args, { MILLWRIGHT_URL: url, MILLWRIGHT_TOKEN_FILE: tokenFile }));
  const json = async (...args: readonly string[]): Promise<Json> => {
    const { code, out, err } = await cli(...args, "-o", "json");
    assert.equal(code, 0, `${args.join(" ")}: ${err}\n${log.text}`);
    return JSON.parse(out) as Json;
  };
  return { folder, log, up, end, cli, json, url: () => url };
}

export type Platform = ReturnType<typeof platformIn>;

/** Waits until a run is in a state. */
export async function isAt(platform: Platform, run: unknown, state: string, waitsFor?: string): Promise<void> {
  let last: Json = {};
  await eventually(`run ${String(run)} is ${state} ${waitsFor ?? ""}`, async () => {
    last = await platform.json("run", "show", String(run));
    return last["state"] === state && (waitsFor === undefined || last["waitsFor"] === waitsFor);
  }).catch((thrown: unknown) => {
    throw new Error(`${String(thrown)}\n${JSON.stringify(last)}\n${platform.log.text}`);
  });
}

/** Starts a procedure in the development environment, once the platform's own file is in force. */
export async function begin({ cli }: Platform, procedure: string, given: object): Promise<string> {
  const args = ["--environment", "development", "--arguments", JSON.stringify(given)];
  let id = "";
  await eventually("the environments of millwright.yaml are known", async () => {
    const { code, out } = await cli("run", "start", procedure, ...args, "-o", "json");
    if (code === 0) id = String((JSON.parse(out) as Json)["id"]);
    return code === 0;
  });
  return id;
}
