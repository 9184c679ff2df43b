import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { wordsOfHold } from "../platform/hold.ts";
import type { Store } from "../store/store.ts";
import { isMeant, isSeen } from "./holds.ts";
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
  /** What holds down on purpose what of its component it asks, so that nobody can tell how it is; never of one that answers well, or of upkeep. */
  readonly held?: HeldDown | undefined;
}

export interface HeldDown {
  readonly by: string;
  readonly since: Instant;
  /** Whether only a part of the component is: what its other probes say counts. */
  readonly isPart: boolean;
}

export interface StandingFilter {
  readonly environments?: readonly string[] | undefined;
  readonly component?: string | undefined;
  readonly state?: ObservedState | undefined;
  /** Key of the last row of the page before. */
  readonly after?: readonly [string, string, string, string] | undefined;
  readonly limit?: number | undefined;
}

type Row = ObservationTables["observation"] & {
  /** What counts: how it looked, how old that is, and whether it is held down. */
  readonly effective: ObservedState;
  readonly held_by: string | null;
  readonly held_since: Instant | null;
  readonly held_seen: Instant | null;
  readonly held_left: Instant | null;
  readonly held_part: boolean | null;
};

/** By environment, component, probe and subject. */
export async function standings(store: Store, now: Instant, filter: StandingFilter = {}): Promise<readonly Standing[]> {
  const { environments, component, state, after, limit } = filter;
  const isWell = sql<boolean>`(state in ('healthy', 'absent') and stale_at >= ${now})`;
  const effective = sql<ObservedState>`case
    when held_by is not null and not ${isWell} then case when held_meant then 'unknown' else 'unhealthy' end
    when stale_at < ${now} then 'unknown' else state end`;
  let query = store
    .tables<ObservationTables>()
    .selectFrom("observation")
    .leftJoinLateral(
      (tables) =>
        tables
          .selectFrom("component_holds")
          .select(["by as held_by", "since as held_since", "seen_at as held_seen", "left_at as held_left"])
          .select([sql<boolean>`probes is not null`.as("held_part"), isMeant(now).as("held_meant")])
          .whereRef("component_holds.environment", "=", "observation.environment")
          .whereRef("component_holds.component", "=", "observation.component")
          // A probe that does not need the workload answers without it.
          .where(sql<boolean>`(probes is null or observation.probe = any(probes))`)
          .where(isSeen(now))
          .orderBy("left_at", (order) => order.asc().nullsLast())
          .orderBy("component_holds.since")
          .limit(1)
          .as("held"),
      (join) => join.on("tells", "!=", "upkeep"),
    )
    .selectAll("observation")
    .select(["held_by", "held_since", "held_seen", "held_left", "held_part", effective.as("effective")])
    .orderBy("environment")
    .orderBy("component")
    .orderBy("probe")
    .orderBy("subject");
  if (environments !== undefined)
    query = query.where("environment", "in", environments.length === 0 ? [""] : [...environments]);
  if (component !== undefined) query = query.where("component", "=", component);
  if (state !== undefined) query = query.where(effective, "=", state);
  if (after !== undefined)
    query = query.where(sql<boolean>`(environment, component, probe, subject) > (${sql.join([...after])})`);
  const rows = await (limit === undefined ? query : query.limit(limit)).execute();
  return rows.map(standingOf);
}

function standingOf(row: Row): Standing {
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
    state: row.effective,
    value: undefined,
  };
  if (row.effective === row.state && (row.held_by === null || isGood(row)))
    return {
      ...place,
      value: row.value ?? undefined,
      evidence: row.evidence,
      howToLearn: row.how_to_learn ?? undefined,
    };
  if (row.held_by !== null && row.held_since !== null)
    return { ...place, ...heldDown(row, { by: row.held_by, since: row.held_since, isPart: row.held_part === true }) };
  const evidence = `not looked at since ${minuteOf(at)}; it was ${row.state} then`;
  return { ...place, evidence, howToLearn: "See whether a worker runs: millwright status" };
}

function isGood({ effective }: Row): boolean {
  return effective === "healthy" || effective === "absent";
}

function heldDown(
  { effective, held_left: left, held_seen: seen, evidence }: Row,
  held: HeldDown,
): Pick<Standing, "evidence" | "howToLearn" | "held"> {
  const words = wordsOfHold(held);
  if (effective === "unknown")
    return {
      held,
      evidence: `${words}, seen last at ${minuteOf(seen ?? held.since)}; ${evidence}`,
      howToLearn: "Wait until that has ended: it is given back then, and comes up.",
    };
  const why =
    left === null
      ? "for more than a day: see whether that still works, and end it where it hangs"
      : `which was there last at ${minuteOf(left)}: the next run gives it back, by hand see docs/backups.md`;
  return { evidence: `${words}, ${why}; ${evidence}`, howToLearn: undefined };
}

function minuteOf(at: Instant): string {
  return `${at.slice(0, 16)}Z`;
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
