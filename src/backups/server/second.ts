import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { asJson, type Store } from "../../store/store.ts";
import type { DescribedSecond } from "./described.ts";
import type { BackupTables } from "./tables.ts";

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
  const tables = store.tables<BackupTables>();
  try {
    const row = { at: now, seen_at: now, why: null, seen: asJson(await ask()) };
    await tables
      .insertInto("backup_second")
      .values({ environment, ...row })
      .onConflict((conflict) => conflict.column("environment").doUpdateSet(row))
      .execute();
  } catch (thrown) {
    if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
    const row = { at: now, why: messageOf(thrown) };
    await tables
      .insertInto("backup_second")
      .values({ environment, seen_at: null, seen: null, ...row })
      .onConflict((conflict) => conflict.column("environment").doUpdateSet(row))
      .execute();
  }
}

async function isDue(store: Store, environment: string, now: Instant): Promise<boolean> {
  const row = await kept(store, environment);
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

async function kept(store: Store, environment: string) {
  return store
    .tables<BackupTables>()
    .selectFrom("backup_second")
    .selectAll()
    .where("environment", "=", environment)
    .executeTakeFirst();
}

export async function knownSecond(store: Store, environment: string): Promise<KnownSecond> {
  const row = await kept(store, environment);
  return {
    seenAt: row?.seen_at ?? undefined,
    unseen: row === undefined ? "it was not looked at yet" : (row.why ?? undefined),
    said: row?.seen ?? undefined,
  };
}
