import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { SystemError } from "../kernel/errors.ts";
import { openBackupRunner } from "./backup-runner.ts";
import { processStart } from "./process-start.ts";

/** As the command line does: it ends when its input does. Its first line says who it is. */
const child = `
  console.log(JSON.stringify({ kind: "progress", pid: process.pid, args: process.argv.slice(1) }));
  console.error("a complaint");
  process.stdin.on("close", () => process.exit(3)).resume();
  if (process.argv.includes("answer")) process.exit(2);
`;
const runner = openBackupRunner({
  command: [process.execPath, "-e", child, "--"],
  config: () => "/etc/millwright.server.yaml",
  environment: { PATH: process.env["PATH"] },
});

test("what the runner says is heard line by line, and how it ended is told", async () => {
  const lines: unknown[] = [];
  const signal = new AbortController().signal;
  const end = await runner.call({
    args: ["answer"],
    environment: "staging",
    signal,
    onLine: (line) => lines.push(line),
  });
  assert.equal(end.code, 2);
  assert.match(end.errors, /a complaint/);
  assert.deepEqual(
    lines.map((line) => (line as { readonly args: readonly string[] }).args),
    [["answer", "--environment", "staging", "--config", "/etc/millwright.server.yaml"]],
  );
});

test("its heap is bounded, and one that needs more ends as such, with what to do", async () => {
  const signal = new AbortController().signal;
  const started = (command: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    openBackupRunner({ command: [process.execPath, ...command, "--"], config: () => undefined, environment });
  const call = { args: ["run"], environment: "staging", signal };
  const limit = "console.log(process.getBuiltinModule('v8').getHeapStatistics().heap_size_limit / 2 ** 20)";

  const { output } = await started(["-e", limit]).call(call);
  assert.ok(Number(output) >= 1024 && Number(output) < 1300, output);
  const more = await started(["-e", limit], { NODE_OPTIONS: "--max-old-space-size=2048" }).call(call);
  assert.ok(Number(more.output) >= 2048, more.output);

  const greedy = "const all = []; for (;;) all.push(new Array(1000).fill({}));";
  await assert.rejects(
    started(["--max-old-space-size=16", "-e", greedy]).call(call),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "stop" && /out of memory.*heap/.test(thrown.message),
  );
});

test("secrets go by a descriptor: not in the arguments, not in the surroundings, and once", async () => {
  const reader = `
    const { handedSecrets } = await import(${JSON.stringify(new URL("backup-runner.ts", import.meta.url).href)});
    const { execFileSync } = await import("node:child_process");
    const { readFileSync } = await import("node:fs");
    const seen = ["/proc/self/cmdline", "/proc/self/environ"].map((file) => readFileSync(file, "utf8")).join();
    const list = execFileSync("ps", ["axeww"], { encoding: "utf8" });
    const secrets = Object.fromEntries(handedSecrets(process.env));
    const inherited = execFileSync("sh", ["-c", "cat <&3 2>/dev/null || echo closed"], { encoding: "utf8" }).trim();
    const length = secrets["store:restic"]?.length;
    console.log(JSON.stringify({ names: Object.keys(secrets), length, shown: (seen + list).includes("canary" + "-8d1f"), inherited }));
  `;
  const reading = openBackupRunner({
    command: [process.execPath, "--input-type=module", "-e", reader, "--"],
    config: () => undefined,
    environment: { PATH: process.env["PATH"] },
  });
  const secrets = new Map([["store:restic", ["canary", "8d1f"].join("-")]]);
  const signal = new AbortController().signal;
  const end = await reading.call({ args: ["run"], environment: "staging", signal, secrets });
  assert.deepEqual(
    JSON.parse(end.output),
    { names: ["store:restic"], length: 11, shown: false, inherited: "closed" },
    end.errors,
  );
});

test("a call that is broken off ends the runner, and is no answer", async () => {
  const stop = new AbortController();
  const call = runner.call({ args: ["wait"], environment: "staging", signal: stop.signal, onLine: () => stop.abort() });
  await assert.rejects(call, /broken off; what it left is no backup/);
});

test("the runner ends with a worker that is killed", { timeout: 60_000 }, async () => {
  const worker = `
    const { openBackupRunner } = await import(${JSON.stringify(new URL("backup-runner.ts", import.meta.url).href)});
    const runner = openBackupRunner({ command: [process.execPath, "-e", ${JSON.stringify(child)}, "--"], config: () => undefined, environment: {} });
    await runner.call({ args: ["wait"], environment: "staging", signal: new AbortController().signal, onLine: ({ pid }) => console.log(pid) });
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", worker], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [said] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(said.toString());
  assert.notEqual(processStart(pid), undefined, "it works");

  parent.kill("SIGKILL");
  await once(parent, "close");

  while (processStart(pid) !== undefined) await new Promise((done) => setTimeout(done, 25));
});
