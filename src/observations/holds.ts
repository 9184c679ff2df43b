import { type RawBuilder, sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { ObservationTables } from "./tables.ts";

/*
 * Components whose workloads the fence of a backup or a restore holds down. That is planned: what their probes miss meanwhile is no
 * trouble. A fence that outlives its run is.
 */

/** A workload as it is seen held. */
export interface SeenHold {
  /** deployment mlops/mlflow */
  readonly workload: string;
  readonly component: string;
  readonly by: string;
  /** Probes of the component that may have no answer meanwhile; undefined: any of them. */
  readonly probes: readonly string[] | undefined;
  /** When its holder, who is gone, said last that it was there; undefined: it is there. */
  readonly leftAt: Instant | undefined;
}

/** So long after it was seen last: what was given back takes its time to come up, and a cluster may not answer for a look or two. */
export const holdsForMillis = 180_000;

/** Large ones take a night. Whoever holds something for longer hangs, and nobody may be told of it otherwise. */
const longestHoldMillis = 24 * 3_600_000;

/** Of a row of `component_holds`: it counts still. */
export function isSeen(now: Instant): RawBuilder<boolean> {
  return sql`component_holds.seen_at > ${instantOf(Date.parse(now) - holdsForMillis)}`;
}

/** Of a row that counts still: its holder is there, and does not hang. */
export function isMeant(now: Instant): RawBuilder<boolean> {
  return sql`(component_holds.left_at is null and component_holds.since > ${instantOf(Date.parse(now) - longestHoldMillis)})`;
}

/** Keeps what is held in an environment now. What is not among them any more counts for a while yet. */
export async function keepHolds(
  store: Store,
  environment: string,
  seen: readonly SeenHold[],
  now: Instant,
): Promise<void> {
  const tables = store.tables<ObservationTables>();
  for (const { workload, component, by, probes, leftAt } of seen) {
    const quiet = probes === undefined ? null : [...probes];
    await tables
      .insertInto("component_holds")
      .values({
        environment,
        workload,
        component,
        by,
        probes: quiet,
        since: now,
        seen_at: now,
        left_at: leftAt ?? null,
      })
      .onConflict((conflict) =>
        conflict.columns(["environment", "workload"]).doUpdateSet({
          component,
          by,
          probes: quiet,
          since: sql<Instant>`case when component_holds.by = ${by} then component_holds.since else ${now} end`,
          seen_at: now,
          left_at: leftAt ?? null,
        }),
      )
      .execute();
  }
  await tables
    .deleteFrom("component_holds")
    .where((row) => row.not(isSeen(now)))
    .execute();
}
