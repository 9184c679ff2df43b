import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { pauseRun, resumeRun, retryStep } from "./decisions.ts";
import { attemptsOf } from "./store.ts";
import { act, ben, check, openBench } from "./test-support.ts";

const outcomes = async (bench: Awaited<ReturnType<typeof openBench>>, id: string): Promise<readonly string[]> =>
  (await attemptsOf(bench.store, id)).map(({ direction, name, outcome }) => `${direction} ${name} ${outcome}`);
test("a run does its steps in order, once each, and ends with an entry in the journal", async () => {
  const bench = await openBench();
  const run = await bench.start([check("before"), act("restart"), check("after")]);

  await bench.settle();

  const after = await bench.show(run.id);
  assert.equal(after.state, "done");
  assert.deepEqual(bench.target.effects, [`${run.id}/restart`]);
  assert.deepEqual(await outcomes(bench, run.id), ["do before#1 done", "do restart#1 done", "do after#1 done"]);
  assert.deepEqual(
    bench.journal.map(({ task }) => task),
    ["Started: As written", "Done: As written"],
  );
  await bench.store.close();
});

test("an answer of no waits for a person; a retry is another attempt", async () => {
  const bench = await openBench();
  bench.target.answers.set("restart", [{ kind: "failed", message: "quota exceeded" }]);
  const run = await bench.start([act("restart")]);
  await bench.settle();
  const waiting = await bench.show(run.id);
  assert.equal(waiting.waitsFor, "decision");
  assert.equal(waiting.reason, "restart: quota exceeded");
  assert.equal(bench.notices.length, 1);

  await bench.store.transaction((store) => retryStep({ ...bench.deciding(ben), store }, run.id));
  await bench.settle();

  assert.equal((await bench.show(run.id)).state, "done");
  assert.deepEqual(await outcomes(bench, run.id), ["do restart#1 failed", "do restart#2 done"]);
  await bench.store.close();
});

test("what could not be asked is tried again by itself, as often as the step says", async () => {
  const bench = await openBench();
  const away = { kind: "errored", message: "connection refused" } as const;
  bench.target.answers.set("restart", [away, away, away]);
  const run = await bench.start([act("restart", { retries: 2 })]);

  await bench.settle();
  assert.equal((await bench.show(run.id)).waitsFor, "retry");
  bench.later(1);
  await bench.settle();
  bench.later(1);
  await bench.settle();
  assert.equal((await bench.show(run.id)).attempt, 3, "the second pause is longer than the first");
  bench.later(2);
  await bench.settle();

  assert.equal((await bench.show(run.id)).waitsFor, "decision");
  assert.equal((await outcomes(bench, run.id)).length, 3);
  await bench.store.close();
});

test("a condition is asked until it holds or its deadline passes", async () => {
  let ready = false;
  const bench = await openBench([
    {
      id: "ready",
      run: async () => (ready ? { kind: "done", message: "it is" } : { kind: "not-yet", message: "1 of 3 pods" }),
    },
  ]);
  const wait = {
    name: "ready",
    title: "ready",
    kind: "wait",
    action: "ready",
    wait: { kind: "condition", everySeconds: 10, deadlineSeconds: 25 },
  } as const;
  const run = await bench.start([wait]);
  const late = await bench.start([wait]);
  await bench.settle();
  assert.equal((await bench.show(run.id)).reason, "1 of 3 pods");

  await pauseRun(bench.deciding(ben), late.id);
  bench.later(10);
  ready = true;
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done");

  ready = false;
  bench.later(30);
  await resumeRun(bench.deciding(ben), late.id);
  await bench.settle();
  assert.match((await bench.show(late.id)).reason ?? "", /Not within 25 s: 1 of 3 pods/);
  await bench.store.close();
});

test("a closed window is waited for, and looked at again", async () => {
  const bench = await openBench();
  let open = false;
  bench.ports = {
    ...bench.ports,
    window: async () =>
      open
        ? { kind: "open" }
        : { kind: "closed", opensAt: instantOf(Date.UTC(2026, 10, 22, 2)), why: "opens on Sunday" },
  };
  const run = await bench.start([
    { name: "window", title: "window", kind: "wait", wait: { kind: "window", needSeconds: 600 } },
    act("go"),
  ]);
  await bench.settle();
  assert.deepEqual([(await bench.show(run.id)).reason, bench.target.effects], ["opens on Sunday", []]);

  open = true;
  bench.later(300);
  await bench.settle();
  assert.equal((await bench.show(run.id)).state, "done");
  await bench.store.close();
});

test("a run under one key is started once", async () => {
  const bench = await openBench();
  const first = await bench.start([act("restart")], { key: "work-order-1" });
  const second = await bench.start([act("restart")], { key: "work-order-1" });
  assert.equal(second.id, first.id);
  assert.equal(bench.journal.length, 1);
  await bench.store.close();
});
