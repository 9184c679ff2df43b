import { sql } from "kysely";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";

/*
 * Records of a repository (drills, removals) are listed by their ids at each look; what they say is read by and by, as each is a
 * program that reads the repository.
 */

const mostAtOnce = 3;
/** What could not be read is tried again after so long: it may never be. */
const againMillis = 10 * 60_000;

/** Which records: their table, and the column that is null until they were read. */
export type Unread =
  | { readonly table: "backup_drills"; readonly said: "signed" }
  | { readonly table: "backup_removals"; readonly said: "said" };

interface UnreadTable {
  readonly environment: string;
  readonly id: string;
  readonly at: Instant;
  readonly asked_at: Instant | null;
  readonly signed: unknown;
  readonly said: unknown;
}

/** Both tables, as far as they are alike. */
function alike(store: Store) {
  return store.tables<Record<Unread["table"], UnreadTable>>();
}

/** What went before it was read is forgotten: nothing is known of it. */
export async function forgetUnread(
  store: Store,
  { table, said }: Unread,
  environment: string,
  listed: readonly { readonly id: string }[],
): Promise<void> {
  await alike(store)
    .deleteFrom(table)
    .where("environment", "=", environment)
    .where(said, "is", null)
    .where(sql<boolean>`id <> all(${listed.map(({ id }) => id)}::text[])`)
    .execute();
}

/** Reads some that were not read yet: the newest that was never asked for, then what waited longest. `read` keeps what it reads. */
export async function readUnread(
  store: Store,
  { table, said }: Unread,
  { environment, now }: { readonly environment: string; readonly now: Instant },
  read: (id: string) => Promise<void>,
): Promise<void> {
  const rows = await alike(store)
    .selectFrom(table)
    .select("id")
    .where("environment", "=", environment)
    .where(said, "is", null)
    .where((row) =>
      row.or([row("asked_at", "is", null), row("asked_at", "<=", instantOf(Date.parse(now) - againMillis))]),
    )
    .orderBy("asked_at", (order) => order.asc().nullsFirst())
    .orderBy("at", "desc")
    .limit(mostAtOnce)
    .execute();
  for (const { id } of rows) {
    const one = alike(store).updateTable(table).where("environment", "=", environment).where("id", "=", id);
    await one.set({ asked_at: now }).execute();
    try {
      await read(id);
    } catch (thrown) {
      // It is asked for again.
      if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
    }
  }
}
