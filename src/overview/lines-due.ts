import { listBreakGlass } from "../access/break-glass.ts";
import { environmentsOf, mayUse } from "../access/role.ts";
import type { RouteContext } from "../access/route.ts";
import { overdueAt } from "../calendar/duties.ts";
import { sayMoment, sayTimes } from "../calendar/say.ts";
import { calendarKey } from "../calendar/service.ts";
import { listOrders } from "../calendar/store.ts";
import { openTurns } from "../calendar/store-duties.ts";
import type { OrderRow } from "../calendar/tables.ts";
import { day } from "../calendar/zone.ts";
import { listIncidents } from "../incidents/store.ts";
import { command, completion, type Line, place } from "./line.ts";
import { causesOfWork, type Told } from "./one-event.ts";

const soonMillis = 14 * day;
/** More is a list, not an overview. */
const most = 1000;

/** What people owe: duties, work whose clock runs out, reviews. */
export async function linesDue(context: RouteContext): Promise<readonly Told[]> {
  const [duties, work, reviews, emergencies] = await Promise.all([
    dutiesDue(context),
    workDue(context),
    reviewsDue(context),
    emergenciesDue(context),
  ]);
  return [...duties, ...work, ...reviews, ...emergencies];
}

async function dutiesDue({ store, now, services, principal }: RouteContext): Promise<readonly Line[]> {
  const open = await openTurns(store);
  return services
    .need(calendarKey)
    .compiled(now)
    .duties.filter(({ environment }) => mayUse(principal, "viewer", environment) || environment === undefined)
    .flatMap((duty): readonly Line[] => {
      const turn = open.get(duty.id);
      if (turn === undefined) return [];
      const dueAt = Date.parse(turn.due_at);
      const late = sayMoment(overdueAt(duty, dueAt), duty.zone.name);
      const overdue = turn.state === "overdue";
      return [
        {
          id: `due/duty/${duty.id}`,
          kind: "due",
          severity: overdue ? "high" : "medium",
          title: duty.title,
          why: `${overdue ? `overdue since ${late}` : `due since ${sayMoment(dueAt, duty.zone.name)}, overdue from ${late} on`}; it comes ${sayTimes(duty.recurrence)}`,
          since: turn.due_at,
          environment: duty.environment ?? null,
          count: 1,
          next: {
            label: `Do it and record what proves it: ${duty.evidence}`,
            cli: command(`duty complete ${duty.id}`, { evidence: "TEXT" }),
            route: place(`/work/duties/${duty.id}`),
            action: completion(duty.id),
          },
        },
      ];
    });
}

async function workDue({ store, now, principal }: RouteContext): Promise<readonly Told[]> {
  const visible = environmentsOf(principal, "viewer");
  const orders = await listOrders(store, { state: "open", environment: undefined, visible }, undefined, most);
  const clocks = orders.filter(({ deadline, state }) => deadline !== null && state !== "running");
  const pressing = clocks.filter(({ deadline }) => Date.parse(deadline ?? "") - Date.parse(now) < soonMillis);
  const waiting = orders.filter((order) => order.state === "proposed" && !pressing.includes(order));
  return [...pressing.map((order) => clockOf(order, now)), ...unplanned(waiting)];
}

function clockOf(order: OrderRow, now: string): Told {
  const lapsed = (order.deadline ?? "") < now;
  const isPlanned = order.state === "planned";
  return {
    id: `due/work/${order.id}`,
    kind: "due",
    severity: order.severity ?? (lapsed ? "high" : "medium"),
    title: order.title,
    why: `its clock ${lapsed ? "ran" : "runs"} out ${order.deadline}; it is ${order.state}`,
    since: order.created_at,
    environment: order.environment,
    ...(order.component === null ? {} : { component: order.component }),
    ...(order.origin.kind === "finding" ? { causes: causesOfWork(order.origin) } : {}),
    count: 1,
    next: {
      label: isPlanned ? "See why it has not started" : "Plan it",
      cli: command(`work show ${order.id}`),
      route: place(`/work/${order.id}`),
    },
  };
}

function unplanned(orders: readonly OrderRow[]): readonly Line[] {
  return [...Map.groupBy(orders, ({ environment }) => environment)].map(([environment, own]) => ({
    id: `due/unplanned/${environment ?? ""}`,
    kind: "due" as const,
    severity: "low" as const,
    title: own.length === 1 ? `Nobody planned: ${own[0]?.title ?? ""}` : `${own.length} work orders nobody planned`,
    why: "proposed work is done only once somebody plans it",
    since: own[0]?.created_at ?? null,
    environment,
    count: own.length,
    next: {
      label: "Plan or cancel",
      cli: command("work list", { state: "proposed", environment: environment ?? undefined }),
      route: place("/work", { state: "proposed", environment: environment ?? undefined }),
    },
  }));
}

async function reviewsDue({ store, now, principal }: RouteContext): Promise<readonly Line[]> {
  const environments = environmentsOf(principal, "viewer");
  const over = await listIncidents(store, { state: "resolved", environments, before: undefined, limit: most });
  return over
    .filter(({ review }) => review === undefined)
    .map((incident) => ({
      id: `due/review/${incident.id}`,
      kind: "due" as const,
      severity: (incident.reviewDueAt ?? now) < now ? ("high" as const) : ("medium" as const),
      title: `Review of incident ${incident.id}: ${incident.title}`,
      why: `it is over and was not reviewed${incident.reviewDueAt === undefined ? "" : `; due ${incident.reviewDueAt}`}`,
      since: incident.resolvedAt ?? incident.openedAt,
      environment: incident.environment ?? null,
      ...(incident.component === undefined ? {} : { component: incident.component }),
      count: 1,
      next: {
        label: "Review it",
        cli: command(`incident show ${incident.id}`),
        route: place(`/incidents/${incident.id}`),
      },
    }));
}

async function emergenciesDue({ store, principal }: RouteContext): Promise<readonly Line[]> {
  const environments = environmentsOf(principal, "viewer");
  const open = await listBreakGlass(store, { open: true, environments, after: undefined, limit: most });
  return open.map((taken) => ({
    id: `due/emergency/${taken.id}`,
    kind: "due" as const,
    severity: "high" as const,
    title: `Review of the emergency rights that ${taken.actor.name} took`,
    why: `nobody else has looked at it yet: ${taken.reason}`,
    since: taken.takenAt,
    environment: taken.environment,
    count: 1,
    next: {
      label: "Review it",
      cli: command(`emergency review ${taken.id}`, { review: "TEXT" }),
      route: place("/settings", { emergency: taken.id }),
      action: {
        method: "POST" as const,
        path: `/api/v1/emergencies/${taken.id}/review`,
        body: {},
        asks: ["review"],
        needs: "approver" as const,
        effect: "own" as const,
      },
    },
  }));
}
