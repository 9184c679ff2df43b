import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Standing } from "../observations/store-read.ts";
import { millwright } from "../platform/actor.ts";
import type { Store } from "../store/store.ts";
import { changeIncident, type IncidentRow, type IncidentTables } from "./store.ts";

/*
 * An incident says when what it came from is well again, and when it is not any more. It stays as it is otherwise: whether it is
 * over is for a person to say.
 */

/** That what an incident came from is well. */
export interface Well {
  readonly since: Instant;
  readonly text: string;
}

/** What an incident came from. */
export interface Origin {
  readonly key: string;
  readonly environment: string | undefined;
  readonly component: string | undefined;
  readonly beganAt: Instant;
}

const minute = 60_000;
/** So long it has to be well before that is said, twice as long each time after that: what flaps fills no timeline. */
const firstHoldMillis = 2 * minute;
const longestHoldMillis = 60 * minute;

/** Writes down of incidents from such a source that what they came from is well again; says of how many. */
export async function tellWell(
  store: Store,
  source: "probe" | "rule",
  now: Instant,
  wellOf: (part: Store, origin: Origin) => Promise<Well | undefined>,
): Promise<number> {
  return store.transaction(async (part) => {
    const rows = await part
      .tables<IncidentTables>()
      .selectFrom("incidents")
      .selectAll()
      .where("source", "=", source)
      .where("source_key", "is not", null)
      .where("state", "<>", "closed")
      .where("well_since", "is", null)
      .orderBy("id")
      .forUpdate()
      .skipLocked()
      .execute();
    let told = 0;
    for (const row of rows) {
      const well = await wellOf(part, originOf(row));
      if (well === undefined || Date.parse(now) - Date.parse(well.since) < (await holdOf(part, row.id))) continue;
      const event = { at: now, kind: "recovered" as const, actor: millwright, text: well.text };
      await changeIncident(part, row.id, { well_since: well.since }, event);
      told += 1;
    }
    return told;
  });
}

function originOf(row: IncidentRow & { readonly source_key: string | null }): Origin {
  return {
    key: row.source_key ?? "",
    environment: row.environment ?? undefined,
    component: row.component ?? undefined,
    beganAt: row.began_at,
  };
}

async function holdOf(store: Store, id: number): Promise<number> {
  const { rows } = await sql<{ readonly told: number }>`
    select count(*)::int as told from incident_events where incident_id = ${id} and kind = 'recovered'`.execute(
    store.tables(),
  );
  return Math.min(longestHoldMillis, firstHoldMillis * 2 ** (rows[0]?.told ?? 0));
}

interface Changed {
  readonly probe: string;
  readonly at: Instant;
  readonly after: "healthy" | "absent" | "gone";
}

/**
 * Since when a component's probes answer again. undefined while one of them says otherwise, nothing of it answers, or one that was
 * known since the trouble began is not now: it may be the very one.
 */
export async function answersAgain(
  store: Store,
  standings: readonly Standing[],
  { environment, component, beganAt }: Origin,
): Promise<Well | undefined> {
  const own = standings.filter((one) => one.environment === environment && one.component === component);
  const asked = own.filter(({ tells }) => tells !== "upkeep");
  if (!asked.some(({ state }) => state === "healthy")) return undefined;
  if (asked.some((one) => one.state === "unhealthy" || isLost(one, beganAt))) return undefined;
  const { rows } = await sql<Changed>`
    select probe, at, after from observation_change
    where environment = ${environment} and component = ${component} and at >= ${beganAt} and before is not null
    and after in ('healthy', 'absent', 'gone')
    and probe <> all(${own.filter(({ tells }) => tells === "upkeep").map(({ probe }) => probe)}::text[])
    order by at desc, number desc limit 50`.execute(store.tables());
  const [last] = rows;
  if (last === undefined) return undefined;
  const probes = [...new Set(rows.flatMap(({ probe, after }) => (after === "healthy" ? [probe] : [])))].toSorted();
  const what =
    probes.length === 0
      ? `what was in trouble of ${component} is there no more`
      : `${probes.join(", ")} of ${component} ${probes.length === 1 ? "answers" : "answer"} again`;
  return { since: last.at, text: `${what} since ${last.at}.` };
}

function isLost({ state, knownAt, held }: Standing, beganAt: Instant): boolean {
  return held !== undefined || (state === "unknown" && knownAt !== undefined && knownAt >= beganAt);
}
