import { type Selectable, sql } from "kysely";
import { patternOf } from "../access/paging.ts";
import type { Component, Pin } from "../platform/pin.ts";
import { asJson, type Store } from "../store/store.ts";
import { type FindingTables, inChunks } from "./store-tables.ts";

export type ComponentRow = Selectable<FindingTables["observed_component"]>;
export type PinRow = Selectable<FindingTables["observed_pin"]>;
export type SourceRow = Selectable<FindingTables["observed_source"]>;

/** Keeps the components and pins of the last look at a source, in place of those of the look before. */
export async function recordInventory(
  store: Store,
  source: string,
  inventory: { readonly components: readonly Component[]; readonly pins: readonly Pin[] },
): Promise<void> {
  await store.transaction(async (part) => {
    const tables = part.tables<FindingTables>();
    await sql`select pg_advisory_xact_lock(hashtext(${source}))`.execute(tables);
    await tables.deleteFrom("observed_component").where("source", "=", source).execute();
    await tables.deleteFrom("observed_pin").where("source", "=", source).execute();
    for (const chunk of inChunks(componentRows(source, inventory.components)))
      await tables
        .insertInto("observed_component")
        .values(chunk.map((row) => ({ ...row, pins: asJson(row.pins) })))
        .execute();
    for (const chunk of inChunks(pinRows(source, inventory.pins)))
      await tables
        .insertInto("observed_pin")
        .values(chunk.map((row) => ({ ...row, pin: asJson(row.pin) })))
        .execute();
  });
}

/** One row for a name in an environment: what a repository says twice is one component with all its pins. */
function componentRows(source: string, components: readonly Component[]): readonly ComponentRow[] {
  const rows = new Map<string, ComponentRow>();
  for (const { name, environment, system, namespace, version, pins } of components) {
    const row = { source, name, environment: environment ?? "", system, namespace, version, pins };
    const key = `${name} ${row.environment}`;
    const other = rows.get(key);
    rows.set(key, other === undefined ? row : together(other, row));
  }
  return [...rows.values()];
}

function together(one: ComponentRow, other: ComponentRow): ComponentRow {
  return {
    ...one,
    system: one.system ?? other.system,
    namespace: one.namespace ?? other.namespace,
    version: one.version ?? other.version,
    pins: [...new Set([...one.pins, ...other.pins])],
  };
}

function pinRows(source: string, pins: readonly Pin[]): readonly PinRow[] {
  const rows = pins.map((pin) => ({
    source,
    id: pin.id,
    environment: pin.environment ?? "",
    state: pin.state,
    kind: pin.kind,
    name: pin.name,
    pin,
  }));
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

export interface ComponentFilter {
  readonly environment?: string | undefined;
  readonly system?: string | undefined;
  readonly source?: string | undefined;
  /** Anywhere in its name, system or version. */
  readonly text?: string | undefined;
  readonly visible: readonly string[] | undefined;
}

/** Components by name, environment, source; one more than `limit` where there are more. */
export async function listComponents(
  store: Store,
  filter: ComponentFilter,
  page: { readonly after: readonly [string, string, string] | undefined; readonly limit: number },
): Promise<readonly ComponentRow[]> {
  let query = componentsThat(store, filter).selectAll();
  const { after } = page;
  if (after !== undefined)
    query = query.where(sql<boolean>`(name, environment, source) > (${after[0]}, ${after[1]}, ${after[2]})`);
  return query
    .orderBy("name")
    .orderBy("environment")
    .orderBy("source")
    .limit(page.limit + 1)
    .execute();
}

/** How many components fit. */
export async function totalComponents(store: Store, filter: ComponentFilter): Promise<number> {
  const query = componentsThat(store, filter).select(sql<number>`count(*)::int`.as("total"));
  return (await query.executeTakeFirstOrThrow()).total;
}

function componentsThat(store: Store, { environment, system, source, text, visible }: ComponentFilter) {
  let query = store.tables<FindingTables>().selectFrom("observed_component");
  if (environment !== undefined) query = query.where("environment", "=", environment);
  if (system !== undefined) query = query.where("system", "=", system);
  if (source !== undefined) query = query.where("source", "=", source);
  if (visible !== undefined) query = query.where(sql<boolean>`environment = any(${visible})`);
  if (text === undefined) return query;
  const pattern = patternOf(text);
  return query.where(sql<boolean>`(name ilike ${pattern} or system ilike ${pattern} or version ilike ${pattern})`);
}

export interface PinFilter {
  readonly environment?: string | undefined;
  readonly state?: Pin["state"] | undefined;
  readonly kind?: Pin["kind"] | undefined;
  readonly name?: string | undefined;
  readonly source?: string | undefined;
  readonly visible: readonly string[] | undefined;
}

/** Pins by id and source; one more than `limit` where there are more. */
export async function listPins(
  store: Store,
  filter: PinFilter,
  page: { readonly after: readonly [string, string] | undefined; readonly limit: number },
): Promise<readonly PinRow[]> {
  let query = store.tables<FindingTables>().selectFrom("observed_pin").selectAll();
  for (const column of ["environment", "state", "kind", "name", "source"] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, "=", value);
  }
  if (filter.visible !== undefined) query = query.where(sql<boolean>`environment = any(${filter.visible})`);
  const { after } = page;
  if (after !== undefined) query = query.where(sql<boolean>`(id, source) > (${after[0]}, ${after[1]})`);
  return query
    .orderBy("id")
    .orderBy("source")
    .limit(page.limit + 1)
    .execute();
}

/** What was looked at last, by name. */
export function listSources(store: Store): Promise<readonly SourceRow[]> {
  return store.tables<FindingTables>().selectFrom("observed_source").selectAll().orderBy("source").execute();
}
