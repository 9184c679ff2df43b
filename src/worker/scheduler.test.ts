import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import type { Job, JobContext } from "./job.ts";
import { work } from "./loop.ts";
import { Scheduler, type SchedulerOptions } from "./scheduler.ts";
import { listJobs, liveWorkers, readJob, requestJob } from "./store.ts";

const start = Date.UTC(2026, 10, 20, 9);

/** A clock that goes only when told, and timeouts that fire only when told. */
function stage(store: Store, jobs: readonly Job[], changes: Partial<SchedulerOptions> = {}) {
  const state = { millis: start };
  const timeouts: AbortController[] = [];
  const lines: string[] = [];
  const options: SchedulerOptions = {
    store,
    clock: { now: () => instantOf(state.millis) },
    jobs,
    concurrency: 4,
    random: () => 0.5,
    timeout: () => {
      const timeout = new AbortController();
      timeouts.push(timeout);
      return timeout.signal;
    },
    log: ({ message }) => void lines.push(message),
    ...changes,
  };
  return {
    options,
    scheduler: new Scheduler(options),
    timeouts,
    lines,
    state,
    now: (): Instant => instantOf(state.millis),
  };
}

function job(id: string, run: (context: JobContext) => Promise<void>, everySeconds = 60): Job {
  return { id, everySeconds, timeoutSeconds: 30, run };
}

async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  const store = await testStore();
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

test("a job has its turn at once, then at its interval, and when somebody asks for it", async () => {
  await withStore(async (store) => {
    let turns = 0;
    const { scheduler, state, now } = stage(store, [job("a", async () => void (turns += 1))]);
    await scheduler.register();
    const tick = async (seconds: number): Promise<number> => {
      state.millis += seconds * 1000;
      await scheduler.tick();
      await scheduler.idle();
      return turns;
    };
    assert.equal(await tick(0), 1);
    assert.equal(await tick(59), 1);
    assert.equal(await tick(1), 2);
    assert.equal(await requestJob(store, now(), "a"), true);
    assert.equal(await tick(1), 3);
    assert.equal(await requestJob(store, now(), "unknown"), false);
  });
});

test("what fails is tried again sooner, later each time, and takes nothing from the others", async () => {
  await withStore(async (store) => {
    let good = 0;
    const bad = job("bad", () => Promise.reject(new Error("no")), 3600);
    const { scheduler, state } = stage(store, [bad, job("good", async () => void (good += 1))]);
    await scheduler.register();
    const dueIn: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await scheduler.tick();
      await scheduler.idle();
      const row = await readJob(store, "bad");
      assert.equal(row?.failures, turn + 1);
      assert.match(row?.error ?? "", /^no/);
      dueIn.push((Date.parse(row?.due_at ?? "") - state.millis) / 1000);
      state.millis = Date.parse(row?.due_at ?? "");
    }
    assert.deepEqual(dueIn, [30, 60, 120]);
    assert.equal(good, 2);
  });
});

test("a job that hangs is given up when its time is over, and holds up nobody meanwhile", async () => {
  await withStore(async (store) => {
    let good = 0;
    const hanging = job("hanging", () => new Promise(() => undefined));
    const { scheduler, timeouts, state } = stage(store, [hanging, job("good", async () => void (good += 1))]);
    await scheduler.register();
    await scheduler.tick();
    while (good === 0) await new Promise(setImmediate);
    for (let turn = 1; turn <= 3; turn += 1) {
      state.millis += 61_000;
      while (good < turn + 1) {
        await scheduler.tick();
        await new Promise(setImmediate);
      }
    }
    for (const timeout of timeouts) timeout.abort();
    await scheduler.idle();
    assert.equal((await readJob(store, "hanging"))?.outcome, "timed-out");
  });
});

