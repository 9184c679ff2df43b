import { type Instant, instantOf } from "../../kernel/instant.ts";
import { componentOf } from "../point/store-name.ts";
import { middleTrendOf } from "./trend.ts";

/** A backup that was proven once; whether it is still there does not matter for what could have been lost then. */
export interface ProvenOnce {
  /** `mlflow/database` */
  readonly store: string;
  readonly takenAt: Instant;
}

/** At the moment of a proven backup: how long the one before it was all that could have been brought back. */
export interface Gap {
  readonly at: Instant;
  readonly hours: number;
}

/** What could have been lost at worst before each proven backup, and where that leads. */
export interface Reached {
  readonly rpoHours: number;
  /** How old the newest proven backup is now; undefined: there never was one. */
  readonly ageHours: number | undefined;
  readonly lastHours: number | undefined;
  /** The longest of all that is known here, with the age of the newest. */
  readonly worstHours: number | undefined;
  readonly inMonthHours: number | undefined;
  /** When more is lost than may be, if it goes on so for a year; now, where it was so the last time or is. */
  readonly exceedsAt: Instant | undefined;
  readonly perDayHours: number | undefined;
  /** The oldest first. */
  readonly measured: readonly Gap[];
}

export interface StoreRpo extends Reached {
  readonly store: string;
}

/** Of its stores the one that is worst off counts, in each figure. */
export interface ComponentRpo extends Reached {
  readonly component: string;
  readonly stores: readonly StoreRpo[];
  /** Stores of which no backup was ever proven: without them it is not known. */
  readonly unknown: readonly string[];
}

const hour = 3_600_000;
/** A line through fewer says nothing. */
const fewest = 3;
const aheadDays = 366;
const monthDays = 30;

export function componentRpo(
  stores: readonly { readonly store: string; readonly rpoHours: number }[],
  proven: readonly ProvenOnce[],
  now: Instant,
): readonly ComponentRpo[] {
  return [...Map.groupBy(stores, ({ store }) => componentOf(store))].map(([component, mine]) => {
    const each = mine.map(({ store, rpoHours }) => storeRpo(store, rpoHours, proven, now));
    const measured = worstAtEach(each);
    return {
      component,
      stores: each,
      unknown: each.filter(({ ageHours }) => ageHours === undefined).map(({ store }) => store),
      measured,
      rpoHours: Math.min(...each.map(({ rpoHours }) => rpoHours)),
      ageHours: worstOf(each.map(({ ageHours }) => ageHours)),
      lastHours: worstOf(each.map(({ lastHours }) => lastHours)),
      worstHours: worstOf(each.map(({ worstHours }) => worstHours)),
      inMonthHours: worstOf(each.map(({ inMonthHours }) => inMonthHours)),
      perDayHours: growthOf(each),
      exceedsAt: each.flatMap(({ exceedsAt }) => exceedsAt ?? []).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0],
    };
  });
}

function storeRpo(store: string, rpoHours: number, proven: readonly ProvenOnce[], now: Instant): StoreRpo {
  // One from the future was made before a clock was set back: nobody could have brought it back yet.
  const moments = proven.flatMap((one) =>
    one.store === store && Date.parse(one.takenAt) <= Date.parse(now) ? [Date.parse(one.takenAt)] : [],
  );
  const taken = [...new Set(moments)].toSorted((a, b) => a - b);
  const measured = taken.slice(1).map((at, index) => ({
    at: instantOf(at),
    hours: rounded((at - (taken[index] ?? at)) / hour),
  }));
  const newest = taken.at(-1);
  const ageHours = newest === undefined ? undefined : rounded((Date.parse(now) - newest) / hour);
  const lastHours = measured.at(-1)?.hours;
  const known = [...measured.map(({ hours }) => hours), ...(ageHours === undefined ? [] : [ageHours])];
  const isTooLong = Math.max(ageHours ?? 0, lastHours ?? 0) > rpoHours;
  const ahead = foreseen(measured, rpoHours, now);
  return {
    store,
    rpoHours,
    ageHours,
    lastHours,
    worstHours: known.length === 0 ? undefined : Math.max(...known),
    ...ahead,
    exceedsAt: isTooLong ? now : ahead.exceedsAt,
    measured,
  };
}

function foreseen(
  measured: readonly Gap[],
  rpoHours: number,
  now: Instant,
): Pick<Reached, "perDayHours" | "inMonthHours" | "exceedsAt"> {
  const trend = middleTrendOf(measured.map(({ at, hours }) => ({ at, value: hours })));
  if (measured.length < fewest || trend.perDay === undefined)
    return { perDayHours: undefined, inMonthHours: undefined, exceedsAt: undefined };
  const left = rpoHours - trend.at(now);
  const days = left < 0 ? 0 : trend.perDay > 0 ? left / trend.perDay : Infinity;
  return {
    perDayHours: rounded(trend.perDay),
    inMonthHours: rounded(trend.at(inDays(now, monthDays))),
    exceedsAt: days <= aheadDays ? inDays(now, days) : undefined,
  };
}

/** From the first moment at which each store had a gap: the longest of their last ones. */
function worstAtEach(stores: readonly StoreRpo[]): readonly Gap[] {
  const last = new Map<string, number>();
  return stores
    .flatMap(({ store, measured }) => measured.map((gap) => ({ ...gap, store })))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .flatMap(({ store, at, hours }) => {
      last.set(store, hours);
      return last.size < stores.length ? [] : [{ at, hours: Math.max(...last.values()) }];
    });
}

/** Of the store that loses most in a month. */
function growthOf(stores: readonly StoreRpo[]): number | undefined {
  const most = worstOf(stores.map(({ inMonthHours }) => inMonthHours));
  return most === undefined ? undefined : stores.find(({ inMonthHours }) => inMonthHours === most)?.perDayHours;
}

/** Undefined where one is not known: it may be the worst. */
function worstOf(hours: readonly (number | undefined)[]): number | undefined {
  const known = hours.filter((one) => one !== undefined);
  return known.length < hours.length || known.length === 0 ? undefined : Math.max(...known);
}

function inDays(now: Instant, days: number): Instant {
  return instantOf(Date.parse(now) + days * 24 * hour);
}

function rounded(hours: number): number {
  return Math.round(hours * 100) / 100;
}
