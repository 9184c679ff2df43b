import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { ObservationTables, ObservedState } from "./tables.ts";

/** What is known of a subject now. A look too old is *unknown*, whatever it said. */
export interface Standing {
  readonly environment: string;
  readonly component: string;
  readonly system: string;
  readonly tells: "own" | "whole" | "upkeep";
  readonly probe: string;
  readonly subject: string;
  readonly state: ObservedState;
  readonly value: string | number | boolean | undefined;
  readonly evidence: string;
  readonly howToLearn: string | undefined;
  readonly at: Instant;
  /** After three intervals without a look. */
  readonly staleAt: Instant;
  readonly since: Instant;
  readonly knownAt: Instant | undefined;
}

export interface StandingFilter {
  readonly environments?: readonly string[] | undefined;
  readonly component?: string | undefined;
  readonly state?: ObservedState | undefined;
  /** Key of the last row of the page before. */
  readonly after?: readonly [string, string, string, string] | undefined;
  readonly limit?: number | undefined;
}

type Row = ObservationTables["observation"];

/** By environment, component, probe and subject. */
export async function standings(store: Store, now: Instant, filter: StandingFilter = {}): Promise<readonly Standing[]> {
  const { environments, component, state, after, limit } = filter;
  const stale = sql<boolean>`stale_at < ${now}`;
  let query = store
    .tables<ObservationTables>()
    .selectFrom("observation")
    .selectAll()
    .orderBy("environment")
    .orderBy("component")
    .orderBy("probe")
    .orderBy("subject");
  if (environments !== undefined)
    query = query.where("environment", "in", environments.length === 0 ? [""] : [...environments]);
  if (component !== undefined) query = query.where("component", "=", component);
  if (state === "unknown") query = query.where((row) => row.or([row("state", "=", state), stale]));
  else if (state !== undefined) query = query.where("state", "=", state).where(sql<boolean>`not ${stale}`);
  if (after !== undefined)
    query = query.where(sql<boolean>`(environment, component, probe, subject) > (${sql.join([...after])})`);
  const rows = await (limit === undefined ? query : query.limit(limit)).execute();
  return rows.map((row) => standingOf(row, now));
}

function standingOf(row: Row, now: Instant): Standing {
  const { environment, component, system, tells, probe, subject, at, since } = row;
  const place = {
    environment,
    component,
    system,
    tells,
    probe,
    subject,
    at,
    staleAt: row.stale_at,
    since,
    knownAt: row.known_at ?? undefined,
  };
  if (row.stale_at < now && row.state !== "unknown") {
    const evidence = `not looked at since ${row.at.slice(0, 16)}Z; it was ${row.state} then`;
    return {
      ...place,
      state: "unknown",
      value: undefined,
      evidence,
      howToLearn: "See whether a worker runs: millwright status",
    };
  }
  return {
    ...place,
    state: row.state,
    value: row.value ?? undefined,
    evidence: row.evidence,
    howToLearn: row.how_to_learn ?? undefined,
  };
}

export interface ChangeRow {
  readonly number: number;
  readonly environment: string;
  readonly component: string;
  readonly probe: string;
  readonly subject: string;
  readonly at: Instant;
  readonly before: ObservedState | undefined;
  readonly after: ObservedState | "gone";
  readonly evidence: string;
}

/** The newest first. */
export async function stateChanges(
  store: Store,
  filter: {
    readonly environments?: readonly string[] | undefined;
    readonly component?: string | undefined;
    readonly before?: number | undefined;
    readonly limit: number;
  },
): Promise<readonly ChangeRow[]> {
  let query = store
    .tables<ObservationTables>()
    .selectFrom("observation_change")
    .selectAll()
    .orderBy("number", "desc")
    .limit(filter.limit);
  if (filter.environments !== undefined)
    query = query.where("environment", "in", filter.environments.length === 0 ? [""] : [...filter.environments]);
  if (filter.component !== undefined) query = query.where("component", "=", filter.component);
  if (filter.before !== undefined) query = query.where("number", "<", filter.before);
  const rows = await query.execute();
  return rows.map((row) => ({ ...row, before: row.before ?? undefined }));
}

export interface SeriesRow {
  readonly id: number;
  readonly name: string;
  readonly environment: string;
  readonly component: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SeriesFilter {
  readonly environments?: readonly string[] | undefined;
  readonly component?: string | undefined;
  readonly name?: string | undefined;
  readonly afterId?: number | undefined;
  readonly limit: number;
}

/** By id. */
export async function listSeries(store: Store, filter: SeriesFilter): Promise<readonly SeriesRow[]> {
  let query = store
    .tables<ObservationTables>()
    .selectFrom("series")
    .select(["id", "name", "environment", "component", "labels"])
    .orderBy("id")
    .limit(filter.limit);
  if (filter.environments !== undefined)
    query = query.where("environment", "in", filter.environments.length === 0 ? [""] : [...filter.environments]);
  if (filter.component !== undefined) query = query.where("component", "=", filter.component);
  if (filter.name !== undefined) query = query.where("name", "=", filter.name);
  if (filter.afterId !== undefined) query = query.where("id", ">", filter.afterId);
  return query.execute();
}

export async function findSeries(store: Store, id: number): Promise<SeriesRow | undefined> {
  return store
    .tables<ObservationTables>()
    .selectFrom("series")
    .select(["id", "name", "environment", "component", "labels"])
    .where("id", "=", id)
    .executeTakeFirst();
}

export interface Point {
  readonly at: Instant;
  readonly value: number;
}

/** Single measurements from `from` (included) to `to` (not included), oldest first. */
export async function samplesOf(
  store: Store,
  id: number,
  span: { readonly from: Instant; readonly to: Instant; readonly limit: number },
): Promise<readonly Point[]> {
  return store
    .tables<ObservationTables>()
    .selectFrom("sample")
    .select(["at", "value"])
    .where("series_id", "=", id)
    .where("at", ">=", span.from)
    .where("at", "<", span.to)
    .orderBy("at")
    .limit(span.limit)
    .execute();
}

export interface HourPoint {
  readonly at: Instant;
  readonly count: number;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** Measurements by the hour, oldest first. */
export async function hoursOf(
  store: Store,
  id: number,
  span: { readonly from: Instant; readonly to: Instant; readonly limit: number },
): Promise<readonly HourPoint[]> {
  const rows = await store
    .tables<ObservationTables>()
    .selectFrom("sample_hourly")
    .selectAll()
    .where("series_id", "=", id)
    .where("hour", ">=", span.from)
    .where("hour", "<", span.to)
    .orderBy("hour")
    .limit(span.limit)
    .execute();
  return rows.map(({ hour, count, sum, least, most }) => ({ at: hour, count, mean: sum / count, least, most }));
}
