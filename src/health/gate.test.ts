import assert from "node:assert/strict";
import { test } from "node:test";
import { registryOf } from "../engine/action.ts";
import { measuredAfter, measuredBefore } from "../engine/procedures/measured.ts";
import { attemptsOf } from "../engine/store.ts";
import { act, openBench } from "../engine/test-support.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { errorSeries, recordSamples } from "../observations/store-samples.ts";
import { compareSeries, spansOf } from "./before-after.ts";
import { gateActions } from "./gate.ts";

const measured = {
  component: "mlflow",
  series: ["millwright_probe_millis"],
  beforeMinutes: 60,
  minSamples: 20,
  deadlineMinutes: 30,
};

/** A run that changes something and then asks the measurements; `millis` is what a probe measures each half minute. */
async function play(
  t: { after(work: () => unknown): void },
  after: ((index: number) => number) | undefined,
  before = 60,
  /** Whether a look after the change is answered badly; undefined: answers are not counted. */
  failed?: (index: number) => boolean,
) {
  const bench = await openBench();
  t.after(() => bench.store.close());
  const registry = bench.ports.registry("staging");
  const own = registryOf([...registry.values(), ...gateActions(bench.store)]);
  bench.ports = { ...bench.ports, registry: () => own };
  const sample = async (at: Instant, value: number, isBad = false): Promise<void> => {
    const place = {
      environment: "staging",
      component: "mlflow",
      system: "mlflow",
      tells: "own",
      probe: "health",
      subject: "health",
    };
    const observation = {
      ...place,
      state: "healthy",
      at,
      evidence: "",
      metrics: [
        { name: "millwright_probe_millis", value },
        ...(failed === undefined ? [] : [{ name: errorSeries, value: isBad ? 1 : 0 }]),
      ],
    };
    await recordSamples(bench.store, [observation] as never);
  };
  for (let index = before; index > 0; index -= 1)
    await sample(instantOf(Date.parse(bench.at) - index * 30_000), 20 + (index % 7));
  const run = await bench.start([...measuredBefore(measured), act("restart"), ...measuredAfter(measured, "restart")]);
  for (let index = 0; index < 80; index += 1) {
    await bench.settle();
    if ((await bench.show(run.id)).endedAt !== null || (await bench.show(run.id)).waitsFor === "decision") break;
    bench.later(30);
    if (after !== undefined) await sample(bench.at, after(index), failed?.(index));
  }
  return { bench, run: await bench.show(run.id), attempts: await attemptsOf(bench.store, run.id) };
}

test("the gate opens once enough is measured and none of it is worse", async (t) => {
  const { run, attempts } = await play(t, (index) => 20 + (index % 7));
  assert.equal(run.state, "done", run.reason ?? "");
  assert.match(attempts.find(({ name }) => name.startsWith("measured-before#"))?.message ?? "", /60 of health/);
  assert.match(attempts.at(-1)?.message ?? "", /No worse than before/);
});

test("slower than before stops the run, with the figures", async (t) => {
  const { bench, run, attempts } = await play(t, (index) => 60 + (index % 7));
  assert.equal(run.waitsFor, "decision");
  assert.match(run.reason ?? "", /Worse than before: median 23 before, 63 after/);
  const spans = spansOf(run, attempts, "restart", 60, bench.at);
  assert.ok(spans?.after);
  const [only] = await compareSeries(bench.store, "staging", measured, spans);
  assert.deepEqual([only?.before.count, only?.comparison.kind], [60, "worse"]);
  assert.ok((only?.after.count ?? 0) >= 20);
});

test("too few measurements keep it shut until the deadline, which then says so", async (t) => {
  const { run } = await play(t, undefined);
  assert.equal(run.waitsFor, "decision");
  assert.match(run.reason ?? "", /Not within 1800 s: Not known so far: 60 values before and 0 after; 20 on each side/);
});

test("too few measurements before: nobody waits for what cannot come any more", async (t) => {
  const { bench, run } = await play(t, (index) => 20 + (index % 7), 4);
  assert.equal(run.waitsFor, "decision");
  assert.match(run.reason ?? "", /It cannot be known, .*: 4 of health were measured before, and 20 are needed/);
  assert.ok(Date.parse(bench.at) - Date.parse(run.createdAt) < 120_000);
});

test("as fast as before and answered badly more often stops the run, with both shares", async (t) => {
  const { run } = await play(
    t,
    (index) => 20 + (index % 7),
    60,
    (index) => index % 3 === 0,
  );
  assert.equal(run.waitsFor, "decision");
  assert.match(run.reason ?? "", /Worse than before: 0 errors of 60 before, \d+ of \d+ after; p .* \(Fisher\)/);
});

test("a bad answer now and then is no worse, and its comparison is among those the gate opens on", async (t) => {
  const { run, attempts } = await play(
    t,
    (index) => 20 + (index % 7),
    60,
    (index) => index === 5,
  );
  assert.equal(run.state, "done", run.reason ?? "");
  assert.match(attempts.at(-1)?.message ?? "", /No worse than before: 2 comparisons/);
});
