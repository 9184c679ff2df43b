import { sql } from "kysely";
import { mayApprove } from "../access/approvers.ts";
import { environmentsOf, isSecondPerson, mayUse, type Principal } from "../access/role.ts";
import type { RouteContext } from "../access/route.ts";
import { listOrders } from "../calendar/store.ts";
import { enginePolicy } from "../engine/routes.ts";
import { type Run, stepOf } from "../engine/run.ts";
import { listRuns } from "../engine/store.ts";
import { certificatesIn } from "../incidents/cause.ts";
import type { Incident } from "../incidents/incident.ts";
import { listIncidents } from "../incidents/store.ts";
import type { Store } from "../store/store.ts";
import { knownKey } from "./known.ts";
import { command, type Line, type Next, place } from "./line.ts";
import { causesOfWork, certificateCauses, type Told } from "./one-event.ts";

const most = 500;

/** What is under way: runs, work done by hand, incidents, and whether anybody works at all. */
export async function linesRunning(context: RouteContext): Promise<readonly Told[]> {
  const { store, now, services, principal } = context;
  const environments = environmentsOf(principal, "viewer");
  const [runs, orders, incidents, workers, causes] = await Promise.all([
    listRuns(store, { environments, live: true, limit: most }),
    listOrders(store, { state: "running", environment: undefined, visible: environments }, undefined, most),
    listIncidents(store, { state: "unclosed", environments, before: undefined, limit: most }),
    services.need(knownKey).workers(store, now),
    causesOfIncidents(store),
  ]);
  const open = incidents.filter(({ state }) => state === "open" || state === "acknowledged");
  return [
    ...(workers === 0 ? [nobodyWorks(now)] : []),
    ...open.map(
      (incident): Told => ({
        id: `running/incident/${incident.id}`,
        kind: "running",
        severity: incident.severity,
        title: `Incident ${incident.id}: ${incident.title}`,
        ...saidOf(incident, causes.get(incident.id)),
        since: incident.beganAt,
        environment: incident.environment ?? null,
        ...(incident.component === undefined ? {} : { component: incident.component }),
        count: 1,
        next: nextOfIncident(incident.id, incident.state === "open"),
      }),
    ),
    ...runs.map((run) => lineOfRun(run, context)),
    ...orders
      .filter(({ run_id }) => run_id === null)
      .map(
        (order): Told => ({
          id: `running/work/${order.id}`,
          ...(order.origin.kind === "finding" ? { causes: causesOfWork(order.origin) } : {}),
          kind: "running",
          severity: "low",
          title: order.title,
          why: `a person does it${order.closes_at === null ? "" : `; its window closes ${order.closes_at}`}`,
          since: order.started_at,
          environment: order.environment,
          count: 1,
          next: {
            label: "Finish it, and say how it went",
            cli: command(`work show ${order.id}`),
            route: place(`/work/${order.id}`),
          },
        }),
      ),
  ];
}

interface Cause {
  /** What the finding says that it was opened for; null for one that was opened otherwise, or is gone. */
  readonly message: string | null;
  readonly causes: readonly string[];
}

/** What open incidents were opened for and what else was taken into them, by their numbers. */
async function causesOfIncidents(store: Store): Promise<ReadonlyMap<number, Cause>> {
  const { rows } = await sql<{
    incident: number;
    key: string | null;
    environment: string | null;
    message: string | null;
    texts: string;
  }>`
    select incidents.id as incident, source_key as key, incidents.environment, finding.message,
      coalesce((select string_agg(text, E'\n') from incident_events
        where incident_id = incidents.id and incident_events.kind in ('opened', 'note')), '') as texts
    from incidents left join finding on source_key = 'finding/' || finding.id
    where incidents.state in ('open', 'acknowledged') and source = 'rule' limit ${most}`.execute(store.tables());
  return new Map(
    rows.map(({ incident, key, environment, message, texts }) => [
      Number(incident),
      {
        message,
        causes: [
          ...(key === null ? [] : [key]),
          ...[...texts.matchAll(/\bfinding ([0-9a-f]{16})\b/g)].map(([, id]) => `finding/${id}`),
          ...certificateCauses(environment, certificatesIn(texts)),
        ],
      },
    ]),
  );
}

