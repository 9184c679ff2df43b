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

export function trendOf(measured: readonly Measured[]): Trend {
  const last = measured.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, most);
  const [newest] = last;
  if (newest === undefined) return { perDay: undefined, at: () => 0 };
  const days = last.map(({ at }) => (Date.parse(at) - Date.parse(newest.at)) / day);
  const middle = sum(days) / last.length;
  const mean = sum(last.map(({ value }) => value)) / last.length;
  const spread = sum(days.map((at) => (at - middle) ** 2));
  if (-Math.min(...days) < 1) return { perDay: undefined, at: () => newest.value };
  const perDay = sum(last.map(({ value }, index) => ((days[index] ?? 0) - middle) * (value - mean))) / spread;
  return {
    perDay,
    at: (moment) => Math.max(0, newest.value + (perDay * (Date.parse(moment) - Date.parse(newest.at))) / day),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
