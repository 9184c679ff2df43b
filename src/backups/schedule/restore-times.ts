import { type Instant, instantOf } from "../../kernel/instant.ts";
import { componentOf } from "../point/store-name.ts";
import { trendOf } from "./trend.ts";

/** How long a store took to restore and compare, in a proof or a drill. */
export interface RestoreTime {
  /** `mlflow/database` */
  readonly store: string;
  readonly at: Instant;
  readonly seconds: number;
  readonly by: "proof" | "drill";
  /** The backup that was proven, or the drill. */
  readonly id: string;
}

/** How long a component takes until it is back, as it was measured, and where that leads. */
export interface ComponentTimes {
  readonly component: string;
  readonly stores: readonly string[];
  /** What is agreed for the store that has to be back first. */
  readonly rtoMinutes: number;
  /** Stores that were never restored: without them it is not known. */
  readonly unknown: readonly string[];
  /** From the first moment at which each of its stores had been restored once: their last times one after the other. */
  readonly measured: readonly { readonly at: Instant; readonly seconds: number; readonly drill: boolean }[];
  readonly perDaySeconds: number | undefined;
  readonly inMonthSeconds: number | undefined;
  /** When it takes longer than agreed, if it goes on so for a year; now, where it does already. */
  readonly exceedsAt: Instant | undefined;
}

const day = 86_400_000;
/** A line through fewer says nothing. */
const fewest = 3;
const aheadDays = 366;

export function componentTimes(
  stores: readonly { readonly store: string; readonly rtoMinutes: number }[],
  times: readonly RestoreTime[],
  now: Instant,
): readonly ComponentTimes[] {
  const inOrder = times.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return [...Map.groupBy(stores, ({ store }) => componentOf(store))].map(([component, mine]) => {
    const names = mine.map(({ store }) => store);
    const rtoMinutes = Math.min(...mine.map((one) => one.rtoMinutes));
    const own = inOrder.filter(({ store }) => names.includes(store));
    const measured = summed(names, own);
    return {
      component,
      stores: names,
      rtoMinutes,
      unknown: names.filter((name) => !own.some(({ store }) => store === name)),
      measured,
      ...foreseen(measured, rtoMinutes * 60, now),
    };
  });
}

function summed(stores: readonly string[], inOrder: readonly RestoreTime[]): ComponentTimes["measured"] {
  const last = new Map<string, number>();
  const found: { at: Instant; seconds: number; drill: boolean }[] = [];
  for (const { store, at, seconds, by } of inOrder) {
    last.set(store, seconds);
    if (last.size < stores.length) continue;
    const all = [...last.values()].reduce((sum, one) => sum + one, 0);
    found.push({ at, seconds: Math.round(all * 10) / 10, drill: by === "drill" });
  }
  return found;
}

function foreseen(
  measured: ComponentTimes["measured"],
  agreedSeconds: number,
  now: Instant,
): Pick<ComponentTimes, "perDaySeconds" | "inMonthSeconds" | "exceedsAt"> {
  const last = measured.at(-1);
  const exceedsNow = last !== undefined && last.seconds > agreedSeconds ? now : undefined;
  const trend = trendOf(measured.map(({ at, seconds }) => ({ at, value: seconds })));
  if (measured.length < fewest || trend.perDay === undefined)
    return { perDaySeconds: undefined, inMonthSeconds: undefined, exceedsAt: exceedsNow };
  const start = trend.at(now);
  const days = trend.perDay > 0 ? Math.max(0, agreedSeconds - start) / trend.perDay : Infinity;
  return {
    perDaySeconds: Math.round(trend.perDay * 100) / 100,
    inMonthSeconds: Math.round(trend.at(instantOf(Date.parse(now) + 30 * day)) * 10) / 10,
    exceedsAt: exceedsNow ?? (days <= aheadDays ? instantOf(Date.parse(now) + days * day) : undefined),
  };
}
