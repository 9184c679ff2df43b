import { type Instant } from "../../kernel/instant.ts";
import type { BackupClass, BackupSchedule, Retention } from "../../platform/backup-schedule.ts";
import { validUntil } from "../receipts/receipt.ts";
import { type Candidate, type Judged, keep, type Removed } from "./keep.ts";
import { isSafety } from "./safety.ts";
import { type Measured, trendOf } from "./trend.ts";
import { type Turns, turnsIn, turnsOf } from "./turns.ts";

const hour = 3_600_000;
/** Of one schedule; a forecast over more is told by the last ones. */
const mostTurns = 4000;

/** A backup with its size, for the trend. */
export interface Sized extends Candidate {
  readonly bytes: number;
}

export interface Foreseen extends Sized {
  /** Whether it is yet to be taken. */
  readonly expected: boolean;
}

export interface StoreForecast {
  readonly store: string;
  /** The newest backup at that moment, if every turn of the schedule is taken; without what takes a restore back. */
  readonly newest: Instant | undefined;
  readonly ageHours: number | undefined;
  readonly rpoHours: number;
  /** The longest time between two backups until then: what could be lost at worst. */
  readonly worstHours: number | undefined;
  readonly meets: boolean;
  /** Bytes of all backups kept then, before what restic saves by storing equal data once; undefined where none was ever taken. */
  readonly bytes: number | undefined;
  /** By which a backup grows in a day; undefined where those that are known lie within less than a day. */
  readonly growsByBytes: number | undefined;
}

export interface Forecast {
  readonly on: Instant;
  readonly kept: readonly Judged<Foreseen>[];
  readonly removed: readonly Removed<Foreseen>[];
  readonly refused: string | undefined;
  readonly stores: readonly StoreForecast[];
  /** Of the stores whose size is known. */
  readonly bytes: number;
}

export interface ForecastInput {
  readonly backups: readonly Sized[];
  /** Declared ones; those that have backups and are declared no more are forecast as well. */
  readonly stores: readonly string[];
  readonly schedules: readonly BackupSchedule[];
  readonly retention: Retention;
  readonly rpoHours: (store: string) => number;
  readonly holds?: ReadonlyMap<string, string>;
  /** Of the configuration; the usual ones when left out. */
  readonly receiptHours?: number;
  readonly now: Instant;
}

/**
 * What would be kept and removed at a moment, if from now on every scheduled backup is taken, proven, and as large as the trend of
 * its store says. Nothing is removed before that moment in between that would not be removed by then.
 */
export function forecast(input: ForecastInput, on: Instant): Forecast {
  const stores = [...new Set([...input.stores, ...input.backups.map(({ store }) => store)])].toSorted();
  const trends = new Map(stores.map((store) => [store, trendOf(sizesOf(input.backups, store))]));
  const all: readonly Foreseen[] = [
    ...input.backups.map((one) => ({ ...one, expected: false })),
    ...expected(input, on, (store, at) => Math.round(trends.get(store)?.at(at) ?? 0)),
  ];
  const { kept, removed, refused } = keep(all, input.retention, on, input.holds);
  const forecasts = stores.map((store): StoreForecast => {
    const mine = all
      .filter((one) => one.store === store && !isSafety(one))
      .toSorted((a, b) => Date.parse(b.takenAt) - Date.parse(a.takenAt));
    const newest = mine[0]?.takenAt;
    const ageHours = newest === undefined ? undefined : (Date.parse(on) - Date.parse(newest)) / hour;
    const rpoHours = input.rpoHours(store);
    const worstHours = worstGap(mine, input.now, on);
    const growth = trends.get(store)?.perDay;
    const isMeasured = input.backups.some((one) => one.store === store);
    return {
      store,
      newest,
      ageHours: rounded(ageHours),
      rpoHours,
      worstHours: rounded(worstHours),
      meets: worstHours !== undefined && worstHours <= rpoHours,
      bytes: isMeasured
        ? sum(kept.filter(({ backup }) => backup.store === store).map(({ backup }) => backup.bytes))
        : undefined,
      growsByBytes: growth === undefined ? undefined : Math.round(growth),
    };
  });
  return { on, kept, removed, refused, stores: forecasts, bytes: sum(forecasts.map(({ bytes = 0 }) => bytes)) };
}

function expected(
  { schedules, stores, receiptHours, now }: ForecastInput,
  on: Instant,
  size: (store: string, at: Instant) => number,
): readonly Foreseen[] {
  return schedules.map(turnsOf).flatMap((turns) => {
    const named = turns.schedule.stores;
    const mine = named.length === 0 ? stores : stores.filter((store) => named.includes(store));
    return turnsIn(turns, now, on, mostTurns).flatMap((at) =>
      mine.map((store) => ({
        ...expectedBackup(turns, store, at, size(store, at)),
        receiptUntil: validUntil(at, receiptHours),
      })),
    );
  });
}

function expectedBackup(
  { schedule }: Turns,
  store: string,
  takenAt: Instant,
  bytes: number,
): Omit<Foreseen, "receiptUntil"> {
  return {
    // On a Saturday night two classes have their turn at one moment.
    id: `expected ${store} ${takenAt} ${schedule.class}`,
    store,
    takenAt,
    class: schedule.class satisfies BackupClass,
    proven: schedule.prove,
    own: [],
    names: [],
    bytes,
    expected: true,
  };
}

/** The longest stretch without a new backup that ends between `now` and `on`, in hours; none where there is no backup yet. */
function worstGap(newestFirst: readonly Candidate[], now: Instant, on: Instant): number | undefined {
  if (newestFirst.every((one) => Date.parse(one.takenAt) > Date.parse(now))) return undefined;
  const moments = [...newestFirst.map(({ takenAt }) => Date.parse(takenAt)).toReversed(), Date.parse(on)];
  const gaps = moments.flatMap((at, index) => {
    const before = moments[index - 1];
    return before === undefined || at <= Date.parse(now) ? [] : [at - before];
  });
  return Math.max(0, ...gaps) / hour;
}

function sizesOf(backups: readonly Sized[], of: string): readonly Measured[] {
  const own = backups.filter((one) => one.store === of && !isSafety(one));
  return own.map(({ takenAt, bytes }) => ({ at: takenAt, value: bytes }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function rounded(hours: number | undefined): number | undefined {
  return hours === undefined ? undefined : Math.round(hours * 10) / 10;
}
