/*
 * Two samples compared without asking how they are spread: the Mann-Whitney U test (Mann and Whitney 1947, doi
 * 10.1214/aoms/1177730491), Cliff's delta and the Hodges-Lehmann shift. All of them look at order alone, so one wild value
 * counts as one value.
 */

export interface RankTest {
  /** Of the second sample: how many pairs it wins, half a point for a tie. */
  readonly u: number;
  /** One-sided: how likely the second sample's ranks are to be this high when nothing differs. */
  readonly pHigher: number;
  /** From -1 to 1: how much more often a value of the second sample is the higher of a pair than the lower. */
  readonly delta: number;
  /** The median of all differences second − first, in the samples' unit. */
  readonly shift: number;
  readonly method: "exact" | "normal";
}

/** Up to so many ways to split the pooled values the distribution is counted out; above, the normal one is close enough. */
const exactLimit = 20;

/** Compares two samples, neither of them empty. */
export function rankTest(first: readonly number[], second: readonly number[]): RankTest {
  const u = winsOf(second, first);
  const exact = first.length + second.length <= exactLimit;
  return {
    u,
    pHigher: exact ? exactP(first, second) : normalP(first, second, u),
    delta: (2 * u) / (first.length * second.length) - 1,
    shift: shiftOf(first, second),
    method: exact ? "exact" : "normal",
  };
}

/** Pairs that `high` wins over `low`, by sorted search: n log n. */
function winsOf(high: readonly number[], low: readonly number[]): number {
  const sorted = low.toSorted((a, b) => a - b);
  return high.reduce((sum, value) => sum + (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2, 0);
}

/** How many of the sorted values are below `limit`, or not above it. */
function countBelow(sorted: readonly number[], limit: number, included: boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const value = sorted[middle] ?? 0;
    if (value < limit || (included && value === limit)) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Groups of equal values of both samples together, lowest first: their rank, doubled to stay whole, and how many they are. */
function rankGroups(values: readonly number[]): readonly { readonly twiceRank: number; readonly size: number }[] {
  const groups = Map.groupBy(
    values.toSorted((a, b) => a - b),
    (value) => value,
  );
  let before = 0;
  return [...groups.values()].map(({ length: size }) => {
    const twiceRank = 2 * before + size + 1;
    before += size;
    return { twiceRank, size };
  });
}

/** Counts every way to pick the second sample's ranks from the pooled ones, ties included, by dynamic programming. */
function exactP(first: readonly number[], second: readonly number[]): number {
  const groups = rankGroups([...first, ...second]);
  const picked = second.length;
  // ways[k]: sum of k doubled ranks → in how many ways.
  let ways: Map<number, number>[] = Array.from({ length: picked + 1 }, (_, k) => new Map(k === 0 ? [[0, 1]] : []));
  for (const { twiceRank, size } of groups) {
    const next: Map<number, number>[] = Array.from({ length: picked + 1 }, () => new Map());
    for (let k = 0; k <= picked; k += 1) {
      for (const [sum, count] of ways[k] ?? []) {
        for (let more = 0; more <= size && k + more <= picked; more += 1) {
          const row = next[k + more];
          const key = sum + more * twiceRank;
          row?.set(key, (row.get(key) ?? 0) + count * choose(size, more));
        }
      }
    }
    ways = next;
  }
  const observed = twiceRankSum(groups, first, second);
  const all = [...(ways[picked] ?? [])];
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  return all.reduce((sum, [ranks, count]) => sum + (ranks >= observed ? count : 0), 0) / total;
}

function twiceRankSum(
  groups: readonly { readonly twiceRank: number }[],
  first: readonly number[],
  second: readonly number[],
): number {
  const values = [...new Set([...first, ...second])].toSorted((a, b) => a - b);
  const rankOf = new Map(values.map((value, index) => [value, groups[index]?.twiceRank ?? 0]));
  return second.reduce((sum, value) => sum + (rankOf.get(value) ?? 0), 0);
}

/** By the normal distribution, corrected for ties and for continuity (Lehmann, Nonparametrics, 1.5). */
function normalP(first: readonly number[], second: readonly number[], u: number): number {
  const [n, m] = [first.length, second.length];
  const all = n + m;
  const ties = rankGroups([...first, ...second]).reduce((sum, { size }) => sum + size ** 3 - size, 0);
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (variance <= 0) return 1;
  return upperTail((u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}

/** The median difference; of large samples an evenly thinned part is enough. */
function shiftOf(first: readonly number[], second: readonly number[]): number {
  const [a, b] = [thinned(first), thinned(second)];
  return medianOf(b.flatMap((high) => a.map((low) => high - low)));
}

function thinned(values: readonly number[], most = 400): readonly number[] {
  if (values.length <= most) return values;
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: most }, (_, index) => sorted[Math.floor(((index + 0.5) * sorted.length) / most)] ?? 0);
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** P(Z ≥ z) of the standard normal distribution; absolute error below 2e-7 (Abramowitz and Stegun 7.1.26 on erfc). */
function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = 0.5 * series * Math.exp(-x * x);
  return z >= 0 ? tail : 1 - tail;
}

function choose(n: number, k: number): number {
  let result = 1;
  for (let step = 1; step <= k; step += 1) result = (result * (n - k + step)) / step;
  return Math.round(result);
}
