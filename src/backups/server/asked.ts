import { InputError, messageOf, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { asJson, type Store } from "../../store/store.ts";
import type { BackupTables } from "./tables.ts";

/** What is asked of far away, seldom, is kept: what was answered last, and why it is not known now. */
interface AskedTables {
  readonly backup_second: BackupTables["backup_second"];
  readonly backup_foreign: BackupTables["backup_foreign"];
}

export async function keptAnswer<Table extends keyof AskedTables>(
  store: Store,
  table: Table,
  environment: string,
): Promise<AskedTables[Table] | undefined> {
  const row = await store
    .tables<AskedTables>()
    .selectFrom<keyof AskedTables>(table)
    .selectAll()
    .where("environment", "=", environment)
    .executeTakeFirst();
  return row as AskedTables[Table] | undefined;
}

/** Asks, and keeps what was answered; where nobody answers what was answered before stays, with the reason. */
export async function keepAnswer<Table extends keyof AskedTables>(
  store: Store,
  table: Table,
  { environment, now }: { readonly environment: string; readonly now: Instant },
  ask: () => Promise<NonNullable<AskedTables[Table]["seen"]>>,
): Promise<void> {
  const answered = await ask().then(
    (seen) => ({ seen_at: now, why: null, seen: asJson(seen) }),
    (thrown: unknown) => {
      if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
      return { why: messageOf(thrown) };
    },
  );
  const row = { at: now, ...answered };
  await store
    .tables<AskedTables>()
    .insertInto<keyof AskedTables>(table)
    .values({ environment, seen_at: null, seen: null, ...row })
    .onConflict((conflict) => conflict.column("environment").doUpdateSet(row))
    .execute();
}
