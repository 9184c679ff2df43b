import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { type KeyMetric, keyMetrics, type MetricSource } from "../systems/contract.ts";

/** A key metric with its newest value of one environment, or without. */
export interface KeyMetricValue {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly kind: "known" | "absent-by-design" | "unknown";
  readonly environment?: string;
  readonly value?: number;
  readonly at?: Instant;
  /** The series that the value is the newest of. */
  readonly series?: number;
  readonly source: string;
  readonly why?: string;
}

interface Latest {
  readonly series: number;
  readonly environment: string;
  readonly name: string;
  readonly probe: string;
  readonly metric: string | null;
  readonly system: string | null;
  readonly at: Instant;
  readonly value: number;
}

/** Older values say nothing of now. */
const freshMillis = 3_600_000;

/** All key metrics in their order; one line an environment in which a value is known, else one. */
export async function latestKeyMetrics(
  store: Store,
  now: Instant,
  environments: readonly string[] | undefined,
): Promise<readonly KeyMetricValue[]> {
  const latest = await latestValues(store, now, environments);
  return keyMetrics.flatMap((wanted) => valuesOf(wanted, latest));
}

function valuesOf(wanted: KeyMetric, latest: readonly Latest[]): readonly KeyMetricValue[] {
  const { id, title, unit } = wanted;
  const sources = wanted.kind === "measured" ? wanted.sources : [wanted.instead];
  const found = new Map<string, KeyMetricValue>();
  const kind = wanted.kind === "measured" ? "known" : wanted.kind;
  const why = wanted.kind === "measured" ? {} : { why: wanted.why };
  for (const source of sources) {
    for (const row of latest.filter((one) => isFrom(one, source, id))) {
      const { environment, value, at, series } = row;
      if (!found.has(environment))
        found.set(environment, {
          id,
          title,
          unit,
          kind,
          environment,
          value,
          at,
          series,
          source: nameOf(source),
          ...why,
        });
    }
  }
  if (found.size > 0) return [...found.values()];
  const source = sources.map(nameOf).join("; or ");
  if (wanted.kind === "absent-by-design") return [{ id, title, unit, kind: wanted.kind, source, why: wanted.why }];
  return [
    {
      id,
      title,
      unit,
      kind: "unknown",
      source,
      why: "No value within the last hour: is an endpoint configured for its source?",
    },
  ];
}

function isFrom(row: Latest, source: MetricSource, id: string): boolean {
  if (source.kind !== "probe") return row.name === "key_metric" && row.metric === id && row.system === source.kind;
  return row.name === source.metric && row.probe === source.probe && row.system === source.system;
}

function nameOf(source: MetricSource): string {
  switch (source.kind) {
    case "prometheus":
      return `Prometheus: ${source.query}`;
    case "loki":
      return `Loki: ${source.query}`;
    case "probe":
      return `probe ${source.probe} of ${source.system}: ${source.metric}`;
  }
}

async function latestValues(
  store: Store,
  now: Instant,
  environments: readonly string[] | undefined,
): Promise<readonly Latest[]> {
  const names = [...new Set(["key_metric", ...keyMetrics.flatMap(namesIn)])];
  const from = instantOf(Date.parse(now) - freshMillis);
  const { rows } = await sql<Latest>`
    select distinct on (s.environment, s.name, probe, metric, o.system)
      s.id::int as series, s.environment, s.name, s.labels->>'probe' as probe, s.labels->>'metric' as metric, o.system, a.at, a.value
    from series s
    join sample a on a.series_id = s.id and a.at >= ${from}
    left join observation o on o.environment = s.environment and o.component = s.component
      and o.probe = s.labels->>'probe' and o.subject = s.labels->>'subject'
    where s.name = any(${names}) and (${environments === undefined} or s.environment = any(${environments ?? []}))
    order by s.environment, s.name, probe, metric, o.system, a.at desc, a.value desc`.execute(store.tables());
  return rows;
}

function namesIn(wanted: KeyMetric): readonly string[] {
  const sources = wanted.kind === "measured" ? wanted.sources : [wanted.instead];
  return sources.flatMap((source) => (source.kind === "probe" ? [source.metric] : []));
}
