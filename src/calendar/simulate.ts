import { apply, withDutyDone, withOrder } from "./apply.ts";
import type { Blocker } from "./blockers.ts";
import { decide } from "./decide.ts";
import { type Decision, isChange } from "./decision.ts";
import { nextChange } from "./next-change.ts";
import { type CalendarState, type FindingToPlan, togetherKey } from "./state.ts";
import type { WorkOrder } from "./work-order.ts";
import { minute } from "./zone.ts";

/** What is assumed of the world: whatever can be prepared is ready in time, so that only time itself stands in the way. */
export interface SimulationInput {
  readonly state: CalendarState;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** Findings that come up on the way, at their `since`. */
  readonly arrivals?: readonly FindingToPlan[];
  /** Whether people do what is due; else everything that can be missed is. */
  readonly dutiesAreDone: boolean;
}

/** What became of one work order. */
export interface SimulatedOrder {
  readonly order: WorkOrder;
  readonly raisedAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** `lapsed`: its clock ran out first, or the next turn came; `open`: still waiting at the end. */
  readonly outcome: "done" | "late" | "lapsed" | "open";
  /** The reasons that held it when it was last looked at. */
  readonly why: readonly Blocker[];
}

export interface Simulation {
  readonly from: number;
  readonly until: number;
  readonly orders: readonly SimulatedOrder[];
  /** How often each duty came due and was missed. */
  readonly duties: ReadonlyMap<string, { readonly due: number; readonly missed: number }>;
  /** How many moments were looked at. */
  readonly looks: number;
}

/** Mutable only in here: a year has a thousand looks. */
interface Course {
  state: CalendarState;
  readonly orders: Map<string, SimulatedOrder>;
  readonly duties: Map<string, { due: number; missed: number }>;
  readonly running: Map<string, number>;
}

/** Plays the calendar through from `from` to `until`, from one moment at which something may change to the next. */
export function simulate(input: SimulationInput): Simulation {
  const looks = play(input);
  for (let step = looks.next(); ; step = looks.next()) if (step.done === true) return step.value;
}

/** As `simulate`, and lets others have their turn after each look: with a thousand orders a year takes seconds. */
export async function simulateAside(
  input: SimulationInput,
  giveWay: () => Promise<void>,
  signal: AbortSignal,
): Promise<Simulation> {
  const looks = play(input);
  for (let step = looks.next(); ; step = looks.next()) {
    if (step.done === true) return step.value;
    await giveWay();
    signal.throwIfAborted();
  }
}

function* play({ state, from, until, arrivals = [], dutiesAreDone }: SimulationInput): Generator<void, Simulation> {
  const course: Course = { state, orders: new Map(), duties: new Map(), running: new Map() };
  const coming = arrivals.toSorted((a, b) => a.since - b.since);
  let looks = 0;
  for (let now: number | undefined = from; now !== undefined && now < until; now = nextMoment(course, coming, now)) {
    while (coming[0] !== undefined && coming[0].since <= now) arrive(course, coming.shift());
    finish(course, now);
    // What was prepared in one look may start in the next.
    for (let again = true; again; looks += 1) {
      again = look(course, now, dutiesAreDone);
      yield;
    }
  }
  return { from, until, orders: [...course.orders.values()], duties: course.duties, looks };
}

function nextMoment(course: Course, coming: readonly FindingToPlan[], now: number): number | undefined {
  const ends = [...course.running.values(), coming[0]?.since ?? Infinity];
  const next = Math.min(nextChange(course.state, now) ?? Infinity, ...ends.filter((at) => at > now));
  return next === Infinity ? undefined : next;
}

function arrive(course: Course, finding: FindingToPlan | undefined): void {
  if (finding === undefined) return;
  course.state = { ...course.state, findings: [...(course.state.findings ?? []), finding] };
}

/** Ends the work that is through by now. */
function finish(course: Course, now: number): void {
  for (const [id, endsAt] of course.running) {
    if (endsAt > now) continue;
    course.running.delete(id);
    const order = course.state.orders.find((one) => one.id === id);
    course.state = withOrder(course.state, id, (one) => ({ ...one, state: "done" }));
    const origin = order?.origin;
    if (origin?.kind === "finding")
      course.state = {
        ...course.state,
        findings: course.state.findings?.filter((one) => togetherKey(one) !== (origin.together ?? origin.finding)),
      };
    note(course, id, (seen) => ({
      ...seen,
      endedAt: endsAt,
      outcome: (seen.order.deadline ?? Infinity) < endsAt ? "late" : "done",
    }));
  }
}

function note(course: Course, id: string, change: (seen: SimulatedOrder) => SimulatedOrder): void {
  const seen = course.orders.get(id);
  if (seen !== undefined) course.orders.set(id, change(seen));
}

/** One look; whether it changed anything. */
function look(course: Course, now: number, dutiesAreDone: boolean): boolean {
  const decisions = decide(course.state, now);
  course.state = apply(course.state, decisions, now);
  for (const decision of decisions) carryOut(course, decision, now, dutiesAreDone);
  return decisions.some(isChange);
}

// oxlint-disable-next-line complexity -- one case a kind
function carryOut(course: Course, decision: Decision, now: number, dutiesAreDone: boolean): void {
  switch (decision.kind) {
    case "duty-due":
    case "duty-missed":
      count(course, decision);
      if (decision.kind === "duty-due" && dutiesAreDone)
        course.state = withDutyDone(course.state, decision.duty, decision.dueAt);
      return;
    case "propose":
      prepare(course, decision.order, now);
      return;
    case "start": {
      const order = course.state.orders.find(({ id }) => id === decision.order);
      course.running.set(decision.order, now + (order?.estimate.forwardMinutes ?? 0) * minute);
      note(course, decision.order, (seen) => ({ ...seen, startedAt: now, why: [] }));
      return;
    }
    case "cancel":
      note(course, decision.order, (seen) => ({ ...seen, outcome: "lapsed" }));
      return;
    case "tell":
      if (decision.what === "clock-lapsed") note(course, decision.order, (seen) => ({ ...seen, outcome: "lapsed" }));
      return;
    case "wait":
      note(course, decision.order, (seen) => ({ ...seen, why: decision.why }));
      return;
    case "duty-followed":
    case "duty-overdue":
      return;
  }
}

function count({ duties }: Course, { kind, duty }: Extract<Decision, { readonly duty: string }>): void {
  const counted = duties.get(duty) ?? { due: 0, missed: 0 };
  if (kind === "duty-due") counted.due += 1;
  else counted.missed += 1;
  duties.set(duty, counted);
}

/** Everything that people prepare is there: the plan, the change request, a yes at every gate. */
function prepare(course: Course, order: WorkOrder, now: number): void {
  course.orders.set(order.id, {
    order,
    raisedAt: now,
    startedAt: undefined,
    endedAt: undefined,
    outcome: "open",
    why: [],
  });
  course.state = withOrder(course.state, order.id, (one) => ({
    ...one,
    state: "planned",
    changeRequest: one.changeRequest ?? "assumed",
    gates: [],
  }));
}
