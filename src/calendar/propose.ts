import { idOf } from "../kernel/digest.ts";
import { deadlineOf } from "./clocks.ts";
import type { Decision } from "./decision.ts";
import { type Duty, overdueAt } from "./duties.ts";
import { assumed } from "./estimate.ts";
import { momentAfter } from "./recurrence.ts";
import { type CalendarState, type FindingToPlan, togetherKey } from "./state.ts";
import type { Gate, GateName, WorkOrder } from "./work-order.ts";

/**
 * The work orders that open findings and due duties ask for and that there never were, and those that have become pointless.
 * Ids follow from what an order is for, so that the same one is never proposed twice; one that was cancelled does not come
 * back for the same finding.
 */
export function decideOrders(state: CalendarState, now: number): Decision[] {
  const wanted = [...findingOrders(state, now), ...dutyOrders(state, now)];
  const proposed = wanted.filter(({ id }) => !state.everOrdered.has(id));
  return [...proposed.map((order): Decision => ({ kind: "propose", order })), ...pointless(state, proposed)];
}

function pointless(state: CalendarState, proposed: readonly WorkOrder[]): Decision[] {
  const followers = new Set(proposed.map(turnOfOrder));
  const open =
    state.findings === undefined ? undefined : new Set(state.findings.flatMap((one) => [one.id, togetherKey(one)]));
  return state.orders.flatMap((order): Decision[] => {
    const { id, origin } = order;
    if (order.state === "running") return [];
    if (origin.kind === "finding" && open !== undefined && !open.has(origin.together ?? origin.finding))
      return [{ kind: "cancel", order: id, why: "finding-closed" }];
    return origin.kind === "duty" && followers.has(turnOfOrder(order))
      ? [{ kind: "cancel", order: id, why: "superseded" }]
      : [];
  });
}

/** What the orders of one duty's turns in one environment have in common. */
function turnOfOrder({ origin, environment }: WorkOrder): string {
  return origin.kind === "duty" ? `${origin.duty} ${environment}` : "";
}

/** What every proposed work order has; who makes one gives the rest. */
export function newOrder(
  order: Pick<WorkOrder, "id" | "title" | "origin" | "createdAt"> & Partial<WorkOrder>,
): WorkOrder {
  const disruptive = order.disruptive ?? true;
  return {
    environment: undefined,
    component: undefined,
    severity: undefined,
    changes: disruptive,
    state: "proposed",
    notBefore: undefined,
    deadline: undefined,
    estimate: assumed(60),
    changeRequest: undefined,
    gates: [],
    emergency: undefined,
    procedure: undefined,
    startedAt: undefined,
    closesAt: undefined,
    told: [],
    ...order,
    disruptive,
  };
}

/** Gates that nobody answered yet. */
export function unanswered(names: readonly GateName[]): readonly Gate[] {
  return names.map((name) => ({
    name,
    answer: "unknown",
    why: "nobody answered yet",
    expiresAt: undefined,
    evidence: undefined,
  }));
}

/** One for all that is mended together, and none while one of the same is open. */
function findingOrders({ findings = [], orders }: CalendarState, now: number): WorkOrder[] {
  const busy = new Set(
    orders.flatMap(({ origin }) =>
      origin.kind === "finding" ? [origin.together ?? origin.finding, origin.finding] : [],
    ),
  );
  return [...Map.groupBy(findings, togetherKey)].flatMap(([key, all]) => {
    const taken = busy.has(key) || all.some(({ id }) => busy.has(id));
    const [newest, ...rest] = all.toSorted((a, b) => b.since - a.since || (a.id < b.id ? -1 : 1));
    return taken || newest === undefined ? [] : [orderForFindings(newest, [newest, ...rest], now)];
  });
}

/** The clock is the one that runs out first. */
function orderForFindings(newest: FindingToPlan, all: readonly FindingToPlan[], now: number): WorkOrder {
  const { together, rule, environment } = newest;
  const worst = all.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))[0] ?? newest;
  const deadlines = all.flatMap(({ severity, since }) => deadlineOf(severity, since) ?? []);
  const components = new Set(all.map(({ component }) => component));
  return newOrder({
    // A finding that was closed and came back has another beginning: that is new work. So is one that joins others after
    // their work was done or given up.
    id: idOf(["finding", newest.id, String(newest.since)]),
    title: all.length === 1 ? newest.title : `${together?.title ?? newest.title}: ${all.length} findings`,
    origin: {
      kind: "finding",
      finding: newest.id,
      rule,
      ...(together === undefined ? {} : { together: together.key }),
    },
    environment,
    component: components.size === 1 ? newest.component : undefined,
    severity: worst.severity,
    createdAt: now,
    deadline: deadlines.length === 0 ? undefined : Math.min(...deadlines),
    gates: unanswered(["approval"]),
  });
}

const severities = ["critical", "high", "medium", "low"];

function dutyOrders(state: CalendarState, now: number): WorkOrder[] {
  return state.calendar.duties.flatMap((duty) => {
    const open = state.duties.get(duty.id)?.open;
    if (open === undefined || duty.raises === undefined) return [];
    return environmentsFor(duty, state).map((environment) => orderForDuty(duty, open.dueAt, environment, now));
  });
}

/** Where a duty changes something: its own environment, else all but the local one that have its system. */
function environmentsFor(duty: Duty, { calendar }: CalendarState): readonly string[] {
  const all = [...calendar.environments.values()];
  const named =
    duty.environment === undefined
      ? all.filter(({ name }) => name !== "local")
      : all.filter(({ name }) => name === duty.environment);
  const system = duty.raises?.system;
  return named
    .filter(({ systems }) => system === undefined || systems === undefined || systems.has(system))
    .map(({ name }) => name);
}

function orderForDuty(duty: Duty, dueAt: number, environment: string, now: number): WorkOrder {
  return newOrder({
    id: idOf(["duty", duty.id, String(dueAt), environment]),
    title: `${duty.title} in ${environment}`,
    origin: { kind: "duty", duty: duty.id, dueAt },
    environment,
    component: duty.raises?.system,
    disruptive: duty.raises?.disruptive ?? false,
    changes: true,
    createdAt: now,
    // By its next turn at the latest; what is overdue earlier is said of the duty.
    deadline: Math.max(overdueAt(duty, dueAt), momentAfter(duty.recurrence, duty.zone, dueAt)),
    estimate: assumed(duty.lengthMinutes, Math.ceil(duty.lengthMinutes / 2)),
    gates: unanswered(["approval"]),
  });
}
