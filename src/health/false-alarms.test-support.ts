import { compareErrors, compareLatency, defaultCompare, defaultLatency, type LatencyOptions } from "./compare.ts";

/** How often comparisons call two sets worse that come from one distribution. */
export interface FalseAlarms {
  readonly kind: "latency" | "latency, sure alone" | "errors";
  readonly samples: number;
  readonly alpha: number;
  readonly rounds: number;
  readonly alarms: number;
}

/** Latencies as they are: mostly alike, some ten times as long, counted in whole milliseconds, so that many are equal. */
function latency(random: () => number): number {
  const base = 20 + -10 * Math.log(1 - random());
  return Math.round(random() < 0.05 ? base * 10 : base);
}

/** Sizes on both sides of where counting out ends and the normal distribution begins. */
const sizes = [6, 10, 20, 60];

/**
 * Compares identical distributions again and again. `sure alone` leaves the size of the effect aside, which shows the test
 * itself; gates also ask for a size, and so err less.
 */
export function measureFalseAlarms(rounds: number, random: () => number): readonly FalseAlarms[] {
  return sizes.flatMap((samples) => {
    const options: LatencyOptions = { ...defaultLatency, minSamples: samples };
    const bare = { ...options, alpha: 0.05, minDelta: -1, minShiftRatio: 0 };
    const draw = (): number[] => Array.from({ length: samples }, () => latency(random));
    const failures = (): number => draw().filter((value) => value > 45).length;
    const count = (compare: () => { readonly kind: string }): number => {
      let alarms = 0;
      for (let round = 0; round < rounds; round += 1) if (compare().kind === "worse") alarms += 1;
      return alarms;
    };
    return [
      {
        kind: "latency, sure alone" as const,
        samples,
        alpha: 0.05,
        rounds,
        alarms: count(() => compareLatency(draw(), draw(), bare)),
      },
      {
        kind: "latency" as const,
        samples,
        alpha: options.alpha,
        rounds,
        alarms: count(() => compareLatency(draw(), draw(), options)),
      },
      {
        kind: "errors" as const,
        samples,
        alpha: 0.05,
        rounds,
        alarms: count(() =>
          compareErrors(
            { hits: failures(), of: samples },
            { hits: failures(), of: samples },
            { ...defaultCompare, alpha: 0.05, minSamples: samples },
          ),
        ),
      },
    ];
  });
}

/** The same numbers on every machine, from 0 to 1 (Marsaglia's xorshift with 32 bits). */
export function seededRandom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** As a table for the documents. */
export function falseAlarmsAsMarkdown(measured: readonly FalseAlarms[]): string {
  const rows = measured.map(
    ({ kind, samples, alpha, rounds, alarms }) =>
      `| ${kind} | ${samples} | ${(alpha * 100).toFixed(0)} % | ${((100 * alarms) / rounds).toFixed(2)} % |`,
  );
  return ["| Comparison | Values on each side | Nominal | Measured |", "|---|---|---|---|", ...rows].join("\n");
}
