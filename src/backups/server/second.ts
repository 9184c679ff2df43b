import type { Instant } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import { keepAnswer, keptAnswer } from "./asked.ts";
import type { DescribedSecond } from "./described.ts";
import type { BackupTables } from "./tables.ts";
import { notLookedAt } from "./unseen.ts";

/** How the second repository stands, as it was asked last. */
export interface KnownSecond {
  readonly seenAt: Instant | undefined;
  /** Why it is not known now. */
  readonly unseen: string | undefined;
  readonly said: DescribedSecond | undefined;
}

/** Both repositories are asked, one of them far away. */
const everyMillis = 10 * 60_000;

/**
 * Asks when its time has come: every ten minutes while all is well, at each tick while something is on its way or wrong, and when a
 * backup is new here. What was answered before stays when nobody answers.
 */
export async function lookAtSecond(
  store: Store,
  environment: string,
  now: Instant,
  ask: () => Promise<DescribedSecond>,
): Promise<void> {
  if (!(await isDue(store, environment, now))) return;
  await keepAnswer(store, "backup_second", { environment, now }, ask);
}

async function isDue(store: Store, environment: string, now: Instant): Promise<boolean> {
  const row = await keptAnswer(store, "backup_second", environment);
  if (row === undefined || row.at > now || row.why !== null || row.seen?.kind !== "current") return true;
  if (Date.parse(now) - Date.parse(row.at) >= everyMillis) return true;
  const newer = await store
    .tables<BackupTables>()
    .selectFrom("backups")
    .select("id")
    .where("environment", "=", environment)
    .where("first_seen", ">=", row.at)
    .limit(1)
    .execute();
  return newer.length > 0;
}

export async function knownSecond(store: Store, environment: string): Promise<KnownSecond> {
  const row = await keptAnswer(store, "backup_second", environment);
  return {
    seenAt: row?.seen_at ?? undefined,
    unseen: row === undefined ? notLookedAt : (row.why ?? undefined),
    said: row?.seen ?? undefined,
  };
}
