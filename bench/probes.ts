import { type ChildProcess, fork, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { medianOf } from "../src/health/ranks.ts";
import { freePort } from "../src/observations/servers.test-support.ts";

/*
 * Probes per second and core, and how evenly they come, against blackbox_exporter driven by Prometheus (both Debian's) on the
 * same targets, 5 % of which never answer. Turns alternate; arrivals are counted by the target, processor time by the kernel.
 */

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 15);
const quick = 760;
const hanging = 40;
const everySeconds = 2;
const timeoutSeconds = 1;
const blackbox = "/usr/bin/prometheus-blackbox-exporter";
const prometheus = "/usr/bin/prometheus";

/**
 * With V8's default of 16 MB for young objects a collection stops the process for 8 to 20 ms on a busy machine, which is then
 * the p99 of the jitter; with 1 MB it is 1 ms.
 */
const workerFlags = ["--max-semi-space-size=1"];

interface Measured {
  readonly probes: number;
  readonly cpuSeconds: number;
  readonly jitterP99: number;
  readonly residentMB: number;
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve) => {
    child.once("message", (value) => resolve(value as T));
  });
}

/** Seconds of processor time of a process, from /proc/PID/stat (fields 14 and 15, in hundredths). */
function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);
}

function residentOf(pids: readonly number[]): number {
  return pids.reduce(
    (sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024,
    0,
  );
}

/** Of quick targets: how far the time between two arrivals is from the interval; the 99th percentile, in milliseconds. */
function jitterOf(arrivals: Readonly<Record<string, readonly number[]>>): number {
  const off = Object.entries(arrivals)
    .filter(([path]) => path.startsWith("q/"))
    .flatMap(([, times]) =>
      times.slice(1).map((time, index) => Math.abs(time - (times[index] ?? 0) - everySeconds * 1000)),
    )
    .toSorted((a, b) => a - b);
  return off[Math.floor(off.length * 0.99)] ?? Number.NaN;
}

async function measure(target: ChildProcess, pids: readonly number[]): Promise<Measured> {
  await pause(everySeconds * 1000 + 2000);
  target.send("report");
  await message(target);
  const before = cpuOf(pids);
  await pause(seconds * 1000);
  const cpuSeconds = cpuOf(pids) - before;
  target.send("report");
  const { arrivals } = await message<{ readonly arrivals: Readonly<Record<string, readonly number[]>> }>(target);
  const probes = Object.values(arrivals).reduce((sum, times) => sum + times.length, 0);
  return { probes, cpuSeconds, jitterP99: jitterOf(arrivals), residentMB: residentOf(pids) };
}

async function ours(target: ChildProcess, port: number): Promise<Measured> {
  const args = [port, quick, hanging, everySeconds, timeoutSeconds].map(String);
  const child = fork(import.meta.filename, ["ours", ...args], {
    execArgv: [...workerFlags, "--disable-warning=ExperimentalWarning"],
  });
  await message(child);
  const measured = await measure(target, [child.pid ?? 0]);
  child.kill();
  return measured;
}

async function theirs(target: ChildProcess, port: number): Promise<readonly [alone: Measured, together: Measured]> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-bench-"));
  const [exporterPort, serverPort] = [await freePort(), await freePort()];
  writeFileSync(
    join(folder, "blackbox.yml"),
    "modules:\n  http_2xx:\n    prober: http\n    timeout: 1s\n    http: { preferred_ip_protocol: ip4 }\n",
  );
  const addresses = [...Array(quick).keys()].map((index) => `http://127.0.0.1:${port}/q/${index}/status`);
  const dead = [...Array(hanging).keys()].map((index) => `http://127.0.0.1:${port}/h/${index}/status`);
  const relabel = `[{ source_labels: [__address__], target_label: __param_target }, { source_labels: [__param_target], target_label: instance }, { target_label: __address__, replacement: "127.0.0.1:${exporterPort}" }]`;
  writeFileSync(
    join(folder, "prometheus.yml"),
    `scrape_configs:\n  - job_name: probe\n    metrics_path: /probe\n    scrape_interval: ${everySeconds}s\n    scrape_timeout: ${everySeconds}s\n    params: { module: [http_2xx] }\n    static_configs: [{ targets: ${JSON.stringify([...addresses, ...dead])} }]\n    relabel_configs: ${relabel}\n`,
  );
  const exporter = spawn(
    blackbox,
    [`--config.file=${folder}/blackbox.yml`, `--web.listen-address=127.0.0.1:${exporterPort}`, "--log.level=error"],
    { stdio: "ignore" },
  );
  const server = spawn(
    prometheus,
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${serverPort}`,
      "--log.level=error",
    ],
    { stdio: "ignore" },
  );
  await listening(exporterPort);
  await listening(serverPort);
  // Prometheus takes up its targets five seconds after it has started.
  await pause(6000);
  const [one, two] = [exporter.pid ?? 0, server.pid ?? 0];
  const before = [0, 0];
  const both = measure(target, [one, two]);
  await pause(everySeconds * 1000 + 2000);
  before[0] = cpuOf([one]);
  const together = await both;
  const alone = { ...together, cpuSeconds: cpuOf([one]) - (before[0] ?? 0), residentMB: residentOf([one]) };
  for (const child of [exporter, server]) {
    child.kill();
    await new Promise((resolve) => {
      child.once("exit", resolve);
    });
  }
  rmSync(folder, { recursive: true, force: true });
  return [alone, together];
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (answers) return;
    await pause(100);
  }
  throw new Error(`nothing listens on ${port}`);
}

function row(name: string, all: readonly Measured[]): string {
  const median = (value: (one: Measured) => number): number => medianOf(all.map(value));
  const rate = median(({ probes }) => probes / seconds);
  const perCore = median(({ probes, cpuSeconds }) => probes / cpuSeconds);
  return `| ${name} | ${rate.toFixed(0)} | ${perCore.toFixed(0)} | ${median(({ jitterP99 }) => jitterP99).toFixed(1)} | ${median(({ residentMB }) => residentMB).toFixed(0)} |`;
}

async function compare(): Promise<void> {
  if (!existsSync(blackbox) || !existsSync(prometheus)) {
    console.log("not run: prometheus-blackbox-exporter and prometheus (apt-get install)");
  } else {
    const target = fork(import.meta.filename, ["target"], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    const { port } = await message<{ readonly port: number }>(target);
    const [mine, alone, together]: Measured[][] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      mine?.push(await ours(target, port));
      const [exporter, both] = await theirs(target, port);
      alone?.push(exporter);
      together?.push(both);
    }
    target.disconnect();
    console.log(
      `${quick} targets that answer and ${hanging} that hang, each every ${everySeconds} s; medians of ${rounds} turns of ${seconds} s`,
    );
    console.log(
      "| | Probes/s | Probes per second of processor | Jitter p99 (ms) | Resident (MB) |\n|---|---|---|---|---|",
    );
    console.log(
      [
        row("Millwright", mine ?? []),
        row("blackbox_exporter alone", alone ?? []),
        row("… with the Prometheus that drives it", together ?? []),
      ].join("\n"),
    );
  }
}

if (process.argv[2] === "target") await import("./probes/target.ts");
else if (process.argv[2] === "ours") await import("./probes/ours.ts");
else await compare();
