import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { systemClock } from "../edge/clock.ts";
import { openStore } from "../store/store.ts";
import { testDatabase } from "../store/test-support.ts";
import { registryOf } from "./action.ts";
import { prepareLegQueue, queueLeg } from "./dbos.ts";
import { followRun } from "./events.ts";
import { startRun } from "./start-run.ts";
import { findRun } from "./store.ts";
import { act, ada, asWritten, check } from "./test-support.ts";
import { type EngineOptions, startEngine } from "./worker.ts";

const url = await testDatabase();
const store = openStore({ url, applicationName: "engine", poolSize: 5 });
await prepareLegQueue(url);

const said: string[] = [];
const effects: string[] = [];
const registry = registryOf([
  { id: "ask", run: async () => ({ kind: "done", message: "yes" }) },
  {
    id: "effect",
    run: async ({ mark }) => {
      effects.push(mark);
      return { kind: "done", message: "landed" };
    },
  },
]);

const options: EngineOptions = {
  url,
  version: "1",
  store,
  environments: ["staging"],
  concurrency: 4,
  registry: () => registry,
  knows: () => true,
  window: async () => ({ kind: "open" }),
  stopped: () => undefined,
  redact: (text) => text,
  record: async () => undefined,
  notify: async () => undefined,
  now: () => systemClock.now(),
  monotonic: () => performance.now(),
  retryMs: 10,
  log: (line) => void said.push(line),
  timing: { beatMs: 100, deadAfterSeconds: 2, sweepMs: 30, pollMs: 30, lostAfterSeconds: 5 },
};

async function start(environment: string, steps: Parameters<typeof asWritten.plan>[0]) {
  const policy = {
    mode: "act" as const,
    procedures: [asWritten],
    environments: () => ["staging", "production"],
    approval: () => false,
    secondPerson: () => false,
  };
  const wanted = { procedure: "as-written", arguments: steps, environment, requestedBy: ada };
  return startRun(store, systemClock.now(), policy, wanted, async () => undefined);
}

async function until(id: string, is: (state: string, waitsFor: string | null) => boolean): Promise<void> {
  for (let tries = 0; tries < 6000; tries += 1) {
    const run = await findRun(store, id);
    if (run !== undefined && is(run.state, run.waitsFor)) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`run ${id} does not get there: ${JSON.stringify(await findRun(store, id))}\n${said.join("\n")}`);
}

test("a worker takes the runs of its environments alone, tells of each step, and leaves in order", async (context) => {
  const engine = await startEngine(options);
  context.after(() => engine.close());
  const run = await start("staging", { steps: [check("before"), act("restart"), check("after")] });
  const other = await start("production", { steps: [act("restart")] });
  const events: string[] = [];
  for await (const event of followRun(store, run.id, 0, { signal: AbortSignal.timeout(10_000), everyMs: 20 }))
    events.push(event.kind === "step" ? String(event.data["name"]) : String(event.data["state"]));

  assert.deepEqual(events, ["ready", "before#1", "restart#1", "after#1", "done"]);
  assert.deepEqual(effects, [`${run.id}/restart`]);
  assert.equal((await findRun(store, other.id))?.state, "ready");
  await engine.close();
  const { rows } = await sql`select id from workers`.execute(store.tables());
  assert.deepEqual(rows, []);
});

test("a worker for all environments takes runs of one that it has never seen", async (context) => {
  const engine = await startEngine({ ...options, environments: undefined });
  context.after(() => engine.close());
  const run = await start("production", { steps: [check("look")] });
  await until(run.id, (state) => state === "done");
});

test("a fault of our own stops the run where it is, and a person is asked", async (context) => {
  const broken = { ...options, window: () => Promise.reject(new TypeError("x is not a function")) };
  const engine = await startEngine(broken);
  context.after(() => engine.close());
  const run = await start("staging", {
    steps: [{ name: "window", title: "window", kind: "wait", wait: { kind: "window", needSeconds: 60 } }],
  });
  await until(run.id, (_, waitsFor) => waitsFor === "decision");
  assert.match((await findRun(store, run.id))?.reason ?? "", /fault of Millwright's own.*x is not a function/);
});

test("a worker that cannot beat gives up its runs, and takes them again once it can", async (context) => {
  let time = 0;
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const slow = registryOf([
    {
      id: "ask",
      run: async ({ signal }) => {
        begun += 1;
        await Promise.race([gate.promise, new Promise((_, no) => signal.addEventListener("abort", no))]);
        return { kind: "done", message: "yes" };
      },
    },
  ]);
  const engine = await startEngine({ ...options, registry: () => slow, monotonic: () => performance.now() + time });
  context.after(() => engine.close());
  const run = await start("staging", { steps: [check("long")] });
  await until(run.id, (state) => state === "running");
  while (begun === 0) await new Promise((done) => setTimeout(done, 5));

  // As if the process had stood still for a minute.
  time = 60_000;
  while (begun === 1) await new Promise((done) => setTimeout(done, 20));
  gate.resolve();

  await until(run.id, (state) => state === "done");
  assert.equal(begun, 2);
});

test("a leg that was given to a worker which could not tell that it lives is given out again within seconds", async (context) => {
  const engine = await startEngine({ ...options, timing: { ...options.timing, lostAfterSeconds: 3600 } });
  context.after(() => engine.close());
  const hold = Promise.withResolvers<void>();
  const held = store.transaction(async (part) => {
    // As a disk that hangs: no beat is written.
    await sql`lock table workers in exclusive mode`.execute(part.tables());
    await hold.promise;
  });
  await new Promise((done) => setTimeout(done, 1500));

  const run = await start("staging", { steps: [check("look")] });
  await store.transaction(async (part) => {
    await sql`update runs set state = 'queued', leg = 1 where id = ${run.id}`.execute(part.tables());
    await queueLeg(part, { runId: run.id, leg: 1, environment: "staging" });
  });
  const given = async (): Promise<boolean> => {
    const { rows } = await sql`
      select 1 from dbos.workflow_status where workflow_uuid = ${`${run.id}/1`} and status = 'SUCCESS'`.execute(
      store.tables(),
    );
    return rows.length > 0;
  };
  while (!(await given())) await new Promise((done) => setTimeout(done, 20));
  assert.equal((await findRun(store, run.id))?.state, "queued");
  hold.resolve();
  await held;

  await until(run.id, (state) => state === "done");
});

test.after(() => store.close());
