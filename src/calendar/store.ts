import { sql } from "kysely";
import { patternOf } from "../access/paging.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import { asJson, type Store } from "../store/store.ts";
import type { CompiledCalendar } from "./compiled.ts";
import { estimateFrom, type Timing } from "./estimate.ts";
import type { CalendarState, DutyProgress, FindingToPlan } from "./state.ts";
import { type CalendarTables, instantOrNull, millis, type OrderRow, orderOf } from "./tables.ts";
import type { WorkOrder } from "./work-order.ts";
import { day, minute } from "./zone.ts";

const kindOfOrigin = sql<string>`origin->>'kind'`;
const findingOfOrigin = sql<string>`origin->>'finding'`;
const causeOfOrigin = sql<string>`coalesce(origin->>'duty', origin->>'rule')`;

/** What of the server's configuration stands above the file. */
export interface Stop {
  readonly reason: string;
}

/** Everything `decide` needs, as of now. In a transaction with `lockClock` it stays so until the end. */
export async function loadState(
  store: Store,
  calendar: CompiledCalendar,
  stop: Stop | undefined,
  findings: readonly FindingToPlan[] | undefined,
  now: number,
): Promise<CalendarState> {
  const db = store.tables<CalendarTables>();
  const clock = await db.selectFrom("calendar_clock").select("decided_at").executeTakeFirst();
  const orders = await db
    .selectFrom("work_orders")
    .selectAll()
    .where("state", "in", ["proposed", "planned", "running"])
    .execute();
  const uses = await db
    .selectFrom("window_uses")
    .selectAll()
    .where("opened_at", ">", instantOf(now - 400 * day))
    .execute();
  return {
    calendar,
    stop,
    duties: await loadDuties(store),
    orders: orders.map(orderOf),
    everOrdered: await orderedBefore(store, findings ?? [], now),
    uses: uses.map((use) => ({ environment: use.environment, turn: use.turn, from: Date.parse(use.opened_at) })),
    findings,
    lastDecidedAt: millis(clock?.decided_at ?? null),
  };
}

async function loadDuties(store: Store): Promise<ReadonlyMap<string, DutyProgress>> {
  const rows = await store.tables<CalendarTables>().selectFrom("duty_progress").selectAll().execute();
  return new Map(
    rows.map((row) => {
      const open =
        row.open_due_at === null
          ? undefined
          : { duty: row.duty, dueAt: Date.parse(row.open_due_at), overdue: row.open_overdue };
      return [row.duty, { raisedUntil: Date.parse(row.raised_until), open }];
    }),
  );
}

