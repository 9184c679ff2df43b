import { cpus } from "node:os";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { sql } from "kysely";
import { startCrashingServer } from "../chaos/cluster.ts";
import { systemClock } from "../src/edge/clock.ts";
import { registryOf } from "../src/engine/action.ts";
import { prepareLegQueue } from "../src/engine/dbos.ts";
import { defineProcedure, Plan } from "../src/engine/plan.ts";
import { startRun } from "../src/engine/start-run.ts";
import { startEngine } from "../src/engine/worker.ts";
import { millwright } from "../src/platform/actor.ts";
import { migrate } from "../src/store/migrations/runner.ts";
import { openStore, type Store } from "../src/store/store.ts";

/*
 * Durable steps a second: runs of steps that do nothing, so that only their record is measured. The peer is DBOS with its own
 * steps, on the same PostgreSQL with its usual durability (fsync and synchronous commit on), the same number of runs at once,
 * the same queue settings and pool. Alternating; medians. `npm run bench:engine`.
 */

const runs = 20;
const steps = 100;
const concurrency = 10;
const rounds = 5;
const pollMs = 20;
const poolSize = 12;

const quiet = { info: () => undefined, debug: () => undefined, warn: () => undefined, error: () => undefined };

const manySteps = defineProcedure({
  id: "many-steps",
  version: 1,
  title: "Many steps",
  arguments: Plan,
  plan: (plan) => plan,
});

async function plainDbos(url: string, round: number): Promise<number> {
  DBOS.setConfig({
    name: "plain",
    systemDatabaseUrl: url,
    systemDatabaseSchemaName: "plain",
    systemDatabasePoolSize: poolSize,
    applicationVersion: "1",
    executorID: "bench",
    logger: quiet,
  });
  const workflow = DBOS.registerWorkflow(
    async () => {
      for (let step = 0; step < steps; step += 1) await DBOS.runStep(async () => step, { name: `step-${step}` });
    },
    { name: "plain" },
  );
  await DBOS.launch();
  const queueName = `plain-${round}`;
  await DBOS.registerQueue(queueName, { workerConcurrency: concurrency, minPollingIntervalMs: pollMs });
  const begun = performance.now();
  const handles = [];
  for (let run = 0; run < runs; run += 1) handles.push(await DBOS.startWorkflow(workflow, { queueName })());
  for (const handle of handles) await handle.getResult({ pollingIntervalMs: 20 });
  const seconds = (performance.now() - begun) / 1000;
  await DBOS.shutdown({ deregister: true });
  return (runs * steps) / seconds;
}

async function millwrightEngine(url: string, store: Store): Promise<number> {
  const registry = registryOf([{ id: "nothing", run: async () => ({ kind: "done", message: "done" }) }]);
  const engine = await startEngine({
    url,
    version: "bench",
    store,
    environments: ["bench"],
    concurrency,
    registry: () => registry,
    knows: () => true,
    window: async () => ({ kind: "open" }),
    stopped: () => undefined,
    redact: (text) => text,
    record: async () => undefined,
    notify: async () => undefined,
    now: () => systemClock.now(),
    monotonic: () => performance.now(),
    retryMs: 100,
    log: () => undefined,
    timing: { pollMs, sweepMs: 20 },
  });
  const policy = {
    mode: "act" as const,
    procedures: [manySteps],
    environments: () => ["bench"],
    approval: () => false,
    secondPerson: () => false,
  };
  const plan = {
    steps: Array.from({ length: steps }, (_, step) => ({
      name: `step-${step}`,
      title: `step ${step}`,
      kind: "check",
      action: "nothing",
    })),
  };
  const wanted = { procedure: "many-steps", arguments: plan, environment: "bench", requestedBy: millwright };
  const begun = performance.now();
  for (let run = 0; run < runs; run += 1)
    await startRun(store, systemClock.now(), policy, wanted, async () => undefined);
  while ((await live(store)) > 0) await new Promise((done) => setTimeout(done, 20));
  const seconds = (performance.now() - begun) / 1000;
  await engine.close();
  return (runs * steps) / seconds;
}

async function live(store: Store): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) from runs where ended_at is null`.execute(
    store.tables(),
  );
  return rows[0]?.count ?? 0;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

const server = await startCrashingServer({});
const store = openStore({ url: server.url, applicationName: "bench", poolSize });
await migrate(store, systemClock.now());
await prepareLegQueue(server.url);
const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round <= rounds; round += 1) {
  const peer = await plainDbos(server.url, round);
  const own = await millwrightEngine(server.url, store);
  if (round === 0) continue; // warms both up
  theirs.push(peer);
  ours.push(own);
  console.log(`round ${round}: millwright ${own.toFixed(0)}, plain DBOS ${peer.toFixed(0)} steps/s`);
}
console.log(
  `median of ${rounds}: millwright ${median(ours).toFixed(0)}, plain DBOS ${median(theirs).toFixed(0)} steps/s, ` +
    `${(median(ours) / median(theirs)).toFixed(2)} times; ${runs} runs of ${steps} steps, ${concurrency} at once, ${cpus().length} cores`,
);
await store.close();
await server.stop();
