/** So many of so many. */
export interface Share {
  readonly hits: number;
  readonly of: number;
}

/**
 * One-sided Fisher's exact test (Fisher 1922): how likely the second share is to hold this many hits or more when the hits fell
 * on both alike. Exact for every size, by logarithms of factorials; never more than the nominal rate of false alarms.
 */
export function fisherHigher(first: Share, second: Share): number {
  const all = first.of + second.of;
  const hits = first.hits + second.hits;
  const logs = logFactorials(all);
  const log = (n: number): number => logs[n] ?? 0;
  const choose = (n: number, k: number): number => log(n) - log(k) - log(n - k);
  const whole = choose(all, hits);
  let p = 0;
  for (let k = second.hits; k <= Math.min(hits, second.of); k += 1) {
    if (hits - k > first.of) continue;
    p += Math.exp(choose(second.of, k) + choose(first.of, hits - k) - whole);
  }
  return Math.min(1, p);
}

/** ln(0!) … ln(n!). */
function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let k = 2; k <= n; k += 1) logs[k] = (logs[k - 1] ?? 0) + Math.log(k);
  return logs;
}