/** Ids of the orders there were for these findings, and for duties of the last year and a half. */
async function orderedBefore(
  store: Store,
  findings: readonly FindingToPlan[],
  now: number,
): Promise<ReadonlySet<string>> {
  const rows = await store
    .tables<CalendarTables>()
    .selectFrom("work_orders")
    .select("id")
    .where((where) =>
      where.or([
        where.and([where(kindOfOrigin, "=", "duty"), where("created_at", ">", instantOf(now - 550 * day))]),
        where(findingOfOrigin, "=", where.fn.any(where.val(findings.map(({ id }) => id)))),
      ]),
    )
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Takes the calendar for this transaction: who decides next waits for its end. */
export async function lockClock(store: Store): Promise<void> {
  await store.tables<CalendarTables>().selectFrom("calendar_clock").select("only_row").forUpdate().execute();
}

/** Adds a work order; false when there is one of that id already. */
export async function insertOrder(store: Store, order: WorkOrder, by: Actor): Promise<boolean> {
  const row = {
    id: order.id,
    title: order.title,
    environment: order.environment ?? null,
    component: order.component ?? null,
    origin: asJson(order.origin),
    severity: order.severity ?? null,
    disruptive: order.disruptive,
    changes: order.changes,
    state: order.state,
    created_at: instantOf(order.createdAt),
    created_by: asJson(by),
    planned_by: order.state === "planned" ? asJson(by) : null,
    not_before: instantOrNull(order.notBefore),
    deadline: instantOrNull(order.deadline),
    estimate: asJson(estimateFrom(await timingsLike(store, order), order.estimate)),
    change_request: order.changeRequest ?? null,
    gates: asJson(order.gates),
    emergency: order.emergency === undefined ? null : asJson(order.emergency),
    procedure: order.procedure === undefined ? null : asJson(order.procedure),
    told: asJson(order.told),
    waiting: asJson([]),
    outcome: null,
    run_id: null,
    started_at: instantOrNull(order.startedAt),
    closes_at: instantOrNull(order.closesAt),
    ended_at: null,
    rolled_back_minutes: null,
    version: 1,
  };
  const added = await store
    .tables<CalendarTables>()
    .insertInto("work_orders")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .executeTakeFirst();
  return added !== undefined;
}

/** How long the last runs of the same duty, or of the same rule on the same component, took in that environment. */
async function timingsLike(store: Store, order: WorkOrder): Promise<Timing[]> {
  const db = store.tables<CalendarTables>();
  if (order.environment === undefined || order.origin.kind === "person") return [];
  const key = order.origin.kind === "duty" ? order.origin.duty : order.origin.rule;
  const rows = await db
    .selectFrom("work_orders")
    .select(["started_at", "ended_at", "rolled_back_minutes"])
    .where("environment", "=", order.environment)
    .where("component", order.component === undefined ? "is" : "=", order.component ?? null)
    .where(causeOfOrigin, "=", key)
    .where("state", "=", "done")
    .where("started_at", "is not", null)
    .where("ended_at", "is not", null)
    .orderBy("ended_at", "desc")
    .limit(50)
    .execute();
  return rows.map((row) => ({
    forwardMinutes: Math.ceil((Date.parse(row.ended_at ?? "") - Date.parse(row.started_at ?? "")) / minute),
    ...(row.rolled_back_minutes === null ? {} : { rollbackMinutes: row.rolled_back_minutes }),
  }));
}

export async function readOrder(store: Store, id: string): Promise<OrderRow | undefined> {
  return store.tables<CalendarTables>().selectFrom("work_orders").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Reads a work order and keeps others from changing it until the transaction ends. */
export async function lockOrder(store: Store, id: string): Promise<OrderRow | undefined> {
  return store
    .tables<CalendarTables>()
    .selectFrom("work_orders")
    .selectAll()
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

export interface OrderFilter {
  readonly state: OrderRow["state"] | "open" | "all";
  readonly environment: string | undefined;
  readonly component?: string | undefined;
  /** A finding, and what it has in common with those that are mended with it. */
  readonly mends?: { readonly finding: string; readonly together: string | undefined } | undefined;
  /** Anywhere in title, id or change request. */
  readonly text?: string | undefined;
  /** Those the caller may see; undefined: all. */
  readonly visible: readonly string[] | undefined;
}

/** Where a work order stands in a list: how bad it is (0 is critical, 4 nothing said), when its clock runs out, when it was made. */
export type OrderPlace = readonly [rank: number, deadline: Instant | "infinity", at: Instant, id: string];

const rankOf = sql<number>`coalesce(array_position(array['critical', 'high', 'medium', 'low'], severity) - 1, 4)`;
const clockOf = sql<Instant>`coalesce(deadline, 'infinity')`;

const ranks = { critical: 0, high: 1, medium: 2, low: 3 } as const;

export function placeOf({ severity, deadline, created_at, id }: OrderRow): OrderPlace {
  return [severity === null ? 4 : ranks[severity], deadline ?? "infinity", created_at, id];
}

/** Work orders, the worst first; of those that are as bad, the one whose clock runs out first, then the oldest. */
export async function listOrders(
  store: Store,
  filter: OrderFilter,
  after: OrderPlace | undefined,
  limit: number,
): Promise<OrderRow[]> {
  let query = ordersThat(store, filter).selectAll();
  if (after !== undefined) {
    const [rank, deadline, at, id] = after;
    query = query.where(
      sql<boolean>`(${rankOf}, ${clockOf}, created_at, id) > (${rank}::int, ${deadline}::timestamptz, ${at}::timestamptz, ${id})`,
    );
  }
  return query.orderBy(rankOf).orderBy(clockOf).orderBy("created_at").orderBy("id").limit(limit).execute();
}

/** How many work orders fit. */
export async function totalOrders(store: Store, filter: OrderFilter): Promise<number> {
  const query = ordersThat(store, filter).select(sql<number>`count(*)::int`.as("total"));
  return (await query.executeTakeFirstOrThrow()).total;
}

function ordersThat(store: Store, { state, environment, component, mends, text, visible }: OrderFilter) {
  let query = store.tables<CalendarTables>().selectFrom("work_orders");
  if (state === "open") query = query.where("state", "in", ["proposed", "planned", "running"]);
  else if (state !== "all") query = query.where("state", "=", state);
  if (environment !== undefined) query = query.where("environment", "=", environment);
  if (component !== undefined) query = query.where("component", "=", component);
  if (mends !== undefined) {
    const { finding, together = "" } = mends;
    query = query.where(sql<boolean>`(${findingOfOrigin} = ${finding} or origin->>'together' = ${together})`);
  }
  if (visible !== undefined) query = query.where("environment", "in", visible.length === 0 ? [""] : visible);
  if (text === undefined) return query;
  const pattern = patternOf(text);
  return query.where(sql<boolean>`(title ilike ${pattern} or id ilike ${pattern} or change_request ilike ${pattern})`);
}

/** The work orders that are not over, and the runs that they name. */
export async function openOrders(
  store: Store,
): Promise<readonly { readonly id: string; readonly run_id: string | null }[]> {
  return store
    .tables<CalendarTables>()
    .selectFrom("work_orders")
    .select(["id", "run_id"])
    .where("state", "in", ["proposed", "planned", "running"])
    .execute();
}
