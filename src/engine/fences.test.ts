import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { AnyAction } from "./action.ts";
import { eventsAfter } from "./events.ts";
import { runLeg } from "./leg.ts";
import { attemptsOf } from "./store.ts";
import { act, check, openBench } from "./test-support.ts";

test("a plan that another hand changed in the database is not run", async () => {
  const bench = await openBench();
  const run = await bench.start([act("restart")]);
  await sql`update runs set plan = jsonb_set(plan, '{steps,0,input}', '{"name": "other"}')`.execute(
    bench.store.tables(),
  );
  await bench.settle();
  assert.match((await bench.show(run.id)).reason ?? "", /changed by another hand/);
  assert.deepEqual(bench.target.effects, []);
  await bench.store.close();
});

test("a run is taken from a dead worker, whose late writes then change nothing", async () => {
  const bench = await openBench();
  const run = await bench.start([act("first"), act("second")]);
  const [leg] = await bench.sweep();
  assert.ok(leg !== undefined);
  // The first worker stops in the middle of its first step, and is not heard of again.
  const dead = { ...bench.ports, worker: "worker-dead" };
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = {
    ...dead,
    registry: () =>
      new Map([
        [
          "effect",
          {
            id: "effect",
            run: async (context: { fence(): Promise<void> }) => {
              await promise;
              await context.fence();
              bench.target.effects.push("twice");
              return { kind: "done" as const, message: "" };
            },
          },
        ],
      ]),
  };
  const late = runLeg(slow, leg);
  await bench.show(run.id);
  while ((await bench.show(run.id)).state !== "running") await new Promise((done) => setTimeout(done, 5));

  await bench.settle();
  resolve();
  await late;

  assert.equal((await bench.show(run.id)).state, "done");
  assert.deepEqual(bench.target.effects, [`${run.id}/first`, `${run.id}/second`]);
  const events = await eventsAfter(bench.store, run.id, 0);
  assert.ok(events.some(({ data }) => data["takenFrom"] === "worker-dead"));
  await bench.store.close();
});

test("a run that no worker here knows waits and says which version it needs", async () => {
  const bench = await openBench();
  const run = await bench.start([act("restart")]);
  const newer = bench.ports;
  bench.ports = { ...bench.ports, knows: () => false };
  await bench.settle();
  assert.match((await bench.show(run.id)).reason ?? "", /No worker here knows effect \(as-written@1\)/);

  bench.ports = newer;
  bench.later(15);
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done");
  await bench.store.close();
});

test("the emergency stop keeps effects from starting, and lets checks go on", async () => {
  const bench = await openBench();
  const running = bench.ports;
  bench.ports = { ...bench.ports, stopped: () => "Emergency stop." };
  const run = await bench.start([check("before"), act("restart")]);
  await bench.settle();
  assert.deepEqual([(await bench.show(run.id)).waitsFor, (await bench.show(run.id)).position], ["stop", 1]);
  bench.ports = running;
  bench.later(15);
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done");
  await bench.store.close();
});

test("in shadow nothing reaches the target, and what would have is written down", async () => {
  const bench = await openBench();
  bench.policy = { ...bench.policy, mode: "shadow" };
  const run = await bench.start([check("before"), act("restart", { input: { name: "mlflow" } })]);
  await bench.settle();
  const attempts = await attemptsOf(bench.store, run.id);
  assert.deepEqual(bench.target.effects, []);
  assert.equal(attempts[1]?.outcome, "shadowed");
  assert.equal(attempts[1]?.message, 'would leave {"name":"mlflow"}');
  await bench.store.close();
});

test("a run that was begun to act waits once the server only watches; a run in shadow goes on", async () => {
  const bench = await openBench();
  const acting = await bench.start([act("restart")]);
  bench.policy = { ...bench.policy, mode: "shadow" };
  const shadowing = await bench.start([act("restart")]);
  bench.ports = { ...bench.ports, stopped: () => "This server does not act (mode: shadow)." };
  await bench.settle();
  assert.equal((await bench.show(acting.id)).waitsFor, "stop");
  assert.equal((await bench.show(shadowing.id)).state, "done");
  assert.deepEqual(bench.target.effects, []);
  await bench.store.close();
});

test("in observe a run with an effect is refused, a checklist is not", async () => {
  const bench = await openBench();
  bench.policy = { ...bench.policy, mode: "observe" };
  await assert.rejects(bench.start([act("restart")]), /only observes/);
  assert.equal((await bench.start([{ name: "look", title: "look", kind: "attest" }])).state, "ready");
  await bench.store.close();
});

test("a step that takes too long is an error, and cannot have an effect afterwards", async () => {
  const bench = await openBench();
  const { promise, resolve } = Promise.withResolvers<void>();
  const { promise: late, resolve: refused } = Promise.withResolvers<unknown>();
  const slow = {
    id: "slow",
    run: async (context: { fence(): Promise<void> }) => {
      await promise;
      const fence = context.fence();
      void fence.then(refused, refused);
      await fence;
      bench.target.effects.push("late");
      return { kind: "done" as const, message: "" };
    },
  };
  bench.ports = { ...bench.ports, registry: () => new Map([["slow", slow]]) };
  const run = await bench.start([
    { name: "slow", title: "slow", kind: "act", action: "slow", effect: "irreversible", timeoutSeconds: 0.02 },
  ]);
  await bench.settle();
  assert.match((await bench.show(run.id)).reason ?? "", /no answer within 0.02 s/);
  resolve();
  assert.ok((await late) instanceof Error);
  assert.deepEqual(bench.target.effects, []);
  await bench.store.close();
});

test("a line of a log has the moment when it was said, not that of its step", async () => {
  const slow: AnyAction = {
    id: "slow",
    async run({ log }) {
      log("holding it still");
      bench.later(90);
      log("letting it go\nand looking");
      return { kind: "done", message: "done" };
    },
    describe: () => "would be slow",
  };
  const bench = await openBench([slow]);
  const begun = bench.at;
  const run = await bench.start([{ ...act("slow"), action: "slow" }]);
  await bench.settle();
  const [attempt] = await attemptsOf(bench.store, run.id);
  assert.notEqual(bench.at, begun);
  assert.deepEqual(attempt?.log, [
    { at: begun, text: "holding it still" },
    { at: bench.at, text: "letting it go" },
    { at: bench.at, text: "and looking" },
  ]);
  await bench.store.close();
});

test("no secret stands in a run's log", async () => {
  const bench = await openBench();
  const run = await bench.start([act("restart")]);
  await bench.settle();
  const { rows } =
    await sql`select a::text as text from run_attempts a union all select e::text from run_events e`.execute(
      bench.store.tables(),
    );
  assert.ok(rows.length > 2);
  assert.ok(!JSON.stringify(rows).includes("hunter2"));
  assert.deepEqual(
    (await attemptsOf(bench.store, run.id))[0]?.log.map(({ text }) => text),
    ["password is ***"],
  );
  await bench.store.close();
});