test("two workers never do one job at the same time", async () => {
  await withStore(async (store) => {
    let running = 0;
    let most = 0;
    let turns = 0;
    const slow = job("slow", async () => {
      running += 1;
      turns += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      running -= 1;
    });
    const workers = [stage(store, [slow]), stage(store, [slow]), stage(store, [slow])];
    for (const { scheduler } of workers) await scheduler.register();
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(workers.map(({ scheduler }) => scheduler.tick()));
      await Promise.all(workers.map(({ scheduler }) => scheduler.idle()));
      for (const { state } of workers) state.millis += 61_000;
    }
    assert.equal(most, 1);
    assert.equal(turns, 3);
  });
});

test("turns that nobody was there for are counted and made up once", async () => {
  await withStore(async (store) => {
    const told: number[] = [];
    const daily = job("daily", async ({ missed }) => void told.push(missed), 86_400);
    const { scheduler, state, lines } = stage(store, [daily]);
    await scheduler.register();
    await scheduler.tick();
    await scheduler.idle();
    state.millis += 4.5 * 86_400_000;
    for (let round = 0; round < 2; round += 1) {
      await scheduler.tick();
      await scheduler.idle();
    }
    assert.deepEqual(told, [0, 3]);
    assert.equal((await readJob(store, "daily"))?.missed, 3);
    assert.ok(lines.some((line) => line.includes("3 turns were missed")));
  });
});

test("a clock that was set back does not put a job to sleep", async () => {
  await withStore(async (store) => {
    let turns = 0;
    const { scheduler, state } = stage(store, [job("a", async () => void (turns += 1))]);
    await scheduler.register();
    await scheduler.tick();
    await scheduler.idle();
    state.millis -= 3_600_000;
    await scheduler.tick();
    await scheduler.idle();
    assert.equal(turns, 2);
  });
});

test("no more run at once than there is room for, and all get their turn", async () => {
  await withStore(async (store) => {
    let running = 0;
    let most = 0;
    const seen = new Set<string>();
    const jobs = Array.from({ length: 9 }, (_, index) =>
      job(`j${index}`, async () => {
        running += 1;
        most = Math.max(most, running);
        seen.add(`j${index}`);
        await new Promise(setImmediate);
        running -= 1;
      }),
    );
    const { scheduler } = stage(store, jobs, { concurrency: 2 });
    await scheduler.register();
    while (seen.size < 9) {
      await scheduler.tick();
      await scheduler.idle();
    }
    assert.equal(most <= 2, true);
    assert.equal((await listJobs(store)).length, 9);
  });
});

test("a worker shows that it lives, ends when told, and ends by itself when a newer version changed the schema", async () => {
  await withStore(async (store) => {
    const ending = new AbortController();
    const { options, now } = stage(store, [
      job("a", async () => {
        assert.deepEqual(
          (await liveWorkers(store, now())).map(({ id, version }) => [id, version]),
          [["w1", "1.0.0"]],
        );
        ending.abort();
      }),
    ]);
    const wait = async (): Promise<void> => new Promise(setImmediate);
    const worker = { ...options, id: "w1", version: "1.0.0", wait };
    assert.equal(await work(worker, ending.signal), "stopped");
    assert.deepEqual(await liveWorkers(store, now()), []);
    assert.equal((await readJob(store, "a"))?.started_at, now(), "it had its turn");

    await sql`insert into schema_migrations values (9999, 'later', '', now())`.execute(store.tables());
    assert.equal(await work(worker, new AbortController().signal), "outdated");
  });
});

test("while the database is away a worker waits, and goes on when it is back", async () => {
  const store = await testStore();
  const ending = new AbortController();
  let asked = 0;
  const broken = new Proxy(store, {
    get(target, name, receiver) {
      asked += 1;
      if (asked < 4) throw new Error("the database does not answer");
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : (value ?? receiver);
    },
  });
  const pauses: number[] = [];
  const { options, lines } = stage(broken, [job("a", async () => ending.abort())]);
  const wait = async (millis: number): Promise<void> => {
    pauses.push(millis);
    await new Promise(setImmediate);
  };
  assert.equal(await work({ ...options, id: "w1", version: "1.0.0", wait }, ending.signal), "stopped");
  assert.deepEqual(pauses.slice(0, 3), [2000, 4000, 8000]);
  assert.equal(lines.filter((line) => line.includes("does not answer")).length, 1, "said once");
  await store.close();
});
