import { sql } from "kysely";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";

/** Lines of one error signature: in the last hours, and in the days before. */
export interface SignatureCounts {
  readonly environment: string;
  readonly component: string;
  readonly signature: string;
  readonly template: string;
  readonly recent: number;
  readonly recentHours: number;
  readonly earlier: number;
  /** For how long the component's log was read before: 0 when never. */
  readonly earlierHours: number;
}

export type SignatureVerdict = Pick<SignatureCounts, "environment" | "component" | "signature" | "template"> &
  (
    | { readonly kind: "usual" }
    | { readonly kind: "new" | "rising"; readonly evidence: string }
    | { readonly kind: "unknown"; readonly why: string }
  );

/** A log that was read for less than a day has no usual errors yet. */
const minEarlierHours = 24;
/** One stray line is no sign. */
const minLines = 3;
const minRatio = 3;
const alpha = 0.001;

/**
 * New: it was never seen before. Rising: at least three times as frequent as before, and more than chance makes it: given all
 * lines, the recent ones follow a binomial distribution when the rate has not changed (Przyborowski and Wilenski 1940).
 */
export function judgeSignature(counts: SignatureCounts): SignatureVerdict {
  const { environment, component, signature, template, recent, recentHours, earlier, earlierHours } = counts;
  const place = { environment, component, signature, template };
  if (recent < minLines) return { ...place, kind: "usual" };
  if (earlierHours < minEarlierHours)
    return {
      ...place,
      kind: "unknown",
      why: `the log was read for ${Math.floor(earlierHours)} h before: nothing tells what is usual`,
    };
  if (earlier === 0)
    return {
      ...place,
      kind: "new",
      evidence: `${recent} lines in ${recentHours} h, none in ${Math.floor(earlierHours)} h before`,
    };
  const ratio = recent / recentHours / (earlier / earlierHours);
  const chance = binomialTail(recent, recent + earlier, recentHours / (recentHours + earlierHours));
  if (ratio < minRatio || chance > alpha) return { ...place, kind: "usual" };
  return {
    ...place,
    kind: "rising",
    evidence: `${recent} lines in ${recentHours} h, ${ratio.toFixed(1)} times as many as usual`,
  };
}

/** P(X ≥ k) of n tries with chance q. */
export function binomialTail(k: number, n: number, q: number): number {
  let log = n * Math.log1p(-q);
  let tail = k <= 0 ? Math.exp(log) : 0;
  for (let i = 1; i <= n; i += 1) {
    log += Math.log((n - i + 1) / i) + Math.log(q) - Math.log1p(-q);
    if (i >= k) tail += Math.exp(log);
  }
  return Math.min(1, tail);
}

const recentHours = 6;
const earlierDays = 7;

/** The signatures that are in the log now, each with its past, from the measurements. */
export async function signatureCounts(store: Store, now: Instant): Promise<readonly SignatureCounts[]> {
  const since = instantOf(Date.parse(now) - recentHours * 3_600_000);
  const from = instantOf(Date.parse(now) - earlierDays * 86_400_000);
  const { rows } = await sql<
    Omit<SignatureCounts, "recentHours" | "earlierHours"> & { readonly first: Instant | null }
  >`
    select s.environment, s.component, s.labels->>'signature' as signature,
      coalesce(max(o.evidence), '(no longer in the log)') as template,
      coalesce(sum(a.value) filter (where a.at >= ${since}), 0) as recent,
      coalesce(sum(a.value) filter (where a.at < ${since}), 0) as earlier,
      (select min(f.at) from series l join sample f on f.series_id = l.id
        where l.name = 'log_error_lines' and l.environment = s.environment and l.component = s.component and f.at >= ${from}) as first
    from series s
    join sample a on a.series_id = s.id and a.at >= ${from}
    left join observation o on o.environment = s.environment and o.component = s.component
      and o.probe = 'log-signatures' and o.subject = 'log/' || (s.labels->>'signature')
    where s.name = 'log_signature_lines'
    group by s.id, s.environment, s.component, s.labels
    order by s.environment, s.component, signature`.execute(store.tables());
  return rows.map(({ first, ...row }) => ({
    ...row,
    recentHours,
    earlierHours: first === null ? 0 : Math.max(0, (Date.parse(since) - Date.parse(first)) / 3_600_000),
  }));
}
