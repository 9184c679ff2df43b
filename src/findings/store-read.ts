import { type Selectable, type SelectQueryBuilder, sql } from "kysely";
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
  readonly rule?: string | undefined;
  readonly group?: string | undefined;
  /** Shown by this source at its last look. */
  readonly source?: string | undefined;
  /** Environments that the reader may see; undefined: everything, also what belongs to none. */
  readonly visible: readonly string[] | undefined;
}

export interface FindingPage {
  /** The last row of the page before. */
  readonly after: readonly [urgency: number, id: string] | undefined;
  readonly limit: number;
}

/** Findings, worst first, production before the rest; one more than `limit` where there are more. */
export async function listFindings(
  store: Store,
  filter: FindingFilter,
  page: FindingPage,
): Promise<readonly FindingRow[]> {
  let query = filtered(store.tables<FindingTables>().selectFrom("finding").selectAll(), filter);
  if (page.after !== undefined) query = query.where(sql<boolean>`(urgency, id) > (${page.after[0]}, ${page.after[1]})`);
  return query
    .orderBy("urgency")
    .orderBy("id")
    .limit(page.limit + 1)
    .execute();
}

type Query = SelectQueryBuilder<FindingTables, "finding", FindingRow>;

function filtered(query: Query, filter: FindingFilter): Query {
  const { source, visible } = filter;
  let narrowed = query;
  for (const [column, value] of [
    ["state", filter.state],
    ["environment", filter.environment],
    ["rule", filter.rule],
    ["rule_group", filter.group],
  ] as const)
    if (value !== undefined) narrowed = narrowed.where(column, "=", value);
  if (visible !== undefined) narrowed = narrowed.where(sql<boolean>`environment = any(${visible})`);
  if (filter.severity !== undefined) {
    // A severity is a stretch of the order, so the index finds it.
    const first = rankOf(filter.severity) * 2;
    narrowed = narrowed.where("urgency", ">=", first).where("urgency", "<=", first + 1);
  }
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
  const row = await tables.selectFrom("finding").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return undefined;
  const [sightings, events] = await Promise.all([
    tables.selectFrom("finding_sighting").selectAll().where("finding_id", "=", id).orderBy("source").execute(),
    tables
      .selectFrom("finding_event")
      .selectAll()
      .where("finding_id", "=", id)
      .orderBy("number", "desc")
      .limit(200)
      .execute(),
  ]);
  return { row, sightings, events };
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
