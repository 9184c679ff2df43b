import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DueHeap } from "./due-heap.ts";
import { Schedule, type Scheduled, type Timers, type Turn } from "./schedule.ts";

/** Time that goes only when told. */
class Stage implements Timers {
  #now = 0;
  readonly #calls = new DueHeap<{ call: (() => void) | undefined }>();

  now(): number {
    return this.#now;
  }

  after(millis: number, call: () => void): () => void {
    const entry: { call: (() => void) | undefined } = { call };
    this.#calls.push(this.#now + millis, entry);
    return () => {
      entry.call = undefined;
    };
  }

  async passTo(end: number): Promise<void> {
    for (let next = this.#calls.nextDue; next !== undefined && next <= end; next = this.#calls.nextDue) {
      const popped = this.#calls.pop();
      this.#now = Math.max(this.#now, popped?.due ?? 0);
      popped?.item.call?.();
      // What has been called may settle promises, which call back.
      for (let round = 0; round < 6; round += 1) await Promise.resolve();
    }
    this.#now = end;
  }
}

type Behaviour = "quick" | "hangs" | "heeds" | "fails" | number;

function stage(
  targets: readonly (Scheduled & { readonly behaviour: Behaviour })[],
  atOnce: number,
  slowAtOnce = atOnce,
) {
  const timers = new Stage();
  const turns: Turn<Scheduled & { readonly behaviour: Behaviour }>[] = [];
  const running = new Map<string, number>();
  const most = { ofOne: 0, ofAll: 0 };
  let all = 0;
  const schedule = new Schedule<Scheduled & { readonly behaviour: Behaviour }>({
    timers,
    atOnce,
    slowAtOnce,
    async run({ id, behaviour }, signal) {
      running.set(id, (running.get(id) ?? 0) + 1);
      all += 1;
      most.ofOne = Math.max(most.ofOne, running.get(id) ?? 0);
      most.ofAll = Math.max(most.ofAll, all);
      try {
        await behave(behaviour, signal, timers);
      } finally {
        running.set(id, (running.get(id) ?? 0) - 1);
        all -= 1;
      }
    },
    ended: (turn) => void turns.push(turn),
  });
  schedule.set(targets);
  return { timers, turns, schedule, most };
}

function behave(behaviour: Behaviour, signal: AbortSignal, timers: Timers): Promise<void> {
  if (behaviour === "fails") return Promise.reject(new Error("no"));
  return new Promise((resolve) => {
    if (behaviour === "quick") timers.after(5, resolve);
    if (typeof behaviour === "number") timers.after(behaviour, resolve);
    if (behaviour === "heeds") signal.addEventListener("abort", () => resolve());
  });
}

function many(count: number, behaviour: Behaviour, prefix: string, everySeconds = 10) {
  return Array.from({ length: count }, (_, index) => ({
    id: `${prefix}${index}`,
    everySeconds,
    timeoutSeconds: 5,
    behaviour,
  }));
}

test("every target has its turn once an interval, on its own grid", async () => {
  const { timers, turns } = stage(many(20, "quick", "q"), 10);
  await timers.passTo(100_000);
  for (const [, own] of Map.groupBy(turns, ({ target }) => target.id)) assert.equal(own.length, 10);
  assert.ok(
    turns.every(({ latenessMillis, missed, outcome }) => latenessMillis === 0 && missed === 0 && outcome === "done"),
  );
});

test("targets that hang delay nobody, not even the first time", async () => {
  for (const hanging of ["hangs", "heeds"] as const) {
    const { timers, turns } = stage([...many(400, "quick", "q"), ...many(40, hanging, "h")], 20);
    await timers.passTo(60_000);
    const quick = turns.filter(({ target }) => target.behaviour === "quick");
    assert.equal(quick.length, 400 * 6);
    const late = Math.max(...quick.map(({ latenessMillis }) => latenessMillis));
    assert.ok(late < 500, `${hanging}: ${late} ms late`);
  }
});

test("one that hangs is given up in time, is never asked twice at once, and is told of at each turn", async () => {
  const { timers, turns, most } = stage(many(1, "hangs", "h"), 5);
  await timers.passTo(60_000);
  assert.equal(most.ofOne, 1);
  assert.ok(turns.length >= 5 && turns.every(({ outcome }) => outcome === "timed-out"));
  assert.equal(turns[0]?.durationMillis, 5000);
});

test("one that heeds its signal is asked again at its next turn", async () => {
  const { timers, turns, most } = stage(many(1, "heeds", "h"), 5);
  await timers.passTo(60_000);
  assert.equal(most.ofOne, 1);
  assert.ok(turns.length >= 5 && turns.every(({ durationMillis }) => durationMillis === 5000));
});

test("one that fails is told of, and asked again", async () => {
  const { timers, turns } = stage(many(1, "fails", "f"), 5);
  await timers.passTo(50_000);
  assert.ok(turns.length >= 4 && turns.every(({ outcome, error }) => outcome === "failed" && error instanceof Error));
});

test("a turn longer than its interval leaves turns out, and says how many", async () => {
  const slow = [{ id: "slow", everySeconds: 10, timeoutSeconds: 60, behaviour: 25_000 }];
  const { timers, turns, most } = stage(slow, 5);
  await timers.passTo(200_000);
  assert.equal(most.ofOne, 1);
  assert.ok(turns.length >= 5 && turns.every(({ missed }) => missed === 2));
});

test("no more run at once than both lanes hold, those aside that became slow on the way", async () => {
  const { timers, most, schedule } = stage(many(100, 100, "q", 1000), 4);
  await timers.passTo(2_000_000);
  assert.ok(most.ofAll <= 4, String(most.ofAll));
  assert.equal(schedule.backlog, 0);
});

test("targets come and go while it runs; one that stays keeps its grid", async () => {
  const stays = many(1, "quick", "s");
  const { timers, turns, schedule } = stage([...stays, ...many(1, "quick", "g")], 5);
  await timers.passTo(30_000);
  schedule.set([...stays, ...many(1, "quick", "n")]);
  await timers.passTo(60_000);
  const of = (id: string): number => turns.filter(({ target }) => target.id === id).length;
  assert.deepEqual([of("s0"), of("g0"), of("n0")], [6, 3, 3]);
  schedule.stop();
  await timers.passTo(90_000);
  assert.equal(turns.length, 12);
});

test("a restart is no burst: turns are spread over the interval", async () => {
  const { timers, turns } = stage(many(1000, "quick", "production/component-"), 1000);
  const perSecond: number[] = [];
  for (let second = 1; second <= 10; second += 1) {
    const before = turns.length;
    await timers.passTo(second * 1000 + 10);
    perSecond.push(turns.length - before);
  }
  assert.ok(Math.max(...perSecond) < 150, perSecond.join(" "));
});

test("the heap gives back in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (values) => {
      const heap = new DueHeap<number>();
      for (const value of values) heap.push(value, value);
      const out: number[] = [];
      for (let next = heap.pop(); next !== undefined; next = heap.pop()) out.push(next.item);
      assert.deepEqual(
        out,
        values.toSorted((a, b) => a - b),
      );
      assert.equal(heap.size, 0);
    }),
  );
});
