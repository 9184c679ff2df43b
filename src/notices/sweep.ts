import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";

/** Forgets notices of which nothing waits and nothing is dead, after so many days; says how many. */
export async function sweepNotices(store: Store, now: Instant, days: number): Promise<number> {
  const before = instantOf(Date.parse(now) - days * 86_400_000);
  return store.transaction(async (part) => {
    const { rows } = await sql<{ id: number }>`
      select id from notices
      where created_at < ${before} and routed_at is not null
        and not exists (select from notice_deliveries where notice_id = notices.id and state <> 'sent')
      order by id limit 10000`.execute(part.tables());
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await sql`delete from notice_deliveries where notice_id = any(${ids}::bigint[])`.execute(part.tables());
    await sql`delete from notices where id = any(${ids}::bigint[])`.execute(part.tables());
    return ids.length;
  });
}
