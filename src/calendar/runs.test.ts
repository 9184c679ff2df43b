import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../access/refusal.ts";
import { answerApproval } from "../engine/approve.ts";
import { abortRun } from "../engine/decisions.ts";
import { listRuns } from "../engine/store.ts";
import { act, ada, type Bench, ben, check, openBench } from "../engine/test-support.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { compileCalendar } from "./compiled.ts";
import { newOrder } from "./propose.ts";
import { beginRun, procedureOf, settleRuns } from "./runs.ts";
import { insertOrder, readOrder } from "./store.ts";
import { tick } from "./tick.ts";
import type { WorkOrder } from "./work-order.ts";
import { day } from "./zone.ts";

const id = "00000000000000a1";
const steps = [check("look"), act("change")];

function calendarAt(now: Instant) {
  const at = Date.parse(now);
  const empty = { components: [], windows: [], freezes: [], duties: [] };
  return compileCalendar({ ...empty, environments: [{ name: "production" }] }, at - 100 * day, at + 400 * day);
}

/** An order for production that is approved, and needs no window. */
async function plan(bench: Bench, change: Partial<WorkOrder> = {}): Promise<void> {
  const evidence = "digest";
  const order = newOrder({
    id,
    title: "Change it",
    origin: { kind: "person", actor: "ada" },
    environment: "production",
    createdAt: Date.parse(bench.at),
    state: "planned",
    disruptive: false,
    procedure: procedureOf(bench.policy, { id: "as-written", arguments: { steps }, environment: "production" }),
    gates: [{ name: "approval", answer: "open", why: "Ben", expiresAt: undefined, evidence }],
    ...change,
  });
  assert.equal(await insertOrder(bench.store, order, ada), true);
}

async function decide(bench: Bench): Promise<void> {
  const { policy, ports, store, at } = bench;
  const running = { policy, record: ports.record, notify: ports.notify };
  await settleRuns(store, at, ports.record);
  const input = {
    calendar: calendarAt(at),
    stop: undefined,
    findings: undefined,
    begin: (part: typeof store, order: WorkOrder, room: Parameters<typeof beginRun>[4]) =>
      beginRun(part, running, at, order, room),
  };
  await tick(store, input, at, ports.record, ports.notify);
}

async function withBench(work: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = await openBench();
  try {
    await work(bench);
  } finally {
    await bench.store.close();
  }
}

const runsOf = ({ store }: Bench) =>
  listRuns(store, { environments: undefined, state: undefined, live: false, after: undefined, limit: 10 });

test("in mode act a run does the work order, on its approval, and its end is the work order's", () =>
  withBench(async (bench) => {
    await plan(bench);
    await decide(bench);
    const running = await readOrder(bench.store, id);
    assert.equal(running?.state, "running");
    await decide(bench);
    assert.equal((await runsOf(bench)).length, 1, "one run, however often it is decided");

    await bench.settle();
    const [run] = await runsOf(bench);
    assert.deepEqual([run?.id, run?.state, run?.links], [running.run_id, "done", { workOrder: id }]);
    assert.equal(bench.target.effects.length, 1, "nobody was asked a second time");
    bench.later(60);
    await decide(bench);
    assert.equal((await readOrder(bench.store, id))?.state, "done");
    assert.ok(
      bench.journal.some(({ task, links }) => task === "Ended (done): Change it" && links?.["run"] === run?.id),
    );
  }));

test("a run that was taken back leaves its work order to be planned and approved anew", () =>
  withBench(async (bench) => {
    await plan(bench);
    bench.target.answers.set("change", [{ kind: "failed", message: "no" }]);
    await decide(bench);
    await bench.settle();
    const [run] = await runsOf(bench);
    assert.equal(run?.waitsFor, "decision");
    assert.equal((await abortRun(bench.deciding(ben), run.id, "it does not work")) instanceof Refusal, false);
    await bench.settle();
    await decide(bench);
    const order = await readOrder(bench.store, id);
    assert.deepEqual([order?.state, order?.outcome, order?.run_id], ["proposed", "rolled-back", null]);
    assert.equal(order?.gates[0]?.answer, "unknown");
  }));

test("an approval of another plan than the procedure has now does not count: the run asks again", () =>
  withBench(async (bench) => {
    const procedure = { id: "as-written", arguments: { steps }, digest: "f".repeat(64) };
    await plan(bench, { procedure });
    await decide(bench);
    await bench.settle();
    const [run] = await runsOf(bench);
    assert.equal(run?.waitsFor, "approval");
    const answer = { digest: run.digest, approved: true, reason: undefined };
    assert.equal((await answerApproval(bench.deciding(ada), bench.policy, run.id, answer)) instanceof Refusal, true);
    assert.deepEqual(bench.target.effects, []);
  }));

test("in shadow it is written down once what would have been done, and the work stays a person's", () =>
  withBench(async (bench) => {
    bench.policy = { ...bench.policy, mode: "shadow" };
    await plan(bench);
    await decide(bench);
    await bench.settle();
    bench.later(60);
    await decide(bench);
    await bench.settle();
    const runs = await runsOf(bench);
    assert.deepEqual(
      runs.map(({ mode, state }) => [mode, state]),
      [["shadow", "done"]],
    );
    assert.deepEqual(bench.target.effects, []);
    assert.equal((await readOrder(bench.store, id))?.state, "planned");
  }));

test("in mode observe nothing is started, and people are told that it may be", () =>
  withBench(async (bench) => {
    bench.policy = { ...bench.policy, mode: "observe" };
    await plan(bench);
    await decide(bench);
    assert.deepEqual(await runsOf(bench), []);
    assert.equal((await readOrder(bench.store, id))?.state, "planned");
    assert.ok(bench.notices.some(({ title }) => title.includes("Change it")));
  }));

test("a procedure that is gone stops no calendar: people are told", () =>
  withBench(async (bench) => {
    await plan(bench);
    bench.policy = { ...bench.policy, procedures: [] };
    bench.at = instantOf(Date.parse(bench.at) + 60_000);
    await decide(bench);
    assert.ok(bench.notices.some(({ text }) => text.includes("There is no procedure as-written")));
    assert.equal((await readOrder(bench.store, id))?.state, "planned");
  }));
