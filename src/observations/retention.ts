import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { ensurePartitions } from "./store-samples.ts";

export interface MeasurementRetention {
  /** Single measurements. */
  readonly samplesDays: number;
  /** Measurements by the hour, and changes of state. */
  readonly hourlyDays: number;
}

const day = 86_400_000;

/**
 * Sums up the hours that are over, makes the next days' partitions and drops what is too old; to be called every hour or so.
 * A partition is dropped only in the transaction that has summed up its hours. Safe to repeat.
 */
export async function keepMeasurements(
  store: Store,
  now: Instant,
  retention: MeasurementRetention,
): Promise<{ readonly hours: number; readonly dropped: readonly string[] }> {
  return store.transaction(async (part) => {
    const millis = Date.parse(now);
    await ensurePartitions(
      part,
      [0, 1, 2].map((ahead) => instantOf(millis + ahead * day).slice(0, 10)),
    );
    const hours = await sumUpHours(part, now);
    const dropped = await dropPartitions(part, instantOf(millis - retention.samplesDays * day).slice(0, 10));
    const oldest = instantOf(millis - retention.hourlyDays * day);
    await sql`delete from sample_hourly where hour < ${oldest}`.execute(part.tables());
    await sql`delete from observation_change where at < ${oldest}`.execute(part.tables());
    // A series without any measurement left makes room for another.
    await sql`delete from series s where not exists (select from sample_hourly h where h.series_id = s.id)
      and not exists (select from sample a where a.series_id = s.id)`.execute(part.tables());
    return { hours, dropped };
  });
}

/** From three hours before the last one that was summed up: samples may come late. */
async function sumUpHours(store: Store, now: Instant): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into sample_hourly (series_id, hour, count, sum, least, most)
    select series_id, date_trunc('hour', at), count(*), sum(value), min(value), max(value)
    from sample
    where at < date_trunc('hour', ${now}::timestamptz)
      and at >= coalesce((select max(hour) - interval '3 hours' from sample_hourly), '-infinity'::timestamptz)
    group by 1, 2
    on conflict (series_id, hour) do update set
      count = excluded.count, sum = excluded.sum, least = excluded.least, most = excluded.most`.execute(store.tables());
  return Number(numAffectedRows ?? 0n);
}

/** Drops the partitions of days before `firstKept`. */
async function dropPartitions(store: Store, firstKept: string): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly name: string }>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'sample'::regclass order by 1`.execute(
    store.tables(),
  );
  const limit = `sample_${firstKept.replaceAll("-", "")}`;
  const old = rows.map(({ name }) => name).filter((name) => /^sample_\d{8}$/.test(name) && name < limit);
  for (const name of old) await sql`drop table ${sql.table(name)}`.execute(store.tables());
  return old;
}
