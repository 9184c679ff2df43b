import { sql } from "kysely";
import type { Store } from "../../store/store.ts";
import type { BackupTables } from "./tables.ts";

/*
 * Which run removes a backup is written down before it does: what it removes did not go behind our back, also where it is killed.
 */

/** Of those that are there: what is gone went otherwise. */
export async function markRemoved(
  store: Store,
  environment: string,
  ids: readonly string[],
  run: string,
): Promise<void> {
  await named(store, environment, ids).set({ removed_by: run }).where("gone_at", "is", null).execute();
}

/** The run did not remove them after all. */
export async function unmarkRemoved(store: Store, environment: string, ids: readonly string[]): Promise<void> {
  await named(store, environment, ids).set({ removed_by: null }).execute();
}

function named(store: Store, environment: string, ids: readonly string[]) {
  return store
    .tables<BackupTables>()
    .updateTable("backups")
    .where("environment", "=", environment)
    .where("id", "in", ["", ...ids]);
}

/** What went by a run. */
export async function removedBy(store: Store, environment: string, run: string): Promise<ReadonlySet<string>> {
  const rows = await store
    .tables<BackupTables>()
    .selectFrom("backups")
    .select("id")
    .where("environment", "=", environment)
    .where("removed_by", "=", run)
    .where("gone_at", "is not", null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Which of these a run is about to remove, in words. */
export async function aboutToGo(store: Store, environment: string, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ readonly id: string; readonly run: string }>`
    select backups.id, runs.id as run from backups join runs on runs.id = removed_by
    where backups.environment = ${environment} and backups.id = any(${[...ids]}::text[]) and runs.ended_at is null
    order by backups.id`.execute(store.tables());
  return rows.map(({ id, run }) => `${id} is being removed by the run ${run}`);
}

/** What is there was removed by nobody, but for a run that is about to: when it goes after that, it goes behind our back. */
export async function forgetMarks(store: Store, environment: string): Promise<void> {
  await sql`
    update backups set removed_by = null
    where environment = ${environment} and gone_at is null and removed_by is not null
      and not exists (select from runs where id = removed_by and ended_at is null)`.execute(store.tables());
}
