import type { Decision } from "./decision.ts";
import type { CalendarState, DutyProgress, Use } from "./state.ts";
import { isOver, type WorkOrder } from "./work-order.ts";

/** The state after decisions taken at `now` were carried out. */
export function apply(state: CalendarState, decisions: readonly Decision[], now: number): CalendarState {
  return { ...carriedOut(state, decisions, now), lastDecidedAt: Math.max(now, state.lastDecidedAt ?? now) };
}

/** Like `apply`, in the middle of deciding. */
export function carriedOut(state: CalendarState, decisions: readonly Decision[], now: number): CalendarState {
  const proposed = decisions.flatMap((decision) => (decision.kind === "propose" ? [decision.order] : []));
  return decisions.reduce((sofar, decision) => applyOne(sofar, decision, now), withOrders(state, proposed));
}

/** All at once: a first look at a large platform may propose thousands. */
function withOrders(state: CalendarState, proposed: readonly WorkOrder[]): CalendarState {
  if (proposed.length === 0) return state;
  const everOrdered = new Set(state.everOrdered);
  for (const { id } of proposed) everOrdered.add(id);
  return { ...state, orders: [...state.orders, ...proposed], everOrdered };
}

// oxlint-disable-next-line complexity -- one case a kind
function applyOne(state: CalendarState, decision: Decision, now: number): CalendarState {
  switch (decision.kind) {
    case "duty-followed":
      return withDuty(state, decision.duty, { raisedUntil: decision.since, open: undefined });
    case "duty-due":
      return withDuty(state, decision.duty, {
        raisedUntil: decision.dueAt,
        open: { duty: decision.duty, dueAt: decision.dueAt, overdue: false },
      });
    case "duty-overdue": {
      const progress = state.duties.get(decision.duty);
      if (progress?.open === undefined) return state;
      return withDuty(state, decision.duty, { ...progress, open: { ...progress.open, overdue: true } });
    }
    case "duty-missed":
      return withDuty(state, decision.duty, { raisedUntil: decision.dueAt, open: undefined });
    case "cancel":
      return withOrder(state, decision.order, (order) => ({ ...order, state: "cancelled" }));
    case "start":
      return started(state, decision, now);
    case "tell":
      return withOrder(state, decision.order, (order) => ({ ...order, told: [...order.told, decision.what] }));
    case "propose":
    case "wait":
      return state;
  }
}

function withDuty(state: CalendarState, duty: string, progress: DutyProgress): CalendarState {
  return { ...state, duties: new Map(state.duties).set(duty, progress) };
}

/** The state with one work order changed; one that is over leaves it. */
export function withOrder(state: CalendarState, id: string, change: (order: WorkOrder) => WorkOrder): CalendarState {
  const orders = state.orders
    .map((order) => (order.id === id ? change(order) : order))
    .filter((order) => !isOver(order));
  return { ...state, orders };
}

function started(
  state: CalendarState,
  { order: id, room }: Extract<Decision, { readonly kind: "start" }>,
  now: number,
): CalendarState {
  const next = withOrder(state, id, (order) => ({
    ...order,
    state: "running",
    startedAt: now,
    closesAt: room?.opening.until,
  }));
  const use = useOf(state, id, room);
  return use === undefined ? next : { ...next, uses: [...next.uses, use] };
}

/** The turn of a window's budget that a start takes; undefined when none is, or it was taken before. */
function useOf(
  { orders, uses }: CalendarState,
  id: string,
  room: Extract<Decision, { readonly kind: "start" }>["room"],
): Use | undefined {
  const environment = orders.find((order) => order.id === id)?.environment;
  const turn = room?.turn;
  if (environment === undefined || room === undefined || turn === undefined) return undefined;
  const use = { environment, turn, from: room.opening.from };
  return uses.some((other) => other.environment === environment && other.turn === turn && other.from === use.from)
    ? undefined
    : use;
}

/** The state after a duty was done with proof: the turn that is due, or the next one when it is not due yet. */
export function withDutyDone(state: CalendarState, duty: string, dueAt: number): CalendarState {
  const progress = state.duties.get(duty);
  return withDuty(state, duty, { raisedUntil: Math.max(dueAt, progress?.raisedUntil ?? dueAt), open: undefined });
}
