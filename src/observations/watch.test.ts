import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { processTimers } from "../edge/timers.ts";
import { instantOf } from "../kernel/instant.ts";
import { Endpoint } from "../platform/endpoint.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import { defineProbe, type System } from "../systems/contract.ts";
import { healthy } from "../systems/readings.ts";
import type { Timers } from "./schedule.ts";
import type { StateChange } from "./store.ts";
import { standings } from "./store-read.ts";
import { targetsOf } from "./target.ts";
import { Watch } from "./watch.ts";

/** A hundred times as fast as time. */
const fast: Timers = {
  now: () => processTimers.now() * 100,
  after: (millis, call) => processTimers.after(millis / 100, call),
};
const now = () => instantOf(Date.now());

const probe = (id: string, read: () => Promise<readonly ReturnType<typeof healthy>[]>) =>
  defineProbe({
    id,
    tells: "own",
    title: "Is it?",
    needs: ["clock"],
    inputs: z.object({}),
    everySeconds: 10,
    timeoutSeconds: 2,
    source: "this test",
    read,
  });

const system: System = {
  id: "x",
  title: "X",
  recognition: {},
  probes: [
    probe("fine", async () => [healthy("fine", 1, "ok")]),
    probe("hangs", () => new Promise(() => undefined)),
    probe("broken", () => Promise.reject(new TypeError("a mistake"))),
  ],
};
const targets = targetsOf([Endpoint.parse({ environment: "e", component: "c", system: "x" })], [system]);

function watchOn(store: Store, lines: string[], changes: StateChange[]): Watch {
  return new Watch({
    store,
    timers: fast,
    atOnce: 4,
    now,
    bind: async () => ({ ports: {} as never, redact: (text) => text }),
    log: ({ message }) => void lines.push(message),
    changed: async (told) => void changes.push(...told),
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 3000 && !(await condition()); round += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  assert.ok(await condition());
}

test("what probes say is kept and told; one that hangs is unknown; one that breaks is our mistake and is logged", async () => {
  const store = await testStore();
  const lines: string[] = [];
  const changes: StateChange[] = [];
  const watch = watchOn(store, lines, changes);
  watch.set(targets);
  await until(() => changes.length >= 2 && lines.length > 0);
  await watch.stop();
  const seen = await standings(store, now());
  assert.deepEqual(
    seen.map(({ probe: id, state }) => [id, state]),
    [
      ["fine", "healthy"],
      ["hangs", "unknown"],
    ],
  );
  assert.match(lines[0] ?? "", /e\/c\/broken broke, which is our mistake: a mistake/);
  await store.close();
});

test("while the database is away looks wait, and are kept when it is back", async () => {
  const store = await testStore();
  let away = true;
  const broken = new Proxy(store, {
    get(target, name) {
      if (away && name === "transaction") return () => Promise.reject(new Error("the database does not answer"));
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const lines: string[] = [];
  const changes: StateChange[] = [];
  const watch = watchOn(broken, lines, changes);
  watch.set(targets.filter(({ probe: { id } }) => id === "fine"));
  await until(() => lines.length > 0);
  away = false;
  await until(() => changes.length > 0);
  await watch.stop();
  assert.match(lines[0] ?? "", /wait for the database/);
  assert.match(lines[1] ?? "", /kept again/);
  await store.close();
});
