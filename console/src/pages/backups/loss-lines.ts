import type { Line } from "../../parts/chart.tsx";
import type { Backup, StandingStore } from "./store-words.ts";
import { kindOf, type Span } from "./time-line-marks.ts";

/** What of a component could have been lost over time, in hours, and what may be. */
export interface LossLines {
  readonly environment: string;
  readonly component: string;
  readonly stores: readonly string[];
  readonly rpoHours: number;
  readonly rtoMinutes: number;
  readonly at: readonly string[];
  readonly lines: readonly Line[];
  /** The worst within the span; undefined: nothing is known of it. */
  readonly worst: number | undefined;
}

const samples = 120;

/** What of a span is behind us: it ends a few minutes ahead, and no backup is as old yet as it would be then. */
export function pastOf({ from, to }: Span, now: number): Span {
  return { from, to: Math.min(to, now) };
}

/**
 * One for each component: at each moment the age of the oldest among its stores' newest backups, of all that could be brought
 * back and of those that were proven. Before the first backup of each store nothing is known: that is a gap.
 */
export function lossLines(
  stores: readonly StandingStore[],
  backups: readonly Backup[],
  span: Span,
): readonly LossLines[] {
  const kept = stores.filter(({ rpoHours }) => rpoHours !== null);
  const groups = Map.groupBy(kept, ({ environment, store }) => `${environment} ${store.split("/")[0] ?? ""}`);
  return [...groups].map(([name, mine]) => {
    const [environment = "", component = ""] = name.split(" ");
    const own = mine.map(({ store }) =>
      backups.filter((one) => one.environment === environment && one.store === store && isBackup(one)),
    );
    const at = momentsOf(own.flat(), span);
    const all = at.map((moment) => worstAge(own, moment));
    const proven = at.map((moment) =>
      worstAge(
        own.map((list) => list.filter(isProven)),
        moment,
      ),
    );
    const rpoHours = Math.min(...mine.map((one) => one.rpoHours ?? Infinity));
    const known = all.filter((value) => value !== undefined);
    return {
      environment,
      component,
      stores: mine.map(({ store }) => store),
      rpoHours,
      rtoMinutes: Math.min(...mine.map((one) => one.rtoMinutes ?? Infinity)),
      at: at.map((moment) => new Date(moment).toISOString()),
      lines: [
        { name: "all backups", values: all },
        { name: "proven alone", values: proven },
        { name: "may be lost", values: at.map(() => rpoHours), limit: true },
      ],
      worst: known.length === 0 ? undefined : Math.max(...known),
    };
  });
}

/** What could not be brought back at all, then what was furthest beyond what may be lost; production before the rest, as everywhere. */
export function worstFirst(all: readonly LossLines[]): readonly LossLines[] {
  const share = ({ worst = Infinity, rpoHours }: LossLines): number => worst / rpoHours;
  const isProduction = ({ environment }: LossLines): number => Number(environment === "production");
  return all.toSorted((a, b) => order(share(b), share(a)) || isProduction(b) - isProduction(a));
}

/** As a difference would, also of what is endless. */
function order(one: number, other: number): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/** What a restore replaced takes that restore back, and no store relies on it. */
function isBackup(backup: Backup): boolean {
  return kindOf(backup) !== "failed" && backup.class !== "before-restore";
}

function isProven({ verdict }: Backup): boolean {
  return verdict === "proven";
}

/** Just before and at each backup, so that the fall is upright, and evenly in between. */
function momentsOf(backups: readonly Backup[], { from, to }: Span): readonly number[] {
  const even = Array.from({ length: samples + 1 }, (_, index) => from + ((to - from) * index) / samples);
  const taken = backups.flatMap(({ takenAt, goneAt }) => {
    const times = [takenAt, ...(goneAt === null ? [] : [goneAt])].map((one) => Date.parse(one));
    return times.flatMap((at) => [at - 1000, at]);
  });
  const all = [...even, ...taken].map((at) => Math.round(at / 1000) * 1000).filter((at) => at >= from && at <= to);
  return [...new Set(all)].toSorted((a, b) => a - b);
}

/** Of each store the newest that was there at that moment; hours, two digits behind the point. */
function worstAge(stores: readonly (readonly Backup[])[], moment: number): number | undefined {
  const ages = stores.map((mine) => {
    const there = mine
      .filter(({ goneAt }) => goneAt === null || Date.parse(goneAt) > moment)
      .map(({ takenAt }) => Date.parse(takenAt))
      .filter((at) => at <= moment);
    return there.length === 0 ? undefined : (moment - Math.max(...there)) / 3_600_000;
  });
  const known = ages.filter((age) => age !== undefined);
  if (known.length === 0 || known.length < ages.length) return undefined;
  return Math.round(Math.max(...known) * 100) / 100;
}
