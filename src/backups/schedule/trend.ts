import type { Instant } from "../../kernel/instant.ts";

const day = 86_400_000;
/** So many of the last measurements say how it goes on. */
const most = 60;

export interface Measured {
  readonly at: Instant;
  readonly value: number;
}

/** A straight line through the last of what was measured. */
export interface Trend {
  /** Undefined where what is known lies within less than a day: how long a busy hour took says nothing of a month. */
  readonly perDay: number | undefined;
  /** What is foreseen, never below nothing. */
  at(moment: Instant): number;
}

/** Goes on from what was measured last, as what is measured there stays: a size. */
export function trendOf(measured: readonly Measured[]): Trend {
  const last = newestFirst(measured);
  const [newest] = last;
  if (newest === undefined) return { perDay: undefined, at: () => 0 };
  const days = last.map(({ at }) => daysBetween(newest.at, at));
  const middle = sum(days) / last.length;
  const mean = sum(last.map(({ value }) => value)) / last.length;
  const spread = sum(days.map((at) => (at - middle) ** 2));
  if (-Math.min(...days) < 1) return { perDay: undefined, at: () => newest.value };
  const perDay = sum(last.map(({ value }, index) => ((days[index] ?? 0) - middle) * (value - mean))) / spread;
  return line(newest.at, newest.value, perDay);
}

/**
 * Goes through the middle of what was measured, each weighing as much as it is (weighted medians, after Theil and Sen): for gaps,
 * of which one long one is no trend, and a short one beside it takes nothing away.
 */
export function middleTrendOf(measured: readonly Measured[]): Trend {
  const last = newestFirst(measured);
  const [newest] = last;
  if (newest === undefined) return { perDay: undefined, at: () => 0 };
  const points = last.map(({ at, value }) => ({ days: daysBetween(newest.at, at), value }));
  if (-Math.min(...points.map(({ days }) => days)) < 1) return { perDay: undefined, at: () => newest.value };
  const slopes = points.flatMap((one, index) =>
    points
      .slice(index + 1)
      .filter(({ days }) => days !== one.days)
      .map((other) => ({
        value: (one.value - other.value) / (one.days - other.days),
        weight: one.value * other.value,
      })),
  );
  const perDay = middleOf(slopes);
  const level = middleOf(points.map(({ days, value }) => ({ value: value - perDay * days, weight: value })));
  return line(newest.at, level, perDay);
}

function line(from: Instant, level: number, perDay: number): Trend {
  return { perDay, at: (moment) => Math.max(0, level + perDay * daysBetween(from, moment)) };
}

function newestFirst(measured: readonly Measured[]): readonly Measured[] {
  return measured.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, most);
}

/** The value with as much weight below it as above; the lower of two. */
function middleOf(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const half = sum(values.map(({ weight }) => weight)) / 2;
  let below = 0;
  for (const { value, weight } of values.toSorted((a, b) => a.value - b.value)) {
    below += weight;
    if (below >= half) return value;
  }
  return 0;
}

function daysBetween(from: Instant, to: Instant): number {
  return (Date.parse(to) - Date.parse(from)) / day;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
