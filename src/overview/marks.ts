import { sql } from "kysely";
import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { tableMarks } from "../store/table-marks.ts";

export const changeKinds = [
  "findings",
  "runs",
  "work",
  "duties",
  "incidents",
  "journal",
  "health",
  "inventory",
  "releases",
  "configuration",
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** How far each kind of thing had come: a text that is another one once something of it changed. */
export interface Marks {
  readonly at: Instant;
  readonly of: Readonly<Record<ChangeKind, string>>;
}

/** What of a kind is in no watched table, or changes there without being another thing to see: in one statement, of short lists. */
const counted = sql<Record<"work" | "duties" | "held" | "holds", string> & { readonly at: Instant }>`select
  date_trunc('milliseconds', now()) as at,
  (select concat(count(*), '-', sum(version)) from work_orders) as work,
  (select concat(count(*), '-', count(*) filter (where state = 'overdue'), '-', max(done_at)) from duty_turns) as duties,
  (select concat(count(*), '-', max(held_at)) from held_alerts) as held,
  (select concat(count(*), '-', max(since), max(left_at)) from component_holds) as holds`;

/**
 * A table's mark rather than its newest row: of two that are written at once the one that was begun first may be the last to be seen,
 * and is the older then.
 */
async function readMarks(store: Store): Promise<Marks> {
  const [tables, { rows }] = await Promise.all([tableMarks(store), counted.execute(store.tables())]);
  const [row] = rows;
  if (row === undefined) throw new Error("a select without from gave no row");
  const of = (table: string): string => tables.get(table) ?? "";
  return {
    at: row.at,
    of: {
      findings: of("finding_event"),
      runs: of("run_events"),
      work: row.work,
      duties: row.duties,
      incidents: `${of("incidents")} ${row.held}`,
      journal: of("journal_entries"),
      health: `${of("observation_change")} ${row.holds}`,
      inventory: of("observed_source"),
      releases: of("freshness"),
      configuration: of("configuration_in_force"),
    },
  };
}

/** Marks as read at most once in a while, however many people look on. */
export function sharedMarks(millis: number): (store: Store) => Promise<Marks> {
  let shared: Promise<Marks> | undefined;
  return (store) => {
    if (shared !== undefined) return shared;
    const reading = readMarks(store).finally(() => {
      setTimeout(() => {
        if (shared === reading) shared = undefined;
      }, millis).unref();
    });
    shared = reading;
    return reading;
  };
}

/** The kinds that changed from one mark to another. */
export function changedBetween(before: Marks["of"], after: Marks["of"]): readonly ChangeKind[] {
  return changeKinds.filter((kind) => before[kind] !== after[kind]);
}

const Kept = z.record(z.enum(changeKinds), z.string().max(100));

/** Marks as the id of an event. */
export function idOfMarks({ of }: Marks): string {
  return Buffer.from(JSON.stringify(of)).toString("base64url");
}

/** The marks that an id holds; undefined for one that is not ours. */
export function marksOfId(id: string | undefined): Marks["of"] | undefined {
  if (id === undefined || id.length > 4000) return undefined;
  try {
    const found = Kept.safeParse(JSON.parse(Buffer.from(id, "base64url").toString("utf8")));
    return found.success ? found.data : undefined;
  } catch {
    return undefined;
  }
}
