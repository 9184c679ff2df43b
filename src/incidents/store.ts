import { type Generated, sql } from "kysely";
import { patternOf } from "../access/paging.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import { asJson, type Store } from "../store/store.ts";
import type { TakenAlert } from "./alertmanager.ts";
import type {
  Incident,
  IncidentAlert,
  IncidentEvent,
  IncidentKind,
  IncidentSeverity,
  IncidentSource,
  IncidentState,
  Review,
} from "./incident.ts";

/** The tables of migration 0080. */
export interface IncidentTables {
  readonly incidents: {
    readonly id: Generated<number>;
    readonly kind: IncidentKind;
    readonly severity: IncidentSeverity;
    readonly title: string;
    readonly environment: string | null;
    readonly component: string | null;
    readonly state: IncidentState;
    readonly source: IncidentSource;
    readonly source_key: string | null;
    readonly began_at: Instant;
    readonly opened_at: Instant;
    readonly opened_by: Actor;
    readonly led_by: Actor | null;
    readonly acknowledged_at: Instant | null;
    readonly resolved_at: Instant | null;
    readonly closed_at: Instant | null;
    readonly called: Generated<number>;
    readonly called_at: Instant | null;
    readonly review_due_at: Instant | null;
    readonly review_reminded_at: Instant | null;
    readonly review: Review | null;
    /** Of migration 0108. */
    readonly well_since: Instant | null;
    readonly updated_at: Instant;
    readonly revision: Generated<number>;
  };
  readonly incident_events: {
    readonly incident_id: number;
    readonly number: number;
    readonly at: Instant;
    readonly kind: IncidentEvent["kind"];
    readonly actor: Actor;
    readonly text: string;
  };
  readonly incident_alerts: {
    readonly incident_id: number;
    readonly fingerprint: string;
    readonly status: IncidentAlert["status"];
    readonly labels: Readonly<Record<string, string>>;
    readonly starts_at: Instant;
    readonly seen_at: Instant;
  };
  /** Of migration 0105. */
  readonly held_alerts: {
    readonly fingerprint: string;
    readonly source_key: string;
    readonly environment: string;
    readonly component: string;
    readonly by: string;
    readonly alert: TakenAlert;
    readonly held_at: Instant;
  };
}

export interface IncidentRow {
  readonly id: number;
  readonly kind: IncidentKind;
  readonly severity: IncidentSeverity;
  readonly title: string;
  readonly environment: string | null;
  readonly component: string | null;
  readonly state: IncidentState;
  readonly source: IncidentSource;
  readonly began_at: Instant;
  readonly opened_at: Instant;
  readonly opened_by: Actor;
  readonly led_by: Actor | null;
  readonly acknowledged_at: Instant | null;
  readonly resolved_at: Instant | null;
  readonly closed_at: Instant | null;
  readonly review_due_at: Instant | null;
  readonly review: Review | null;
  readonly well_since: Instant | null;
  readonly revision: number;
}

export function incidentOf(row: IncidentRow): Incident {
  return {
    id: row.id,
    kind: row.kind,
    severity: row.severity,
    title: row.title,
    environment: row.environment ?? undefined,
    component: row.component ?? undefined,
    state: row.state,
    source: row.source,
    beganAt: row.began_at,
    openedAt: row.opened_at,
    openedBy: row.opened_by,
    ledBy: row.led_by ?? undefined,
    acknowledgedAt: row.acknowledged_at ?? undefined,
    resolvedAt: row.resolved_at ?? undefined,
    closedAt: row.closed_at ?? undefined,
    reviewDueAt: row.review_due_at ?? undefined,
    review: row.review ?? undefined,
    wellSince: row.well_since ?? undefined,
    revision: row.revision,
  };
}

export async function findIncident(store: Store, id: number): Promise<Incident | undefined> {
  const row = await store
    .tables<IncidentTables>()
    .selectFrom("incidents")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? undefined : incidentOf(row);
}

/** As `findIncident`, and nobody else changes it until the transaction ends. */
export async function lockIncident(store: Store, id: number): Promise<Incident | undefined> {
  const query = store.tables<IncidentTables>().selectFrom("incidents").selectAll().where("id", "=", id).forUpdate();
  const row = await query.executeTakeFirst();
  return row === undefined ? undefined : incidentOf(row);
}

