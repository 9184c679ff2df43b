import { sql } from "kysely";
import type { Measured } from "../engine/procedures/measured.ts";
import type { Attempt, Run } from "../engine/run.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import { errorSeries } from "../observations/store-samples.ts";
import type { Store } from "../store/store.ts";
import { alphaEach, type Comparison, compareErrors, compareLatency, defaultLatency } from "./compare.ts";
import type { Share } from "./proportions.ts";
import { medianOf } from "./ranks.ts";

/** The two stretches of time that are compared; undefined: it has not come to that yet. */
export interface Spans {
  readonly before: Span;
  readonly after: Span | undefined;
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

export interface Side {
  readonly count: number;
  /** undefined: nothing was measured, or it is a count of errors. */
  readonly median: number | undefined;
}

export interface SeriesComparison {
  readonly series: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly before: Side;
  readonly after: Side;
  readonly comparison: Comparison;
}

/**
 * Before: up to the first attempt of the step that changed something. After: from the end of all that follows it up to the gate,
 * so that neither side holds the change itself.
 */
export function spansOf(
  { plan }: Pick<Run, "plan">,
  attempts: readonly Attempt[],
  change: string,
  beforeMinutes: number,
  now: Instant,
): Spans | undefined {
  const changed = plan.steps.findIndex(({ name }) => name === change);
  const gate = plan.steps.findIndex(({ action }) => action === "health/compare");
  const own = attempts.filter(({ direction, step }) => direction === "do" && step >= changed && step < gate);
  const began = own.find(({ step }) => step === changed)?.startedAt;
  if (changed < 0 || began === undefined) return undefined;
  const before = { from: instantOf(Date.parse(began) - beforeMinutes * 60_000), to: began };
  const last = own.findLast(({ step }) => step === gate - 1)?.endedAt;
  return { before, after: last === undefined ? undefined : { from: last, to: now } };
}

/** Each series of a component on both sides, held against each other, and the share of its probes' looks that were answered badly; the rate of false alarms is that of all together. */
export async function compareSeries(
  store: Store,
  environment: string,
  { component, series, minSamples }: Pick<Measured, "component" | "series" | "minSamples">,
  { before, after }: Spans,
): Promise<readonly SeriesComparison[]> {
  const until = after ?? { from: before.to, to: before.to };
  const { rows } = await sql<{
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly before: readonly number[] | null;
    readonly after: readonly number[] | null;
  }>`
    select s.name, s.labels,
      array_agg(a.value order by a.at) filter (where a.at < ${before.to}) as before,
      array_agg(a.value order by a.at) filter (where a.at >= ${until.from}) as after
    from series s join sample a on a.series_id = s.id and a.at >= ${before.from} and a.at < ${until.to}
    where s.environment = ${environment} and s.component = ${component} and s.name = any(${[...series, errorSeries]})
      and (a.at < ${before.to} or a.at >= ${until.from})
    group by s.id, s.name, s.labels order by s.name, s.labels::text limit 50`.execute(store.tables());
  const alpha = alphaEach(defaultLatency.alpha, rows.length);
  const options = { ...defaultLatency, alpha, minSamples };
  return rows.map(({ name, labels, before: one, after: other }) => {
    const [first, second] = [one ?? [], other ?? []];
    if (name !== errorSeries)
      return {
        series: name,
        labels,
        before: sideOf(first),
        after: sideOf(second),
        comparison: compareLatency(first, second, options),
      };
    return {
      series: name,
      labels,
      before: { count: first.length, median: undefined },
      after: { count: second.length, median: undefined },
      comparison: compareErrors(shareOf(first), shareOf(second), options),
    };
  });
}

function shareOf(values: readonly number[]): Share {
  return { hits: values.filter((value) => value > 0).length, of: values.length };
}

function sideOf(values: readonly number[]): Side {
  return { count: values.length, median: values.length === 0 ? undefined : medianOf(values) };
}
