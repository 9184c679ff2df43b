import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { standings } from "../observations/store-read.ts";
import type { Store } from "../store/store.ts";
import type { Symptom } from "./symptom.ts";

/** How often a symptom shows now, and the first place where it does. */
export interface Showing {
  readonly count: number;
  readonly where: string;
}

interface Open {
  readonly rule: string;
  readonly count: number;
  readonly subject: string;
  readonly environment: string | null;
}

/** Symptom's id → where it shows now, of what the reader may see. One that is not here does not show, or cannot be seen. */
export async function showingNow(
  store: Store,
  now: Instant,
  visible: readonly string[] | undefined,
): Promise<ReadonlyMap<Symptom["id"], Showing>> {
  const seen = visible === undefined ? sql`true` : sql`environment = any(${[...visible]}::text[])`;
  const { rows } = await sql<Open>`
    select rule, count(*)::int as count, (array_agg(subject order by urgency, id))[1] as subject,
      (array_agg(environment order by urgency, id))[1] as environment
    from finding where state = 'open' and ${seen} group by rule`.execute(store.tables());
  const found = new Map<string, Showing>(
    rows.map(({ rule, count, subject, environment }) => [
      `rule:${rule}`,
      { count, where: inPlace(subject, environment) },
    ]),
  );
  const bad = await standings(store, now, { environments: visible, state: "unhealthy" });
  for (const [id, all] of Map.groupBy(bad, ({ system, probe }) => `probe:${system}:${probe}`)) {
    const [first] = all;
    if (first !== undefined)
      found.set(id, { count: all.length, where: `${inPlace(first.component, first.environment)}: ${first.evidence}` });
  }
  return found;
}

function inPlace(what: string, environment: string | null): string {
  return environment === null ? what : `${what} in ${environment}`;
}
