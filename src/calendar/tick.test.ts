import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import type { JournalDraft, NoticeDraft } from "../platform/record.ts";
import type { Store } from "../store/store.ts";
import { openStore } from "../store/store.ts";
import { testDatabase } from "../store/test-support.ts";
import { compileCalendar } from "./compiled.ts";
import { isChange } from "./decision.ts";
import { assumed } from "./estimate.ts";
import { newOrder } from "./propose.ts";
import { insertOrder, readOrder } from "./store.ts";
import { lastTurns } from "./store-duties.ts";
import { type TickInput, tick } from "./tick.ts";
import type { WorkOrder } from "./work-order.ts";
import { day, hour } from "./zone.ts";

const monday = Date.UTC(2026, 10, 16);
const sunday = Date.UTC(2026, 10, 22);

const calendar = compileCalendar(
  {
    environments: [{ name: "production" }],
    components: [{ system: "gitlab", environment: "production" }],
    windows: [
      { environment: "production", days: ["Sunday"], from: "02:00", to: "06:00", zone: "UTC", cadence: "quarter" },
    ],
    freezes: [],
    duties: [],
  },
  monday - 100 * day,
  monday + 400 * day,
);

let store: Store;
before(async () => {
  store = openStore({ url: await testDatabase(), applicationName: "tests", poolSize: 4 });
});
after(() => store.close());

interface Heard {
  readonly recorded: JournalDraft[];
  readonly noticed: NoticeDraft[];
}

async function tickAt(at: number, input: Partial<TickInput> = {}): Promise<Heard & { readonly kinds: string[] }> {
  const recorded: JournalDraft[] = [];
  const noticed: NoticeDraft[] = [];
  const decisions = await tick(
    store,
    { calendar, stop: undefined, findings: undefined, ...input },
    instantOf(at),
    async (_, draft) => void recorded.push(draft),
    async (_, draft) => void noticed.push(draft),
  );
  return { recorded, noticed, kinds: decisions.filter(isChange).map(({ kind }) => kind) };
}

function planned(change: Partial<WorkOrder> = {}): WorkOrder {
  return newOrder({
    id: "00000000000000a1",
    title: "GitLab to 18.5",
    origin: { kind: "person", actor: "ada" },
    environment: "production",
    createdAt: monday,
    state: "planned",
    changeRequest: "https://git.example/1",
    estimate: assumed(60, 60),
    ...change,
  });
}

test("duties come due once, however often and from however many processes it is asked", async () => {
  await tickAt(monday);
  const at = monday + 7.5 * hour;

  const both = await Promise.all([tickAt(at), tickAt(at), tickAt(at)]);

  const due = both.flatMap(({ noticed }) => noticed.filter(({ title }) => title === "Due: Security scans"));
  assert.equal(due.length, 1);
  assert.deepEqual((await tickAt(at)).kinds, []);
});

test("turns that came while Millwright was down are kept as missed while down, and written into the journal", async () => {
  const heard = await tickAt(monday + 4 * day);

  const turns = (await lastTurns(store, "security-scans", 10)).map(({ due_at, state, while_down }) => [
    due_at.slice(0, 10),
    state,
    while_down,
  ]);
  assert.deepEqual(turns, [
    ["2026-11-19", "overdue", false],
    ["2026-11-18", "missed", true],
    ["2026-11-17", "missed", true],
    ["2026-11-16", "missed", false],
  ]);
  assert.equal(heard.recorded.filter(({ task }) => task === "Missed: Security scans").length, 3);
});

test("a planned order starts by the callback, in the same transaction, and takes its turn of the window", async () => {
  await insertOrder(store, planned(), millwright);
  await insertOrder(store, planned({ id: "00000000000000a2", title: "Another" }), millwright);
  const begun: string[] = [];
  const begin = async (_: Store, order: WorkOrder): Promise<string> => {
    begun.push(order.id);
    return "run-1";
  };

  await tickAt(sunday + 2 * hour, { begin });

  assert.deepEqual(begun, ["00000000000000a1"]);
  const started = await readOrder(store, "00000000000000a1");
  assert.equal(started?.state, "running");
  assert.equal(started.closes_at, instantOf(sunday + 6 * hour));
  const waiting = await readOrder(store, "00000000000000a2");
  assert.deepEqual(
    waiting?.waiting.map(({ kind }) => kind),
    ["another-running"],
  );
});

test("when the callback fails nothing of the tick is kept", async () => {
  const before = await readOrder(store, "00000000000000a2");
  await store
    .tables<{ work_orders: { state: string; id: string } }>()
    .updateTable("work_orders")
    .set({ state: "done" })
    .where("id", "=", "00000000000000a1")
    .execute();

  await assert.rejects(
    tickAt(sunday + 3 * hour, {
      begin: async () => {
        throw new Error("the engine is away");
      },
    }),
    /engine is away/,
  );

  assert.deepEqual(await readOrder(store, "00000000000000a2"), before);
});

test("without a callback people are told that it may start, with one key however often", async () => {
  const one = await tickAt(sunday + 3 * hour);
  const two = await tickAt(sunday + 3.5 * hour);

  const keys = [one, two].flatMap(({ noticed }) =>
    noticed.filter(({ title }) => title.startsWith("May start now")).map(({ key }) => key),
  );
  assert.equal(keys.length, 2);
  assert.equal(new Set(keys).size, 1);
  assert.equal((await readOrder(store, "00000000000000a2"))?.state, "planned");
});

test("a finding becomes a work order once; the clock is told when it runs out", async () => {
  const finding = {
    id: "f00000000000000d",
    rule: "security-image",
    title: "A known hole",
    severity: "high" as const,
    environment: "production",
    component: "gitlab",
    since: sunday,
  };
  const first = await tickAt(sunday + 8 * hour, { findings: [finding] });
  const second = await tickAt(sunday + 9 * hour, { findings: [finding] });
  const late = await tickAt(sunday + 8 * day, { findings: [finding] });

  assert.equal(first.kinds.filter((kind) => kind === "propose").length, 1);
  assert.deepEqual(
    second.kinds.filter((kind) => kind === "propose"),
    [],
  );
  assert.ok(
    late.noticed.some(
      ({ title, severity }) => title.startsWith("Its clock has run out: A known hole") && severity === "critical",
    ),
  );
});

test("a clock set back starts nothing and decides nothing again", async () => {
  const heard = await tickAt(sunday + 2 * hour, {
    begin: () => {
      throw new Error("must not start");
    },
  });

  assert.deepEqual(heard.kinds, []);
});

test("duties of a calendar without that duty any more are left alone", async () => {
  const fewer = { ...calendar, duties: [] };

  const heard = await tickAt(sunday + 30 * day, { calendar: fewer });

  assert.deepEqual(
    heard.recorded.filter(({ kind }) => kind === "duty"),
    [],
  );
  assert.ok(heard.kinds.every((kind) => kind === "tell" || kind === "start"));
});

test("the moments of a tick are those of the database, to the millisecond", async () => {
  const at: Instant = instantOf(sunday + 31 * day + 123);
  await tick(
    store,
    { calendar, stop: { reason: "held" }, findings: undefined },
    at,
    async () => undefined,
    async () => undefined,
  );

  const row = await store
    .tables<{ calendar_clock: { decided_at: Instant } }>()
    .selectFrom("calendar_clock")
    .select("decided_at")
    .executeTakeFirst();
  assert.equal(row?.decided_at, at);
});
