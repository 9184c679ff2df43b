import type { Instant } from "../kernel/instant.ts";
import type { Hold } from "../platform/hold.ts";
import type { Store } from "../store/store.ts";
import { isMeant, isSeen } from "./holds.ts";
import type { ObservationTables } from "./tables.ts";

/** What is held down now, the longest held first. What was given back counts for as long as it has to come up (`holdsForMillis`). */
export async function liveHolds(store: Store, now: Instant): Promise<readonly Hold[]> {
  return store
    .tables<ObservationTables>()
    .selectFrom("component_holds")
    .select(["environment", "component", "workload", "by", "since"])
    .where(isSeen(now))
    .where(isMeant(now))
    .orderBy("since")
    .orderBy("workload")
    .execute();
}

/** By whose marks something stands still in an environment: also of those who are gone, or hang. */
export async function holdersSeen(store: Store, environment: string, now: Instant): Promise<readonly string[]> {
  const rows = await store
    .tables<ObservationTables>()
    .selectFrom("component_holds")
    .select("by")
    .where("environment", "=", environment)
    .where(isSeen(now))
    .execute();
  return rows.map(({ by }) => by);
}
