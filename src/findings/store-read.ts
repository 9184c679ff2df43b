import { type Selectable, type SelectQueryBuilder, sql } from "kysely";
import { patternOf } from "../access/paging.ts";
import type { Store } from "../store/store.ts";
import type { Severity } from "../systems/contract.ts";
import { rankOf } from "./finding.ts";
import type { FindingState } from "./life-cycle.ts";
import type { FindingTables } from "./store-tables.ts";

export type FindingRow = Selectable<FindingTables["finding"]>;

export interface FindingFilter {
  /** Every state when left out. */
  readonly state?: FindingState | undefined;
  readonly severity?: Severity | undefined;
  readonly environment?: string | undefined;
  /** One rule, or several with commas between. */
  readonly rule?: string | undefined;
  readonly group?: string | undefined;
  /** Shown by this source at its last look. */
  readonly source?: string | undefined;
  /** Anywhere in title, subject, message, rule or id. */
  readonly text?: string | undefined;
  /** Whose subject names it: `chart/gitlab`, `postgresql/gitlab`. */
  readonly component?: string | undefined;
  /** Environments that the reader may see; undefined: everything, also what belongs to none. */
  readonly visible: readonly string[] | undefined;
}

/** Worst first, or by when they were first seen. */
export const findingOrders = ["worst", "newest", "oldest"] as const;

export interface FindingPage {
  readonly sort?: (typeof findingOrders)[number];
  /** The last row of the page before: its urgency or when it was first seen, and its id. */
  readonly after: readonly [at: number | string, id: string] | undefined;
  readonly limit: number;
}

/** Findings, worst first, production before the rest; one more than `limit` where there are more. */
export async function listFindings(
  store: Store,
  filter: FindingFilter,
  page: FindingPage,
): Promise<readonly FindingRow[]> {
  const { after, sort = "worst", limit } = page;
  const column = sort === "worst" ? "urgency" : "first_seen_at";
  const direction = sort === "newest" ? "desc" : "asc";
  let query = filtered(store.tables<FindingTables>().selectFrom("finding").selectAll(), filter);
  if (after !== undefined) {
    const side = sql.raw(sort === "newest" ? "<" : ">");
    query = query.where(sql<boolean>`(${sql.ref(column)}, id) ${side} (${after[0]}, ${after[1]})`);
  }
  return query
    .orderBy(column, direction)
    .orderBy("id", direction)
    .limit(limit + 1)
    .execute();
}

/** What of a finding says which work it asks for. */
export type FindingOutline = Pick<
  FindingRow,
  "id" | "rule" | "title" | "severity" | "environment" | "subject" | "first_seen_at"
>;

/** Open findings of these severities, so many at a time: whole, 50,000 of them would take 150 MB. */
export async function* openOutlines(
  store: Store,
  severities: readonly Severity[],
  atOnce: number,
): AsyncGenerator<readonly FindingOutline[]> {
  for (let after = ""; ; ) {
    const rows = await store
      .tables<FindingTables>()
      .selectFrom("finding")
      .select(["id", "rule", "title", "severity", "environment", "subject", "first_seen_at"])
      .where("state", "=", "open")
      .where("severity", "in", severities)
      .where("id", ">", after)
      .orderBy("id")
      .limit(atOnce)
      .execute();
    yield rows;
    const last = rows.at(-1);
    if (rows.length < atOnce || last === undefined) return;
    after = last.id;
  }
}

/** How many findings fit. */
export async function totalFindings(store: Store, filter: FindingFilter): Promise<number> {
  const query = filtered(store.tables<FindingTables>().selectFrom("finding").selectAll(), filter);
  const counted = query.clearSelect().select(sql<number>`count(*)::int`.as("total"));
  return (await counted.executeTakeFirstOrThrow()).total;
}

type Query = SelectQueryBuilder<FindingTables, "finding", FindingRow>;

function filtered(query: Query, filter: FindingFilter): Query {
  const { source, visible } = filter;
  let narrowed = query;
  for (const [column, value] of [
    ["state", filter.state],
    ["environment", filter.environment],
    ["rule_group", filter.group],
  ] as const)
    if (value !== undefined) narrowed = narrowed.where(column, "=", value);
  if (filter.rule !== undefined) narrowed = narrowed.where("rule", "in", filter.rule.split(","));
  if (visible !== undefined) narrowed = narrowed.where(sql<boolean>`environment = any(${visible})`);
  if (filter.severity !== undefined) {
    // A severity is a stretch of the order, so the index finds it.
    const first = rankOf(filter.severity) * 2;
    narrowed = narrowed.where("urgency", ">=", first).where("urgency", "<=", first + 1);
  }
  narrowed = withWords(narrowed, filter);
  if (source === undefined) return narrowed;
  return narrowed.where((where) =>
    where.exists(
      where
        .selectFrom("finding_sighting")
        .select("finding_id")
        .whereRef("finding_id", "=", "finding.id")
        .where("source", "=", source)
        .where("holds", "!=", "no"),
    ),
  );
}

function withWords(query: Query, { text, component }: FindingFilter): Query {
  const named =
    component === undefined
      ? query
      : query.where(sql<boolean>`${component} = any(string_to_array(substr(subject, strpos(subject, '/') + 1), '/'))`);
  if (text === undefined) return named;
  const pattern = patternOf(text);
  return named.where(
    sql<boolean>`(title ilike ${pattern} or subject ilike ${pattern} or message ilike ${pattern} or rule ilike ${pattern} or id ilike ${pattern})`,
  );
}

/** A finding with what each source says of it. */
export interface FindingHistory {
  readonly row: FindingRow;
  readonly sightings: readonly Selectable<FindingTables["finding_sighting"]>[];
  /** The newest first, at most 200. */
  readonly events: readonly Selectable<FindingTables["finding_event"]>[];
}

/** One finding with its history; undefined when there never was one of this id. */
export async function readFinding(store: Store, id: string): Promise<FindingHistory | undefined> {
  const tables = store.tables<FindingTables>();
  const [row, sightings, events] = await Promise.all([
    tables.selectFrom("finding").selectAll().where("id", "=", id).executeTakeFirst(),
    tables.selectFrom("finding_sighting").selectAll().where("finding_id", "=", id).orderBy("source").execute(),
    tables
      .selectFrom("finding_event")
      .selectAll()
      .where("finding_id", "=", id)
      .orderBy("number", "desc")
      .limit(200)
      .execute(),
  ]);
  return row === undefined ? undefined : { row, sightings, events };
}

/** How and where a finding is; undefined when there never was one of this id, null in `environment` when it belongs to none. */
export function whereFinding(
  store: Store,
  id: string,
): Promise<Pick<FindingRow, "environment" | "rule" | "state" | "state_since" | "closed_by"> | undefined> {
  return store
    .tables<FindingTables>()
    .selectFrom("finding")
    .select(["environment", "rule", "state", "state_since", "closed_by"])
    .where("id", "=", id)
    .executeTakeFirst();
}

export type FindingCount = Selectable<FindingTables["finding_count"]>;

/** How many findings there are in each state; the environment is empty for what belongs to none. */
export async function countFindings(
  store: Store,
  visible: readonly string[] | undefined,
): Promise<readonly FindingCount[]> {
  const query = store
    .tables<FindingTables>()
    .selectFrom("finding_count")
    .selectAll()
    .orderBy("environment")
    .orderBy("severity")
    .orderBy("state");
  return (visible === undefined ? query : query.where(sql<boolean>`environment = any(${visible})`)).execute();
}
