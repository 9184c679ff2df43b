import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Outcome } from "./action.ts";
import type { Leg } from "./advance.ts";
import { abortRun, cancelRun, pauseRun, resumeRun, retryStep, skipStep } from "./decisions.ts";
import { runLeg } from "./leg.ts";
import type { Run } from "./run.ts";
import { act, ben, check, openBench } from "./test-support.ts";

/* Whatever people say, targets answer and workers suffer, in whatever order: the same things hold. */

const kinds = ["done", "failed", "errored"] as const;
const answer = fc.constantFrom(...kinds).map((kind): Outcome => ({ kind, message: kind }));
/** What a target answers before it does anything; `done` leaves nothing, so only the other two. */
const answers = fc.array(
  answer.filter(({ kind }) => kind !== "done"),
  { maxLength: 3 },
);
const steps = fc.array(fc.record({ effect: fc.boolean(), retries: fc.nat(2), answers }), {
  minLength: 1,
  maxLength: 5,
});
const moves = fc.array(
  fc.constantFrom("work", "work", "die", "late", "retry", "skip", "pause", "resume", "abort", "cancel", "later"),
  { maxLength: 25 },
);

type Bench = Awaited<ReturnType<typeof openBench>>;

async function move(bench: Bench, run: Run, what: string, old: Leg[]): Promise<void> {
  const deciding = bench.deciding(ben);
  const said: Readonly<Record<string, () => Promise<unknown>>> = {
    work: () => bench.settle(),
    /** A worker takes the run and is never heard of again. */
    die: async () => void old.push(...(await bench.sweep())),
    /** Every worker that was taken for dead wakes up and goes on. */
    late: async () => {
      for (const leg of old.splice(0)) await runLeg({ ...bench.ports, worker: "late" }, leg);
    },
    retry: () => retryStep(deciding, run.id),
    skip: () => skipStep(deciding, run.id, "of no use"),
    pause: () => pauseRun(deciding, run.id),
    resume: () => resumeRun(deciding, run.id),
    abort: () => abortRun(deciding, run.id, "enough"),
    cancel: () => cancelRun(deciding, run.id, "enough"),
    later: async () => bench.later(61),
  };
  await said[what]?.();
}

/** Goes on until the run ends: people retry, resume, and wait. */
async function finish(bench: Bench, run: Run): Promise<Run> {
  for (let tries = 0; tries < 60; tries += 1) {
    bench.later(61);
    await bench.settle();
    const now = await bench.show(run.id);
    if (now.endedAt !== null) return now;
    if (now.state === "paused") await resumeRun(bench.deciding(ben), run.id);
    if (now.waitsFor === "decision") await retryStep(bench.deciding(ben), run.id);
  }
  return bench.show(run.id);
}

test("in any order of answers, decisions and dying workers a run ends, and no effect is there twice", async () => {
  const bench = await openBench();
  await fc.assert(
    fc.asyncProperty(steps, moves, async (plan, played) => {
      const names = plan.map((_, index) => `step-${index}`);
      const run = await bench.start(
        plan.map(({ effect, retries }, index) =>
          effect ? act(`step-${index}`, { retries }) : check(`step-${index}`, { retries }),
        ),
      );
      plan.forEach((step, index) => bench.target.answers.set(`step-${index}`, [...step.answers]));
      const old: Leg[] = [];
      for (const what of played) await move(bench, run, what, old);

      const ended = await finish(bench, run);

      assert.ok(["done", "aborted", "cancelled"].includes(ended.state), `${ended.state}: ${ended.reason}`);
      for (const name of names) {
        const count = (mark: string) => bench.target.effects.filter((effect) => effect === mark).length;
        const [done, undone] = [count(`${run.id}/${name}`), count(`undo ${run.id}/${name}`)];
        assert.ok(done <= 1 && undone <= done, `${name}: ${done} times done, ${undone} times taken back`);
        if (ended.state === "aborted") assert.equal(undone, done, `${name} was left behind`);
        if (ended.state === "done") assert.equal(undone, 0);
      }
      const ends = bench.journal.filter(
        ({ links, task }) => links?.["run"] === run.id && /^(Done|Aborted|Cancelled):/.test(task),
      );
      assert.equal(ends.length, 1);
    }),
    { numRuns: 60 },
  );
  await bench.store.close();
});
