import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/*
 * How long a newcomer waits for the lab: from its start until it says that all is there and the console's first page has come; in a
 * folder without data, and again on what that left. The console is built before. `npm run bench:start [RUNS]`.
 */

const runs = Number(process.argv[2] ?? 3);
const main = join(import.meta.dirname, "..", "lab", "start.ts");

interface Started {
  readonly lab: ChildProcess;
  readonly page: number;
}

async function start(data: string): Promise<Started> {
  const began = performance.now();
  const given = ["--disable-warning=ExperimentalWarning", main, "--data", data, "--ports", "any"];
  const lab = spawn(process.execPath, given, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  lab.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes("Ctrl-C ends it.")) {
    if (lab.exitCode !== null) throw new Error(said);
    await sleep(20);
  }
  const [, url] = /Console {2}(\S+)/.exec(said) ?? [];
  const reply = await fetch(url ?? "");
  if (!reply.ok || !(await reply.text()).includes("<script")) throw new Error(`no page at ${url}`);
  return { lab, page: performance.now() - began };
}

async function end(lab: ChildProcess): Promise<number> {
  const began = performance.now();
  const ended = once(lab, "exit");
  lab.kill("SIGINT");
  await ended;
  return performance.now() - began;
}

const times: { readonly [name: string]: number[] } = { "first start": [], "next start": [], "Ctrl-C": [] };
for (let turn = 0; turn < runs; turn += 1) {
  const data = mkdtempSync(join(tmpdir(), "millwright-bench-"));
  chmodSync(data, 0o755);
  const first = await start(data);
  times["first start"]?.push(first.page);
  times["Ctrl-C"]?.push(await end(first.lab));
  const next = await start(data);
  times["next start"]?.push(next.page);
  await end(next.lab);
  rmSync(data, { recursive: true, force: true });
}
process.stdout.write("| | median | fastest–slowest |\n|---|---|---|\n");
for (const [name, all] of Object.entries(times)) {
  const sorted = all.toSorted((a, b) => a - b).map((millis) => (millis / 1000).toFixed(1));
  process.stdout.write(`| ${name} | ${sorted[Math.floor(sorted.length / 2)]} s | ${sorted[0]}–${sorted.at(-1)} s |\n`);
}
process.stdout.write(`${runs} runs; ${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)}\n`);
