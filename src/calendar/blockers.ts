import type { CompiledWindow, EnvironmentCalendar } from "./compiled.ts";
import { neededMinutes } from "./estimate.ts";
import type { CalendarState, Use } from "./state.ts";
import { indexAfter, longEnough, type Opening, openAt, openingAt } from "./time-line.ts";
import type { Span } from "./windows.ts";
import type { Gate, GateName, WorkOrder } from "./work-order.ts";
import { minute } from "./zone.ts";

/** Why a work order may not start now. Moments are milliseconds since 1970. */
export type Blocker =
  | { readonly kind: "not-planned" }
  | { readonly kind: "planned-later"; readonly at: number }
  | { readonly kind: "emergency-stop"; readonly reason: string }
  | { readonly kind: "clock-set-back"; readonly lastDecidedAt: number }
  | { readonly kind: "frozen"; readonly until: number }
  | { readonly kind: "no-environment"; readonly environment: string | undefined }
  | { readonly kind: "no-window" }
  | { readonly kind: "window-closed"; readonly opens: number }
  | { readonly kind: "turn-used"; readonly turn: string }
  | { readonly kind: "does-not-fit"; readonly needed: number; readonly left: number }
  | { readonly kind: "no-change-request" }
  | { readonly kind: "gate"; readonly gate: GateName; readonly answer: "shut" | "unknown"; readonly why: string }
  | { readonly kind: "another-running"; readonly order: string };

/** Where a disruptive work order may be done: an opening that is not used up and has room for it and its way back. */
export interface Room {
  readonly opening: Opening;
  /** undefined: the window may be used as often as it opens. */
  readonly turn: string | undefined;
  /** From then on it would not fit any more. */
  readonly latestStart: number;
  /** From then on there is no time left to put everything back before the window closes. */
  readonly pointOfNoReturn: number;
}

/** Either there is nothing against starting, and where; or every reason there is. */
export type Verdict =
  | { readonly kind: "may-start"; readonly room: Room | undefined }
  | { readonly kind: "wait"; readonly why: readonly Blocker[] };

/** Whether a work order may start, with every reason against it rather than the first. */
export function mayStart(order: WorkOrder, state: CalendarState, now: number): Verdict {
  const why = [...againstAnyWork(order, state, now), ...againstTheOrder(order, now)];
  if (order.emergency !== undefined)
    return why.length === 0 ? { kind: "may-start", room: undefined } : { kind: "wait", why };
  const frozenUntil = frozenNow(order, state, now);
  if (frozenUntil !== undefined) why.push({ kind: "frozen", until: frozenUntil });
  if (!order.disruptive) return why.length === 0 ? { kind: "may-start", room: undefined } : { kind: "wait", why };
  const found = roomNow(order, state, now);
  if (Array.isArray(found)) return { kind: "wait", why: [...why, ...found] };
  return why.length === 0 ? { kind: "may-start", room: found } : { kind: "wait", why };
}

const running = new WeakMap<readonly WorkOrder[], readonly WorkOrder[]>();

/** Those that are running; worked out once for each list, as every order that waits asks for them. */
function runningIn(orders: readonly WorkOrder[]): readonly WorkOrder[] {
  const found = running.get(orders) ?? orders.filter(({ state }) => state === "running");
  running.set(orders, found);
  return found;
}

/** Clocks of two servers may differ by so much. */
const skew = 2 * minute;

function againstAnyWork(order: WorkOrder, state: CalendarState, now: number): Blocker[] {
  const why: Blocker[] = [];
  if (state.stop !== undefined) why.push({ kind: "emergency-stop", reason: state.stop.reason });
  if (state.lastDecidedAt !== undefined && now < state.lastDecidedAt - skew)
    why.push({ kind: "clock-set-back", lastDecidedAt: state.lastDecidedAt });
  const before = runningIn(state.orders).find(
    (other) => other.id !== order.id && other.environment === order.environment,
  );
  if (before !== undefined) why.push({ kind: "another-running", order: before.id });
  return why;
}