/** How an incident stands, and what it was opened for. */
function saidOf({ kind, state, ledBy }: Incident, cause: Cause | undefined) {
  const standing = `${kind}, ${state}${ledBy === undefined ? ", nobody leads it" : `, led by ${ledBy.name}`}`;
  const message = cause?.message ?? undefined;
  return { why: message === undefined ? standing : `${standing}: ${message}`, causes: cause?.causes ?? [] };
}

function nobodyWorks(now: string): Line {
  return {
    id: "running/workers",
    kind: "running",
    severity: "critical",
    title: "No worker lives",
    why: "nothing is observed, planned or done; what is shown is as old as its moment says",
    since: now,
    environment: null,
    count: 1,
    next: { label: "See how the server is", cli: command("status"), route: place("/settings", { tab: "workings" }) },
  };
}

function nextOfIncident(id: number, isOpen: boolean): Next {
  const route = place(`/incidents/${id}`);
  if (!isOpen) return { label: "Go on with it", cli: command(`incident show ${id}`), route };
  return {
    label: "Take it in hand",
    cli: command(`incident acknowledge ${id}`),
    route,
    action: {
      method: "POST",
      path: `/api/v1/incidents/${id}/acknowledge`,
      body: {},
      asks: [],
      needs: "operator",
      effect: "own",
    },
  };
}

/** Whether this person's yes would count: role, configuration, and another person where one is needed. */
function mayAgree(run: Run, { principal, services }: Pick<RouteContext, "principal" | "services">): boolean {
  const { environment, requestedBy } = run;
  if (!mayUse(principal, "approver", environment)) return false;
  if (!mayApprove(principal, environment, services.need(knownKey).server().approvers)) return false;
  return !services.need(enginePolicy).secondPerson(environment) || isOther(principal, requestedBy);
}

function isOther({ actor }: Principal, requestedBy: Run["requestedBy"]): boolean {
  return isSecondPerson(actor, requestedBy);
}

function lineOfRun(run: Run, context: RouteContext): Line {
  const held = run.state === "waiting" && run.waitsFor !== "time" && run.waitsFor !== "condition";
  const mine = run.waitsFor === "approval" && mayAgree(run, context);
  return {
    id: `running/run/${run.id}`,
    kind: "running",
    severity: mine || run.waitsFor === "decision" ? "high" : held || run.state === "paused" ? "medium" : "low",
    title: mine ? `Your approval is asked for: ${run.title}` : run.title,
    why: whyOf(run),
    since: run.createdAt,
    environment: run.environment,
    ...(run.links["component"] === undefined ? {} : { component: run.links["component"] }),
    count: 1,
    next: nextOfRun(run, mine),
  };
}

function whyOf(run: Run): string {
  const at = `step ${Math.max(0, run.position) + 1} of ${run.plan.steps.length}${stepOf(run) === undefined ? "" : `, ${stepOf(run)?.title ?? ""}`}`;
  if (run.waitsFor === null) return `${run.state}: ${at}; asked for by ${run.requestedBy.name}`;
  return `waits for ${run.waitsFor}${run.reason === null ? "" : `: ${run.reason.replace(/\.$/, "")}`}; ${at}; asked for by ${run.requestedBy.name}`;
}

function nextOfRun(run: Run, mine: boolean): Next {
  const route = place(`/runs/${run.id}`);
  if (!mine) return { label: "See it", cli: command(`run show ${run.id}`), route };
  return {
    label: "Look at the plan, then approve or refuse it",
    cli: command(`run approve ${run.id}`, { digest: run.digest }),
    route,
    action: {
      method: "POST",
      path: `/api/v1/runs/${run.id}/approve`,
      body: { digest: run.digest },
      asks: ["reason"],
      needs: "approver",
      effect: "outside",
    },
  };
}
