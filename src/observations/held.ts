import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { holdsForMillis, longestHoldMillis } from "./holds.ts";
import type { ObservationTables } from "./tables.ts";

/** A workload that is held down, on purpose and for now: its holder is there, and does not hang. */
export interface LiveHold {
  readonly environment: string;
  readonly component: string;
  /** deployment mlops/mlflow */
  readonly workload: string;
  readonly by: string;
  readonly since: Instant;
}

/** What is held down now, the longest held first. What was given back counts for as long as it has to come up (`holdsForMillis`). */
export async function liveHolds(store: Store, now: Instant): Promise<readonly LiveHold[]> {
  return store
    .tables<ObservationTables>()
    .selectFrom("component_holds")
    .select(["environment", "component", "workload", "by", "since"])
    .where("seen_at", ">", instantOf(Date.parse(now) - holdsForMillis))
    .where("since", ">", instantOf(Date.parse(now) - longestHoldMillis))
    .where(sql<boolean>`left_at is null`)
    .orderBy("since")
    .orderBy("workload")
    .execute();
}
