import { compareReleases } from "../kernel/version.ts";

/** The datastore majors a release runs on. Unset: not known, so nothing is refused and nothing is promised. */
export interface Window {
  readonly min: number | undefined;
  /** The newest the release is accepted on. */
  readonly max: number | undefined;
  /** The newest the datastore is moved to while on this release; at most `max`. */
  readonly reach: number;
}

/** An upgrade to solve. `releases` ascend by minor; the first is where we are, the last where we go. */
export interface Instance {
  readonly releases: readonly { readonly minor: readonly number[]; readonly window: Window }[];
  /** Minors that may not be jumped over. */
  readonly stops: readonly (readonly number[])[];
  /** The datastore's major now, and the majors there are, ascending. */
  readonly datastore: number;
  readonly majors: readonly number[];
}

export type Move =
  | { readonly kind: "release"; readonly to: number }
  | { readonly kind: "datastore"; readonly on: number; readonly to: number };

/** Release hops, datastore moves, how early those come, how high they go: compared in this order, fewest first. */
export type Cost = readonly [hops: number, moves: number, earliness: number, height: number];

export interface Solution {
  readonly cost: Cost;
  readonly moves: readonly Move[];
}

/** Whether one may go from release `from` straight to release `to` with the datastore at `major`: the rule itself. */
function mayGo(instance: Instance, from: number, to: number, major: number): boolean {
  const start = instance.releases[from];
  const goal = instance.releases[to];
  if (start === undefined || goal === undefined || to <= from) return false;
  const jumped = instance.stops.some(
    (stop) => compareReleases(start.minor, stop) < 0 && compareReleases(stop, goal.minor) < 0,
  );
  return !jumped && (goal.window.min ?? major) <= major && major <= (goal.window.max ?? major);
}

/** Whether the datastore may go from `from` to `to` while the release is `on`. */
function mayMove(instance: Instance, on: number, from: number, to: number): boolean {
  const window = instance.releases[on]?.window;
  return window !== undefined && from < to && (window.min ?? to) <= to && to <= window.reach;
}

/**
 * The cheapest legal way, or undefined when there is none. A state is (release, datastore major); every move leads to a
 * later state, so one pass in that order finds the best. 60 releases and 8 majors take about a millisecond.
 */
export function solve(instance: Instance): Solution | undefined {
  const last = instance.releases.length - 1;
  const majors = [...new Set([instance.datastore, ...instance.majors])].sort((a, b) => a - b);
  const best = new Map<string, Solution>([[`0:${instance.datastore}`, { cost: [0, 0, 0, 0], moves: [] }]]);
  const offer = (key: string, solution: Solution): void => {
    const known = best.get(key);
    if (known === undefined || compareCosts(solution.cost, known.cost) < 0) best.set(key, solution);
  };

  for (let on = 0; on < last; on += 1) {
    for (const major of majors) {
      const here = best.get(`${on}:${major}`);
      if (here === undefined) continue;
      for (const to of majors) {
        if (mayMove(instance, on, major, to)) offer(`${on}:${to}`, moved(here, on, to, last));
      }
      for (let to = on + 1; to <= last; to += 1) {
        if (mayGo(instance, on, to, major)) offer(`${to}:${major}`, gone(here, to));
      }
    }
  }
  const ends = majors.flatMap((major) => best.get(`${last}:${major}`) ?? []);
  return ends.sort((a, b) => compareCosts(a.cost, b.cost))[0];
}

/** Negative when `a` is cheaper. */
export function compareCosts(a: Cost, b: Cost): number {
  return compareReleases(a, b);
}

function gone({ cost: [hops, ...rest], moves }: Solution, to: number): Solution {
  return { cost: [hops + 1, ...rest], moves: [...moves, { kind: "release", to }] };
}

function moved(
  { cost: [hops, count, early, height], moves }: Solution,
  on: number,
  to: number,
  last: number,
): Solution {
  return { cost: [hops, count + 1, early + last - on, height + to], moves: [...moves, { kind: "datastore", on, to }] };
}
