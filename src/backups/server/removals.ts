import { sql } from "kysely";
import type { Instant } from "../../kernel/instant.ts";
import { asJson, type Store } from "../../store/store.ts";
import type { ReadRemoval } from "../removal/record.ts";
import type { Listed } from "./catalogue.ts";
import type { BackupTables } from "./tables.ts";
import { forgetUnread, readUnread, type Unread } from "./unread.ts";

/*
 * Removals that were done without this server, as they are written down in the repositories: what a signed one names did not go
 * behind our back.
 */

const unread: Unread = { table: "backup_removals", said: "said" };

/** That they are there; what they say is read by and by. */
export async function keepRemovalsListed(
  store: Store,
  environment: string,
  { removals }: Pick<Listed, "removals">,
): Promise<void> {
  await forgetUnread(store, unread, environment, removals);
  if (removals.length === 0) return;
  await store
    .tables<BackupTables>()
    .insertInto("backup_removals")
    .values(removals.map(({ id, at }) => ({ environment, id, at, said: null, untrusted: null, asked_at: null })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Reads removals that were not read yet, a few at a time, and then goes by those that are signed. */
export async function readRemovals(
  store: Store,
  environment: string,
  now: Instant,
  read: (id: string) => Promise<ReadRemoval>,
): Promise<void> {
  await readUnread(store, unread, { environment, now }, async (id) => {
    const { removal, untrusted } = await read(id);
    await store
      .tables<BackupTables>()
      .updateTable("backup_removals")
      .set({ said: asJson(removal), at: removal.at as Instant, untrusted: untrusted ?? null })
      .where("environment", "=", environment)
      .where("id", "=", id)
      .execute();
  });
  await explainGone(store, environment);
}

/**
 * What went was removed by the signed removal that names it, unless it was seen a day after that was begun: then it did not go by it.
 * So one that was broken off excuses nobody for long.
 */
async function explainGone(store: Store, environment: string): Promise<void> {
  await sql`
    update backups set removed_by = removal.id
    from backup_removals removal
    where backups.environment = ${environment} and removal.environment = backups.environment
      and backups.gone_at is not null and backups.removed_by is null
      and removal.said is not null and removal.untrusted is null
      and backups.last_seen <= removal.at + interval '1 day'
      and exists (select from jsonb_array_elements(removal.said -> 'backups') named where named ->> 'id' = backups.id)`.execute(
    store.tables(),
  );
}

/** What removals that nobody goes by say of backups, by their ids: who removed it, and why that is not believed. */
export async function untrustedRemovals(store: Store, environment: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ readonly backup: string; readonly by: string; readonly untrusted: string }>`
    select named ->> 'id' as backup, left(said ->> 'by', 200) as by, untrusted
    from backup_removals, jsonb_array_elements(said -> 'backups') named
    where environment = ${environment} and untrusted is not null and said is not null
    order by at`.execute(store.tables());
  return new Map(
    rows.map(({ backup, by, untrusted }) => [backup, `A removal by ${by} that is written down there ${untrusted}.`]),
  );
}
