import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";

/** One point of a chart: what was measured in a stretch of time, by its mean, least and most. */
export interface ChartPoint {
  readonly at: Instant;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/**
 * A span in at most so many points of equal length, oldest first; a stretch without measurements has none. Single measurements
 * as far as they are kept, and hours before that.
 */
export async function chartOf(
  store: Store,
  id: number,
  span: { readonly from: Instant; readonly to: Instant; readonly points: number },
): Promise<readonly ChartPoint[]> {
  const seconds = Math.max(1, Math.ceil((Date.parse(span.to) - Date.parse(span.from)) / 1000 / span.points));
  const { rows } = await sql<ChartPoint>`
    with first as (select min(at) as at from sample where series_id = ${id} and at >= ${span.from}),
    measured as (
      select at, value as sum, value as least, value as most, 1 as count from sample
      where series_id = ${id} and at >= ${span.from} and at < ${span.to}
      union all
      select hour, sum, least, most, count from sample_hourly
      where series_id = ${id} and hour >= ${span.from} and hour < ${span.to}
        and hour < coalesce((select date_trunc('hour', at) from first), ${span.to}::timestamptz)
    )
    select date_bin(make_interval(secs => ${seconds}::int), at, ${span.from}::timestamptz) as at,
      sum(sum) / sum(count) as mean, min(least) as least, max(most) as most, sum(count)::int as count
    from measured group by 1 order by 1`.execute(store.tables());
  return rows;
}