export interface IncidentFilter {
  readonly state: IncidentState | "unclosed" | undefined;
  /** undefined: all, also those that belong to no environment. */
  readonly environments: readonly string[] | undefined;
  /** In the title, or the component's or environment's name. */
  readonly text?: string | undefined;
}

interface IncidentQuery extends IncidentFilter {
  readonly before: number | undefined;
  readonly limit: number;
}

/** Incidents, newest first. */
export async function listIncidents(store: Store, wanted: IncidentQuery): Promise<readonly Incident[]> {
  const { before, limit } = wanted;
  let query = incidentsThat(store, wanted).selectAll().orderBy("id", "desc").limit(limit);
  if (before !== undefined) query = query.where("id", "<", before);
  return (await query.execute()).map(incidentOf);
}

/** How many incidents fit, whatever the page. */
export async function totalIncidents(store: Store, filter: IncidentFilter): Promise<number> {
  const query = incidentsThat(store, filter).select(sql<number>`count(*)::int`.as("total"));
  return (await query.executeTakeFirstOrThrow()).total;
}

function incidentsThat(store: Store, { state, environments, text }: IncidentFilter) {
  let query = store.tables<IncidentTables>().selectFrom("incidents");
  if (state === "unclosed") query = query.where("state", "<>", "closed");
  else if (state !== undefined) query = query.where("state", "=", state);
  if (environments !== undefined) query = query.where(sql<boolean>`environment = any(${[...environments]}::text[])`);
  if (text === undefined) return query;
  const pattern = patternOf(text);
  return query.where(
    sql<boolean>`(title ilike ${pattern} or component ilike ${pattern} or environment ilike ${pattern})`,
  );
}

/** What happened, in order. */
export async function timelineOf(store: Store, id: number): Promise<readonly IncidentEvent[]> {
  return store
    .tables<IncidentTables>()
    .selectFrom("incident_events")
    .select(["number", "at", "kind", "actor", "text"])
    .where("incident_id", "=", id)
    .orderBy("number")
    .execute();
}

export async function alertsOf(store: Store, id: number): Promise<readonly IncidentAlert[]> {
  return store
    .tables<IncidentTables>()
    .selectFrom("incident_alerts")
    .select(["fingerprint", "status", "labels", "starts_at as startsAt"])
    .where("incident_id", "=", id)
    .orderBy("starts_at")
    .orderBy("fingerprint")
    .execute();
}

/** What of an incident changes, besides its revision. */
export type Change = Partial<
  Pick<
    IncidentTables["incidents"],
    | "severity"
    | "state"
    | "acknowledged_at"
    | "resolved_at"
    | "closed_at"
    | "called_at"
    | "review_due_at"
    | "review_reminded_at"
    | "well_since"
  > & { readonly called: number; readonly led_by: Actor; readonly review: Review }
>;

/** Changes an incident that the caller has locked, and writes down what happened. */
export async function changeIncident(
  store: Store,
  id: number,
  change: Change,
  event: Omit<IncidentEvent, "number">,
): Promise<Incident> {
  const { led_by, review, ...rest } = change;
  const row = await store
    .tables<IncidentTables>()
    .updateTable("incidents")
    .set(({ eb }) => ({
      ...rest,
      ...(led_by === undefined ? {} : { led_by: asJson(led_by) }),
      ...(review === undefined ? {} : { review: asJson(review) }),
      updated_at: event.at,
      revision: eb("revision", "+", 1),
    }))
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await addEvent(store, id, event);
  return incidentOf(row);
}

/** Writes down what happened. The incident's row is taken first, so that each event gets a number of its own. */
export async function addEvent(store: Store, id: number, event: Omit<IncidentEvent, "number">): Promise<void> {
  const tables = store.tables<IncidentTables>();
  await tables.updateTable("incidents").set({ updated_at: event.at }).where("id", "=", id).execute();
  const next = sql<number>`(select coalesce(max(number), 0) + 1 from incident_events where incident_id = ${id})`;
  const { at, kind, actor, text } = event;
  await tables
    .insertInto("incident_events")
    .values({
      incident_id: id,
      number: next,
      at,
      kind,
      actor: asJson(actor),
      text: text.toWellFormed().replaceAll("\0", "\ufffd"),
    })
    .execute();
}

/** The incidents that are not closed. */
export async function openIncidents(store: Store): Promise<readonly number[]> {
  const rows = await store
    .tables<IncidentTables>()
    .selectFrom("incidents")
    .select("id")
    .where("state", "<>", "closed")
    .execute();
  return rows.map(({ id }) => id);
}
