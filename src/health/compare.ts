import { fisherHigher, type Share } from "./proportions.ts";
import { medianOf, rankTest } from "./ranks.ts";

/**
 * What a comparison says to a gate. Only `not-worse` opens it: `unknown` (too few, nothing measured, none of it comparable) and
 * `worse` keep it shut.
 */
export type Comparison =
  | ({ readonly kind: "not-worse" | "worse" } & Compared)
  | { readonly kind: "unknown"; readonly why: string; readonly howToLearn: string };

interface Compared {
  /** How likely a difference like this is when nothing has changed. */
  readonly p: number;
  readonly before: number;
  readonly after: number;
  /** In a sentence with numbers, for the journal. */
  readonly evidence: string;
}

export interface CompareOptions {
  /** The rate of false alarms of one comparison; share it out when a gate makes several (`alphaEach`). */
  readonly alpha: number;
  /** Fewer values than this on a side say nothing. */
  readonly minSamples: number;
}

export const defaultCompare: CompareOptions = { alpha: 0.01, minSamples: 20 };

export interface LatencyOptions extends CompareOptions {
  /** A slowdown counts when Cliff's delta is at least so large: 0.33 is called medium (Romano 2006). */
  readonly minDelta: number;
  /** … and the shift is at least this part of the median before. */
  readonly minShiftRatio: number;
}

/** A certain slowdown of 2 ms on 20 ms harms nobody: it must be sure, frequent and large at once. */
export const defaultLatency: LatencyOptions = { ...defaultCompare, minDelta: 0.33, minShiftRatio: 0.1 };

/** Bonferroni: with `count` comparisons of this alpha, all of them together raise a false alarm no more often than `alpha`. */
export function alphaEach(alpha: number, count: number): number {
  return alpha / Math.max(1, count);
}

/** Whether values for which less is better (milliseconds) are higher after than before. */
export function compareLatency(
  before: readonly number[],
  after: readonly number[],
  options: LatencyOptions = defaultLatency,
): Comparison {
  const few = tooFew(before.length, after.length, options.minSamples);
  if (few !== undefined) return few;
  if (![...before, ...after].every(Number.isFinite))
    return unknownBecause("a measurement is not a number", "Look at the probe's measurements.");
  const { pHigher, delta, shift, method } = rankTest(before, after);
  const [medianBefore, medianAfter] = [medianOf(before), medianOf(after)];
  const large = delta >= options.minDelta && shift > 0 && shift >= options.minShiftRatio * Math.abs(medianBefore);
  const numbers = `median ${round(medianBefore)} before, ${round(medianAfter)} after; shift ${round(shift)}, delta ${round(delta)}, p ${round(pHigher)} (${method}), ${before.length} and ${after.length} values`;
  const kind = pHigher <= options.alpha && large ? "worse" : "not-worse";
  return { kind, p: pHigher, before: medianBefore, after: medianAfter, evidence: numbers };
}

/** Whether errors are more frequent after than before. */
export function compareErrors(before: Share, after: Share, options: CompareOptions = defaultCompare): Comparison {
  const few = tooFew(before.of, after.of, options.minSamples);
  if (few !== undefined) return few;
  if (!isShare(before) || !isShare(after))
    return unknownBecause("the counts make no sense", "Look at the counters: a restart sets them to zero.");
  const p = fisherHigher(before, after);
  const rate = ({ hits, of }: Share): number => hits / of;
  const evidence = `${before.hits} errors of ${before.of} before, ${after.hits} of ${after.of} after; p ${round(p)} (Fisher)`;
  return { kind: p <= options.alpha ? "worse" : "not-worse", p, before: rate(before), after: rate(after), evidence };
}

/** What a gate makes of its comparisons: open only when there are some and each is known and not worse. */
export function gateOf(comparisons: readonly Comparison[]): { readonly open: boolean; readonly why: string } {
  if (comparisons.length === 0) return { open: false, why: "nothing was compared" };
  const worse = comparisons.filter(({ kind }) => kind === "worse");
  const open = comparisons.filter((one) => one.kind === "unknown");
  if (worse.length > 0)
    return { open: false, why: worse.map((one) => (one.kind === "unknown" ? one.why : one.evidence)).join("; ") };
  if (open.length > 0) return { open: false, why: open.map((one) => one.why).join("; ") };
  return { open: true, why: `${comparisons.length} comparisons, none of them worse` };
}

function tooFew(before: number, after: number, least: number): Comparison | undefined {
  if (before >= least && after >= least) return undefined;
  return unknownBecause(
    `${before} values before and ${after} after; ${least} on each side are needed`,
    "Wait for more measurements, or have the probe run more often.",
  );
}

function unknownBecause(why: string, howToLearn: string): Comparison {
  return { kind: "unknown", why, howToLearn };
}

function isShare({ hits, of }: Share): boolean {
  return Number.isInteger(hits) && Number.isInteger(of) && hits >= 0 && hits <= of;
}

function round(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(1) : String(Math.round(value * 1000) / 1000);
}
