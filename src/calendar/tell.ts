import { type Instant, instantOf } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import type { JournalDraft, NoticeDraft } from "../platform/record.ts";
import type { CompiledCalendar } from "./compiled.ts";
import type { Decision } from "./decision.ts";
import type { Duty } from "./duties.ts";
import { sayMoment } from "./say.ts";
import type { Told, WorkOrder } from "./work-order.ts";

/** What a decision is about, for those who are told of it. */
export interface Subject {
  readonly calendar: CompiledCalendar;
  readonly orders: ReadonlyMap<string, WorkOrder>;
  readonly now: Instant;
}

/** The journal's entry for a decision that was carried out; undefined for those that are only noticed. */
// oxlint-disable-next-line complexity -- one case a kind
export function recordOf(decision: Decision, { calendar, orders, now }: Subject): JournalDraft | undefined {
  const common = { at: now, actor: millwright } as const;
  switch (decision.kind) {
    case "duty-missed": {
      const duty = dutyOf(decision.duty, calendar);
      return {
        ...common,
        kind: "duty",
        task: `Missed: ${duty?.title ?? decision.duty}`,
        environment: duty?.environment,
        issues: [
          decision.whileDown ? "it came due while Millwright was down" : "the next turn came before it was done",
        ],
        links: { duty: decision.duty },
        evidence: { dueAt: instantOf(decision.dueAt), whileDown: decision.whileDown },
      };
    }
    case "propose":
      return {
        ...common,
        kind: "work-order",
        task: `Proposed: ${decision.order.title}`,
        ...aboutOrder(decision.order),
      };
    case "cancel": {
      const order = orders.get(decision.order);
      if (order === undefined) return undefined;
      const why = decision.why === "superseded" ? "the duty's next turn came" : "its finding is closed";
      return {
        ...common,
        kind: "work-order",
        task: `Cancelled: ${order.title}`,
        ...aboutOrder(order),
        evidence: { why },
      };
    }
    case "start": {
      const order = orders.get(decision.order);
      if (order === undefined) return undefined;
      return {
        ...common,
        kind: "work-order",
        task: `Started: ${order.title}`,
        ...aboutOrder(order),
        evidence: { gates: order.gates, room: decision.room ?? "emergency or not disruptive" },
      };
    }
    case "duty-followed":
    case "duty-due":
    case "duty-overdue":
    case "tell":
    case "wait":
      return undefined;
  }
}

/** Environment and links of a work order, as an entry has them. */
export function aboutOrder(
  order: Pick<WorkOrder, "id" | "environment" | "changeRequest">,
): Pick<JournalDraft, "environment" | "links"> {
  return {
    environment: order.environment,
    links: {
      workOrder: order.id,
      ...(order.changeRequest === undefined ? {} : { changeRequest: order.changeRequest }),
    },
  };
}

/** The message to people for a decision; undefined when nobody need know. Two ticks give the same key. */
// oxlint-disable-next-line complexity -- one case a kind
export function noticeOf(decision: Decision, { calendar, orders }: Subject): NoticeDraft | undefined {
  switch (decision.kind) {
    case "duty-due":
    case "duty-overdue":
    case "duty-missed":
      return dutyNotice(decision, dutyOf(decision.duty, calendar));
    case "tell": {
      const order = orders.get(decision.order);
      return order === undefined ? undefined : orderNotice(decision.what, order, calendar);
    }
    case "start": {
      const order = orders.get(decision.order);
      if (order === undefined) return undefined;
      const opened = decision.room?.opening.from ?? order.notBefore ?? order.createdAt;
      return {
        key: `work-order ${order.id} may-start ${opened}`,
        severity: "warning",
        title: `May start now: ${order.title}`,
        text:
          decision.room === undefined
            ? "Nothing stands against it."
            : `Start it by ${sayMoment(decision.room.latestStart, zoneFor(order, calendar))}; later there is no room for its rollback.`,
        environment: order.environment,
        link: `/work-orders/${order.id}`,
      };
    }
    case "duty-followed":
    case "propose":
    case "cancel":
    case "wait":
      return undefined;
  }
}

type DutyDecision = Extract<Decision, { readonly kind: "duty-due" | "duty-overdue" | "duty-missed" }>;

function dutyNotice(decision: DutyDecision, duty: Duty | undefined): NoticeDraft | undefined {
  if (duty === undefined) return undefined;
  const said = {
    "duty-due": "Due",
    "duty-overdue": "Overdue",
    "duty-missed": "Missed",
  }[decision.kind];
  const down = decision.kind === "duty-missed" && decision.whileDown ? " Millwright was down when it came due." : "";
  return {
    key: `duty ${duty.id} ${decision.kind} ${decision.dueAt}`,
    severity: decision.kind === "duty-due" ? "info" : "warning",
    title: `${said}: ${duty.title}`,
    text: `It was due ${sayMoment(decision.dueAt, duty.zone.name)} and takes ${duty.lengthMinutes} min. What proves it: ${duty.evidence}.${down}`,
    environment: duty.environment,
    link: `/duties/${duty.id}`,
    ...(duty.owner === undefined ? {} : { audience: [duty.owner] }),
  };
}

const titles: Readonly<Record<Told, string>> = {
  "clock-running-out": "Its clock is running out",
  "clock-lapsed": "Its clock has run out",
  "point-of-no-return": "Decide now: go on, or put everything back",
  overrun: "Its window has closed and it is still running",
};

function orderNotice(what: Told, order: WorkOrder, calendar: CompiledCalendar): NoticeDraft {
  const zone = zoneFor(order, calendar);
  const isRunning = what === "point-of-no-return" || what === "overrun";
  const grave = isRunning || (what === "clock-lapsed" && (order.severity === "critical" || order.severity === "high"));
  const closes =
    order.closesAt === undefined
      ? ""
      : `Its window closes ${sayMoment(order.closesAt, zone)}; putting it back takes ${order.estimate.rollbackMinutes} min.`;
  const clock = order.deadline === undefined ? "" : `It is to be done by ${sayMoment(order.deadline, zone)}.`;
  return {
    key: `work-order ${order.id} ${what}`,
    severity: grave ? "critical" : "warning",
    title: `${titles[what]}: ${order.title}`,
    text: isRunning ? closes : clock,
    environment: order.environment,
    link: `/work-orders/${order.id}`,
  };
}

function dutyOf(id: string, { duties }: CompiledCalendar): Duty | undefined {
  return duties.find((duty) => duty.id === id);
}

/** The clock by which people in an environment live: that of its first window. */
export function zoneFor({ environment }: Pick<WorkOrder, "environment">, { environments }: CompiledCalendar): string {
  const own = environment === undefined ? undefined : environments.get(environment);
  return own?.windows[0]?.window.zone ?? "UTC";
}