function againstTheOrder(order: WorkOrder, now: number): Blocker[] {
  const why: Blocker[] = [];
  if (order.state === "proposed") why.push({ kind: "not-planned" });
  if (order.notBefore !== undefined && now < order.notBefore) why.push({ kind: "planned-later", at: order.notBefore });
  // An emergency may be quicker than its paperwork; that the link is missing stays a finding.
  if (order.changes && order.changeRequest === undefined && order.emergency === undefined)
    why.push({ kind: "no-change-request" });
  return [...why, ...order.gates.flatMap((gate) => shutGate(gate, now))];
}

/** A gate opens only on an answer that says so, names what it rests on, and is not too old. */
function shutGate({ name, answer, why, expiresAt, evidence }: Gate, now: number): Blocker[] {
  if (answer !== "open") return [{ kind: "gate", gate: name, answer, why }];
  if (expiresAt !== undefined && expiresAt <= now)
    return [{ kind: "gate", gate: name, answer: "unknown", why: `its answer is too old: ${why}` }];
  if (evidence === undefined)
    return [{ kind: "gate", gate: name, answer: "unknown", why: "its answer names no evidence" }];
  return [];
}

function frozenNow({ environment }: WorkOrder, { calendar }: CalendarState, now: number): number | undefined {
  const own = environment === undefined ? undefined : calendar.environments.get(environment);
  const inForce = (own?.frozen ?? calendar.frozen).find((span) => isIn(span, now));
  return inForce?.until;
}

function isIn({ from, until }: Span, at: number): boolean {
  return from <= at && at < until;
}

function roomNow(order: WorkOrder, state: CalendarState, now: number): Room | Blocker[] {
  const environment = order.environment === undefined ? undefined : state.calendar.environments.get(order.environment);
  if (environment === undefined) return [{ kind: "no-environment", environment: order.environment }];
  const against: Blocker[] = [];
  for (const compiled of environment.windows) {
    const opening = openAt(compiled.line, now);
    if (opening === undefined) continue;
    const room = roomIn(order, compiled, opening);
    const used = usedTurn(environment, room, state.uses);
    if (used !== undefined) against.push({ kind: "turn-used", turn: used });
    else if (now > room.latestStart)
      against.push({
        kind: "does-not-fit",
        needed: neededMinutes(order.estimate),
        left: Math.floor((opening.until - now) / minute),
      });
    else return room;
  }
  if (against.length > 0) return against;
  const opens = nextRoom(order, environment, state.uses, now)?.opening.from;
  return [opens === undefined ? { kind: "no-window" } : { kind: "window-closed", opens }];
}

function roomIn(order: WorkOrder, { window }: CompiledWindow, opening: Opening): Room {
  return {
    opening,
    turn: opening.turn === undefined ? undefined : `${window.cadence} ${opening.turn}`,
    latestStart: opening.until - neededMinutes(order.estimate) * minute,
    pointOfNoReturn: opening.until - order.estimate.rollbackMinutes * minute,
  };
}

/** The turn of a room, when another opening of it was used already. */
function usedTurn({ name }: EnvironmentCalendar, { turn, opening }: Room, uses: readonly Use[]): string | undefined {
  if (turn === undefined) return undefined;
  const elsewhere = uses.some((use) => use.environment === name && use.turn === turn && use.from !== opening.from);
  return elsewhere ? turn : undefined;
}

/** The first opening from `from` on in which a work order has room; undefined when the compiled time has none. */
export function nextRoom(
  order: WorkOrder,
  environment: EnvironmentCalendar,
  uses: readonly Use[],
  from: number,
): Room | undefined {
  const length = neededMinutes(order.estimate) * minute;
  let best: Room | undefined;
  for (const compiled of environment.windows) {
    let place = longEnough(compiled.line, indexAfter(compiled.line, from), from, length);
    while (place !== undefined) {
      const opening = openingAt(compiled.line, place);
      if (opening === undefined || (best !== undefined && opening.from >= best.opening.from)) break;
      const room = roomIn(order, compiled, opening);
      if (usedTurn(environment, room, uses) === undefined) {
        best = room;
        break;
      }
      place = longEnough(compiled.line, place + 1, from, length);
    }
  }
  return best;
}
