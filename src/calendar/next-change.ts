import { momentsToTell } from "./decide.ts";
import { overdueAt } from "./duties.ts";
import { nextTurn } from "./next-turn.ts";
import type { CalendarState } from "./state.ts";
import { indexAfter, openingAt } from "./time-line.ts";
import type { WorkOrder } from "./work-order.ts";

/**
 * The first moment after `now` at which `decide` may say something new, as long as nothing else happens; undefined for none. A
 * scheduler may sleep until then, and a simulation goes from one such moment to the next.
 */
export function nextChange(state: CalendarState, now: number): number | undefined {
  let best = Infinity;
  const consider = (at: number | undefined): void => {
    if (at !== undefined && at > now && at < best) best = at;
  };
  for (const duty of state.calendar.duties) {
    const progress = state.duties.get(duty.id);
    consider(progress === undefined ? undefined : nextTurn(duty, progress));
    if (progress?.open !== undefined && !progress.open.overdue) consider(overdueAt(duty, progress.open.dueAt));
  }
  for (const order of state.orders) for (const at of momentsOf(order, state, now)) consider(at);
  return best === Infinity ? undefined : best;
}

function momentsOf(order: WorkOrder, state: CalendarState, now: number): readonly (number | undefined)[] {
  const told = momentsToTell(order)
    .filter(({ what }) => !order.told.includes(what))
    .map(({ at }) => at);
  if (order.state !== "planned") return told;
  const gates = order.gates.map(({ expiresAt }) => expiresAt);
  return [...told, ...gates, order.notBefore, ...openingsFor(order, state, now)];
}

/** When a window opens next or a freeze ends. */
function openingsFor(order: WorkOrder, { calendar }: CalendarState, now: number): readonly (number | undefined)[] {
  const environment = order.environment === undefined ? undefined : calendar.environments.get(order.environment);
  const frozen = (environment?.frozen ?? calendar.frozen).map(({ until }) => until);
  const opens = (environment?.windows ?? []).map(({ line }) => {
    const index = indexAfter(line, now);
    const opening = openingAt(line, index);
    return opening !== undefined && opening.from <= now ? openingAt(line, index + 1)?.from : opening?.from;
  });
  return [...frozen, ...opens];
}
