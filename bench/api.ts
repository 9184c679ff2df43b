import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { createToken, daysAfter } from "../src/access/tokens.ts";
import { routes } from "../src/api/routes.ts";
import { systemClock } from "../src/edge/clock.ts";
import { migrate } from "../src/store/migrations/runner.ts";
import { openStore, type Store } from "../src/store/store.ts";
import { startTestCluster } from "../src/store/test-cluster.ts";
import { fill, startServer } from "./serving.ts";

/*
 * How long readers wait: 10,000 components and 100,000 findings, 8 clients that each ask again as soon as they are answered,
 * every list and summary there is. The server is `millwright serve` (API and worker in one process) on a PostgreSQL of its own;
 * the clients share the machine with both. `npm run bench:api [SECONDS]`.
 */

const seconds = Number(process.argv[2] ?? 30);
const clients = 8;
/** One caller may ask 300 times a second. */
const tokensPerClient = 4;
/** The whole log, a document made from it, a year played through: asked once in a while, not in a loop. */
const seldom = /^\/(?:journal\/(?:export|report|anchor)|simulate)/;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function tokensFor(store: Store): Promise<readonly string[]> {
  const now = systemClock.now();
  const createdBy = { kind: "person", id: "local:bench", name: "Bench" } as const;
  const made = Array.from({ length: clients * tokensPerClient }, (_, index) =>
    createToken(store, now, { name: `c${index}`, roles: { "*": "admin" }, expiresAt: daysAfter(now, 1), createdBy }),
  );
  return (await Promise.all(made)).map(({ secret }) => secret);
}

function memoryOf(pid: number | undefined): string {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return `${Math.round(Number(kilobytes) / 1024)} MB`;
}

/** Processor time so far: unlike waiting it does not depend on what else the machine does. */
function processorMillisOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const agent = new Agent({ keepAlive: true, maxSockets: clients });

function ask(url: string, token: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
      );
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}

async function pathsToAsk(url: string, token: string, finding: string): Promise<readonly string[]> {
  const { body } = await ask(`${url}/api/v1/findings?limit=200`, token);
  const { next } = JSON.parse(body) as { next?: string };
  const lists = routes.filter(
    ({ method, path, kind }) => method === "GET" && kind === "answer" && !path.includes("{") && path !== "/search",
  );
  const wanted = [
    ...lists.map(({ path }) => path).filter((path) => !seldom.test(path)),
    "/findings?state=open&severity=critical&limit=200",
    `/findings?cursor=${next}`,
    "/findings?rule=bench-rule-7&environment=production",
    `/findings/${finding}`,
    "/components?environment=production&limit=200",
    "/inventory?limit=200",
  ];
  const answered = await Promise.all(
    wanted.map(async (path) => {
      const { status } = await ask(`${url}/api/v1${path}`, token);
      if (status !== 200) say(`${path} answers ${status}: left out`);
      return status === 200 ? [path] : [];
    }),
  );
  return answered.flat();
}

async function load(url: string, tokens: readonly string[], paths: readonly string[], millis: number) {
  const times = new Map<string, number[]>(paths.map((path) => [path, []]));
  const until = performance.now() + millis;
  let refused = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let turn = client * 7; performance.now() < until; turn += 1) {
        const path = paths[turn % paths.length] ?? "";
        const token = tokens[client * tokensPerClient + (turn % tokensPerClient)] ?? "";
        const began = performance.now();
        const { status } = await ask(`${url}/api/v1${path}`, token);
        if (status === 200) times.get(path)?.push(performance.now() - began);
        else refused += 1;
      }
    }),
  );
  return { times, refused };
}

function quantile(sorted: readonly number[], part: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
}

function report(times: ReadonlyMap<string, readonly number[]>): void {
  say("| route | calls | p50 ms | p95 ms |\n|---|---|---|---|");
  const line = (name: string, all: readonly number[]): void => {
    const sorted = all.toSorted((a, b) => a - b);
    say(`| ${name} | ${sorted.length} | ${quantile(sorted, 0.5)} | ${quantile(sorted, 0.95)} |`);
  };
  const short = (path: string): string => path.replace(/cursor=.*/, "cursor=…").replace(/[0-9a-f]{16,}/, "{id}");
  for (const [path, all] of times) line(`\`${short(path)}\``, all);
  line("all", [...times.values()].flat());
}

const cluster = await startTestCluster();
const folder = mkdtempSync(join(tmpdir(), "millwright-bench-"));
const store = openStore({ url: cluster.url, applicationName: "bench", poolSize: 4 });
try {
  await migrate(store, systemClock.now());
  const finding = await fill(store, { sources: 20, componentsPerSource: 500, findingsPerSource: 5000 });
  // As the database does by itself within a minute.
  await sql`analyze`.execute(store.tables());
  const tokens = await tokensFor(store);
  const { child, url } = await startServer(folder, cluster.url);
  try {
    let waited = 0;
    await sleep(15_000);
    const idle = memoryOf(child.pid);
    const paths = await pathsToAsk(url, tokens[0] ?? "", finding);
    await load(url, tokens, paths, 5000);
    const before = loadavg()[0];
    const used = processorMillisOf(child.pid);
    const { times, refused } = await load(url, tokens, paths, seconds * 1000);
    report(times);
    const calls = [...times.values()].flat().length;
    say(`processor time of the server: ${((processorMillisOf(child.pid) - used) / calls).toFixed(2)} ms a call`);
    say(`${Math.round(calls / seconds)} calls a second`);
    say(
      `${cpus().length} cores; load average ${before?.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} after; ${refused} refused`,
    );
    say(`server with its worker: ${idle} idle, ${memoryOf(child.pid)} right after`);
    for (const after of [10, 30, 60, 120]) {
      await sleep((after - waited) * 1000);
      waited = after;
      say(`${memoryOf(child.pid)} ${after} s later`);
    }
  } finally {
    child.kill("SIGTERM");
  }
} finally {
  agent.destroy();
  await store.close();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}
