import { carriedOut } from "./apply.ts";
import { mayStart } from "./blockers.ts";
import { decideDuties } from "./decide-duties.ts";
import type { Decision } from "./decision.ts";
import { decideOrders } from "./propose.ts";
import type { CalendarState } from "./state.ts";
import { isOver, type Told, type WorkOrder } from "./work-order.ts";
import { minute } from "./zone.ts";

/**
 * What becomes due, what is overdue or was missed, which work orders are new, may start, or wait and for what. Pure: the
 * scheduler and the simulation ask the same question. Deciding again after `apply` gives nothing but explanations.
 */
export function decide(state: CalendarState, now: number): readonly Decision[] {
  const duties = decideDuties(state, now);
  const followed = carriedOut(state, duties, now);
  const orders = decideOrders(followed, now);
  const ordered = carriedOut(followed, orders, now);
  const tellings = ordered.orders.flatMap((order) => tellingsOf(order, now));
  return [...duties, ...orders, ...tellings, ...startsAndWaits(ordered, now)];
}

/** The most urgent first; one a decision and environment, since the others then run after it or not at all. */
function startsAndWaits(state: CalendarState, now: number): Decision[] {
  const decisions: Decision[] = [];
  let sofar = state;
  for (const order of state.orders.filter((one) => !isOver(one) && one.state !== "running").toSorted(byUrgency)) {
    const verdict = mayStart(order, sofar, now);
    if (verdict.kind === "wait") {
      decisions.push({ kind: "wait", order: order.id, why: verdict.why });
      continue;
    }
    decisions.push({ kind: "start", order: order.id, room: verdict.room });
    const orders = sofar.orders.map((one) => (one.id === order.id ? { ...one, state: "running" as const } : one));
    sofar = { ...sofar, orders };
  }
  return decisions;
}

/** Emergencies, then what runs out first, then what was there first. */
function byUrgency(a: WorkOrder, b: WorkOrder): number {
  return (
    Number(b.emergency !== undefined) - Number(a.emergency !== undefined) ||
    (a.deadline ?? Infinity) - (b.deadline ?? Infinity) ||
    a.createdAt - b.createdAt ||
    (a.id < b.id ? -1 : 1)
  );
}

function tellingsOf(order: WorkOrder, now: number): Decision[] {
  return momentsToTell(order)
    .filter(({ what, at }) => at <= now && !order.told.includes(what))
    .map(({ what }) => ({ kind: "tell", order: order.id, what }));
}

/** When people are told what of a work order, as it stands. */
export function momentsToTell(order: WorkOrder): readonly { readonly what: Told; readonly at: number }[] {
  if (isOver(order)) return [];
  const moments: { readonly what: Told; readonly at: number }[] = [];
  if (order.deadline !== undefined) {
    // Three quarters of the clock are gone.
    const late = order.createdAt + (order.deadline - order.createdAt) * 0.75;
    if (order.state !== "running") moments.push({ what: "clock-running-out", at: late });
    moments.push({ what: "clock-lapsed", at: order.deadline });
  }
  if (order.state === "running" && order.closesAt !== undefined) {
    moments.push({ what: "point-of-no-return", at: order.closesAt - order.estimate.rollbackMinutes * minute });
    moments.push({ what: "overrun", at: order.closesAt });
  }
  return moments;
}
