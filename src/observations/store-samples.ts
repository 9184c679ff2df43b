import { sql } from "kysely";
import { idOf } from "../kernel/digest.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { Observation } from "./observe.ts";
import type { ObservationTables } from "./tables.ts";

/** So many series a metric of a component may have: a label with too many values must not fill the disk. */
export const maxSeries = 250;

/** Of each look at a component: 1 when it was answered badly, else 0. */
export const errorSeries = "millwright_probe_failed";

export interface RecordedSamples {
  readonly written: number;
  /** Not kept because their metric has as many series as it may have. */
  readonly refused: number;
}

interface Sample {
  readonly key: string;
  readonly name: string;
  readonly environment: string;
  readonly component: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Instant;
  readonly value: number;
}

/** The labels of a series: those of the metric, with probe and subject. */
function samplesOf(observations: readonly Observation[]): readonly Sample[] {
  const samples = new Map<string, Sample>();
  for (const { environment, component, probe, subject, at, metrics = [] } of observations) {
    for (const { name, value, labels: own = {} } of metrics) {
      if (!Number.isFinite(value)) continue;
      const labels = { ...own, probe, subject };
      const parts = Object.entries(labels)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flat();
      const key = idOf([name, environment, component, ...parts]);
      samples.set(`${key} ${at}`, { key, name, environment, component, labels, at, value });
    }
  }
  return [...samples.values()];
}

/** Keeps the measurements of observations, in the caller's transaction. */
export async function recordSamples(store: Store, observations: readonly Observation[]): Promise<RecordedSamples> {
  const samples = samplesOf(observations);
  if (samples.length === 0) return { written: 0, refused: 0 };
  const ids = await seriesIds(store, samples);
  const kept = samples.flatMap((sample) => {
    const id = ids.get(sample.key);
    return id === undefined ? [] : [{ series_id: id, at: sample.at, value: sample.value }];
  });
  await ensurePartitions(store, [...new Set(kept.map(({ at }) => at.slice(0, 10)))]);
  if (kept.length > 0) {
    await sql`insert into sample (series_id, at, value)
      select series_id, at, value from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb)
        as n (series_id bigint, at timestamptz, value double precision)
      on conflict do nothing`.execute(store.tables());
  }
  return { written: kept.length, refused: samples.length - kept.length };
}

async function seriesIds(store: Store, samples: readonly Sample[]): Promise<ReadonlyMap<string, number>> {
  const tables = store.tables<ObservationTables>();
  const keys = [...new Set(samples.map(({ key }) => key))];
  const found = await sql<{ key: string; id: number }>`select key, id from series where key = any(${keys})`.execute(
    tables,
  );
  const ids = new Map(found.rows.map(({ key, id }) => [key, id]));
  const missing = new Map(samples.filter(({ key }) => !ids.has(key)).map((sample) => [sample.key, sample]));
  for (const [place, fresh] of Map.groupBy(missing.values(), (one) =>
    JSON.stringify([one.environment, one.component, one.name]),
  )) {
    const [environment, component, name] = JSON.parse(place) as [string, string, string];
    const { count } = await tables
      .selectFrom("series")
      .select((row) => row.fn.countAll<number>().as("count"))
      .where("environment", "=", environment)
      .where("component", "=", component)
      .where("name", "=", name)
      .executeTakeFirstOrThrow();
    const rows = fresh.slice(0, Math.max(0, maxSeries - count)).map(({ key, labels }) => ({
      key,
      name,
      environment,
      component,
      labels: sql<Sample["labels"]>`${JSON.stringify(labels)}::jsonb`,
    }));
    if (rows.length === 0) continue;
    const made = await tables.insertInto("series").values(rows).returning(["key", "id"]).execute();
    for (const { key, id } of made) ids.set(key, id);
  }
  return ids;
}

/** Makes the partitions of these days (UTC, `YYYY-MM-DD`) where they are not there. */
export async function ensurePartitions(store: Store, days: readonly string[]): Promise<void> {
  for (const day of days) {
    const name = partitionOf(day);
    const { rows } = await sql<{ there: boolean }>`select to_regclass(${name}) is not null as there`.execute(
      store.tables(),
    );
    if (rows[0]?.there === true) continue;
    const next = instantOf(Date.parse(day) + 86_400_000).slice(0, 10);
    await sql`select pg_advisory_xact_lock(${partitions})`.execute(store.tables());
    await sql`create table if not exists ${sql.table(name)} partition of sample
      for values from (${sql.lit(`${day}T00:00:00Z`)}) to (${sql.lit(`${next}T00:00:00Z`)})`.execute(store.tables());
  }
}

const partitions = 0x70617274;

/** The table that holds a day's samples. */
function partitionOf(day: string): string {
  return `sample_${day.replaceAll("-", "")}`;
}
