import { SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import type { BackupTables } from "./tables.ts";

/** How large a repository was at a moment. */
export interface KnownSize {
  readonly at: Instant;
  readonly bytes: number;
}

/** It reads the whole index: once a day is enough for a trend. */
const everyMillis = 24 * 3_600_000;

/** Asks how large the repository is when a day has gone by; one that does not answer is asked at the next tick. */
export async function keepSize(
  store: Store,
  environment: string,
  now: Instant,
  ask: () => Promise<number>,
): Promise<void> {
  const [last] = await knownSizes(store, environment, 1);
  if (last !== undefined && Date.parse(now) - Date.parse(last.at) < everyMillis) return;
  try {
    const bytes = await ask();
    await store.tables<BackupTables>().insertInto("backup_sizes").values({ environment, at: now, bytes }).execute();
  } catch (thrown) {
    if (!(thrown instanceof SystemError)) throw thrown;
  }
}

/** The newest first. */
export async function knownSizes(store: Store, environment: string, most: number): Promise<readonly KnownSize[]> {
  return store
    .tables<BackupTables>()
    .selectFrom("backup_sizes")
    .select(["at", "bytes"])
    .where("environment", "=", environment)
    .orderBy("at", "desc")
    .limit(most)
    .execute();
}
