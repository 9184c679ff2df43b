import type { Notifier, Recorder } from "../access/route.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import { asJson, type Store } from "../store/store.ts";
import type { Blocker, Room } from "./blockers.ts";
import type { CompiledCalendar } from "./compiled.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import type { FindingToPlan } from "./state.ts";
import { insertOrder, loadState, lockClock, type Stop } from "./store.ts";
import { type CalendarTables, instantOrNull } from "./tables.ts";
import { noticeOf, recordOf } from "./tell.ts";
import type { WorkOrder } from "./work-order.ts";
import { writeDuty } from "./write-duty.ts";

export interface TickInput {
  readonly calendar: CompiledCalendar;
  readonly stop: Stop | undefined;
  /** The open findings that become work orders by themselves; undefined when they were not looked at, which closes none. */
  readonly findings: readonly FindingToPlan[] | undefined;
  /**
   * Starts the run of a work order in this transaction and gives its id; undefined when a person does it. Left out in the modes
   * that change nothing: then people are told that it may start.
   */
  begin?(store: Store, order: WorkOrder, room: Room | undefined): Promise<string | undefined>;
}

/**
 * Decides and carries out, wholly or not at all. Safe to call at any time and from several processes: what was decided is not
 * decided again. Returns the decisions.
 */
export async function tick(
  store: Store,
  input: TickInput,
  now: Instant,
  record: Recorder,
  notify: Notifier,
): Promise<readonly Decision[]> {
  return store.transaction(async (part) => {
    await lockClock(part);
    const at = Date.parse(now);
    const state = await loadState(part, input.calendar, input.stop, input.findings, at);
    const decisions = decide(state, at);
    const orders = new Map(state.orders.map((order) => [order.id, order]));
    for (const decision of decisions) {
      if (decision.kind === "propose") orders.set(decision.order.id, decision.order);
      await carryOut(part, decision, { input, orders, now, record, notify });
    }
    await part
      .tables<CalendarTables>()
      .updateTable("calendar_clock")
      .set({ decided_at: instantOf(Math.max(at, state.lastDecidedAt ?? at)) })
      .execute();
    return decisions;
  });
}

interface Doing {
  readonly input: TickInput;
  readonly orders: ReadonlyMap<string, WorkOrder>;
  readonly now: Instant;
  readonly record: Recorder;
  readonly notify: Notifier;
}

async function carryOut(store: Store, decision: Decision, doing: Doing): Promise<void> {
  const { input, orders, now, record, notify } = doing;
  if (decision.kind === "start") return start(store, decision, doing);
  await write(store, decision, doing);
  const subject = { calendar: input.calendar, orders, now };
  const entry = recordOf(decision, subject);
  if (entry !== undefined) await record(store, entry);
  const notice = noticeOf(decision, subject);
  if (notice !== undefined) await notify(store, notice);
}

// oxlint-disable-next-line complexity -- one case a kind
async function write(
  store: Store,
  decision: Exclude<Decision, { readonly kind: "start" }>,
  { input, now }: Doing,
): Promise<void> {
  switch (decision.kind) {
    case "duty-followed":
    case "duty-due":
    case "duty-overdue":
    case "duty-missed":
      return writeDuty(store, decision, input.calendar);
    case "propose":
      await insertOrder(store, decision.order, millwright);
      return;
    case "cancel":
      await change(store, decision.order, { state: "cancelled", ended_at: now, outcome: decision.why });
      return;
    case "tell": {
      const row = await store
        .tables<CalendarTables>()
        .selectFrom("work_orders")
        .select("told")
        .where("id", "=", decision.order)
        .executeTakeFirst();
      await change(store, decision.order, { told: asJson([...(row?.told ?? []), decision.what]) });
      return;
    }
    case "wait":
      return writeWaiting(store, decision.order, decision.why);
  }
}

async function change(store: Store, id: string, values: object): Promise<void> {
  await store
    .tables<CalendarTables>()
    .updateTable("work_orders")
    .set((set) => ({ ...values, version: set("version", "+", 1) }))
    .where("id", "=", id)
    .execute();
}

/** Why it waits is kept for those who look; it changes no version, as nobody decided anything. */
async function writeWaiting(store: Store, id: string, why: readonly Blocker[]): Promise<void> {
  const waiting = asJson(why);
  await store
    .tables<CalendarTables>()
    .updateTable("work_orders")
    .set({ waiting })
    .where("id", "=", id)
    .where("waiting", "is distinct from", waiting)
    .execute();
}

/** Starts the run where one can be started; tells people once an opening where it is theirs to do. */
async function start(
  store: Store,
  decision: Extract<Decision, { readonly kind: "start" }>,
  { input, orders, now, record, notify }: Doing,
): Promise<void> {
  const order = orders.get(decision.order);
  if (order === undefined) return;
  const run = await input.begin?.(store, order, decision.room);
  const subject = { calendar: input.calendar, orders, now };
  if (run === undefined) {
    await writeWaiting(store, order.id, []);
    const notice = noticeOf(decision, subject);
    if (notice !== undefined) await notify(store, notice);
    return;
  }
  await writeStart(store, order, decision.room, now, run);
  const entry = recordOf(decision, subject);
  if (entry !== undefined) await record(store, entry);
}

/** Marks a work order as running, and its opening as used. */
export async function writeStart(
  store: Store,
  order: WorkOrder,
  room: Room | undefined,
  now: Instant,
  run: string | undefined,
): Promise<void> {
  await change(store, order.id, {
    state: "running",
    started_at: now,
    run_id: run ?? null,
    closes_at: instantOrNull(room?.opening.until),
    waiting: asJson([]),
  });
  if (room?.turn === undefined || order.environment === undefined) return;
  await store
    .tables<CalendarTables>()
    .insertInto("window_uses")
    .values({
      environment: order.environment,
      turn: room.turn,
      opened_at: instantOf(room.opening.from),
      work_order: order.id,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
