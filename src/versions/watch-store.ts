import { type Selectable, sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Pin } from "../platform/pin.ts";
import { asJson, type Store } from "../store/store.ts";
import type { OutdatedRow } from "./outdated.ts";

interface FreshnessTables {
  readonly freshness: {
    readonly source: string;
    readonly pin_id: string;
    readonly environment: string;
    readonly kind: Pin["kind"];
    readonly name: string;
    readonly state: OutdatedRow["state"];
    readonly urgency: number;
    readonly pinned: string;
    readonly answer: OutdatedRow;
    readonly asked_at: Instant;
    readonly answered: boolean;
    readonly state_since: Instant;
  };
}

export type FreshnessRow = Selectable<FreshnessTables["freshness"]>;

/** What presses most comes first in lists. */
const order: readonly OutdatedRow["state"][] = ["end-of-life", "behind", "unknown", "current"];

/** What was asked about which pin, and when. */
export function keptPins(
  store: Store,
): Promise<readonly Pick<FreshnessRow, "source" | "pin_id" | "pinned" | "asked_at" | "answered">[]> {
  return store
    .tables<FreshnessTables>()
    .selectFrom("freshness")
    .select(["source", "pin_id", "pinned", "asked_at", "answered"])
    .execute();
}

/** Takes out every pin that is not among these. */
export async function forgetPins(
  store: Store,
  there: readonly { readonly source: string; readonly id: string }[],
): Promise<void> {
  const sources = there.map(({ source }) => source);
  const ids = there.map(({ id }) => id);
  await sql`
    delete from freshness where not exists (
      select from unnest(${sources}::text[], ${ids}::text[]) as there (source, id)
      where there.source = freshness.source and there.id = freshness.pin_id)`.execute(store.tables());
}

/**
 * Keeps answers in place of earlier ones. An upstream that could not be asked takes nothing away: of an unchanged pin the
 * last answer stays, with its age, and is asked for again when its turn comes.
 */
export async function keepFreshness(
  store: Store,
  answers: readonly {
    readonly source: string;
    readonly pin: Pin;
    readonly answer: OutdatedRow;
    readonly mark: string;
  }[],
  now: Instant,
): Promise<void> {
  if (answers.length === 0) return;
  const rows = answers.map(({ source, pin, answer, mark }) => ({
    source,
    pin_id: pin.id,
    environment: pin.environment ?? "",
    kind: pin.kind,
    name: pin.name,
    state: answer.state,
    urgency: order.indexOf(answer.state),
    pinned: mark,
    answer: asJson(answer),
    asked_at: now,
    answered: answer.source !== null,
    state_since: now,
  }));
  await store
    .tables<FreshnessTables>()
    .insertInto("freshness")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["source", "pin_id"]).doUpdateSet({
        environment: sql`excluded.environment`,
        kind: sql`excluded.kind`,
        name: sql`excluded.name`,
        pinned: sql`excluded.pinned`,
        asked_at: sql`excluded.asked_at`,
        answered: sql`excluded.answered`,
        state: unlessUnknown("state"),
        urgency: unlessUnknown("urgency"),
        answer: unlessUnknown("answer"),
        state_since: sql`case when ${stays} or excluded.state = freshness.state then freshness.state_since else excluded.state_since end`,
      }),
    )
    .execute();
}

const stays = sql<boolean>`(excluded.state = 'unknown' and excluded.pinned = freshness.pinned)`;

function unlessUnknown<T>(column: "state" | "urgency" | "answer") {
  return sql<T>`case when ${stays} then freshness.${sql.ref(column)} else excluded.${sql.ref(column)} end`;
}

export interface FreshnessFilter {
  readonly state?: OutdatedRow["state"] | undefined;
  readonly environment?: string | undefined;
  readonly kind?: Pin["kind"] | undefined;
  readonly source?: string | undefined;
  readonly visible: readonly string[] | undefined;
}

/** What presses most first, then by name; one more than `limit` where there are more. */
export async function listFreshness(
  store: Store,
  filter: FreshnessFilter,
  page: { readonly after: readonly [number, string, string, string] | undefined; readonly limit: number },
): Promise<readonly FreshnessRow[]> {
  let query = store.tables<FreshnessTables>().selectFrom("freshness").selectAll();
  for (const column of ["state", "environment", "kind", "source"] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(column, "=", value);
  }
  if (filter.visible !== undefined) query = query.where(sql<boolean>`environment = any(${filter.visible})`);
  const { after } = page;
  if (after !== undefined)
    query = query.where(
      sql<boolean>`(urgency, name, pin_id, source) > (${after[0]}::int, ${after[1]}, ${after[2]}, ${after[3]})`,
    );
  return query
    .orderBy("urgency")
    .orderBy("name")
    .orderBy("pin_id")
    .orderBy("source")
    .limit(page.limit + 1)
    .execute();
}
