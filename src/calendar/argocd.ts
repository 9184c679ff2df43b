import type { CompiledCalendar, EnvironmentCalendar } from "./compiled.ts";
import { openingsIn } from "./time-line.ts";
import { day, minute } from "./zone.ts";

/** An entry of `spec.syncWindows` of an AppProject. */
export interface SyncWindow {
  readonly kind: "allow" | "deny";
  /** Five fields of cron, of one date. */
  readonly schedule: string;
  /** As Go writes durations: `240m`. */
  readonly duration: string;
  readonly timeZone: "UTC";
  readonly applications: readonly string[];
  /** Whether a person may still sync by hand. */
  readonly manualSync: boolean;
}

/** Twelve months would be too long: cron knows no year, so a date would come back. */
const longestHorizonDays = 300;

/**
 * The sync windows of one environment from `now` on, one a date.
 *
 * Argo CD parses the schedule as standard cron, in which a day of the month and a weekday both given mean *either* (robfig/cron,
 * `dayMatches`), so "the first Sunday" cannot be said; a window is active when a start lies strictly between `duration` ago and
 * now (argoproj/argo-cd, pkg/apis/application/v1alpha1/types.go, `SyncWindow.active`). A day and a month with `*` for the
 * weekday match one date a year. Where no window matches an application every sync is allowed, so an environment that never
 * opens gets one that denies always: 25 hours from each midnight leave no moment out.
 *
 * Past the horizon no entry is active, and with `allow` entries that means no sync: it fails shut. Write them anew before a
 * year is over, or the dates come back.
 */
export function syncWindowsFor(
  environment: EnvironmentCalendar,
  applications: readonly string[],
  now: number,
  horizonDays: number,
): readonly SyncWindow[] {
  const until = now + Math.min(horizonDays, longestHorizonDays) * day;
  const common = { timeZone: "UTC", applications, manualSync: false } as const;
  const windows = environment.windows
    .flatMap(({ line }) => openingsIn(line, now, until))
    .toSorted((a, b) => a.from - b.from)
    .flatMap(({ from, until: end }) => datedWindows(Math.max(from, startOfDay(now)), Math.min(end, until)));
  if (windows.length === 0) return [{ kind: "deny", schedule: "0 0 * * *", duration: "25h", ...common }];
  return windows.map((window) => ({ kind: "allow", ...window, ...common }));
}

function startOfDay(at: number): number {
  return Math.floor(at / day) * day;
}

/** One window a stretch; a stretch of many days is one window too, as its duration may be of any length. */
function datedWindows(from: number, until: number): { readonly schedule: string; readonly duration: string }[] {
  const minutes = Math.floor((until - from) / minute);
  if (minutes <= 0) return [];
  const at = new Date(from);
  const schedule = `${at.getUTCMinutes()} ${at.getUTCHours()} ${at.getUTCDate()} ${at.getUTCMonth() + 1} *`;
  return [{ schedule, duration: `${minutes}m` }];
}

/** The part of an AppProject that holds the windows of an environment, to be merged into the project of that name in Git. */
export function appProjectPatch(
  calendar: CompiledCalendar,
  environment: EnvironmentCalendar,
  project: string,
  applications: readonly string[],
  now: number,
): object {
  const horizonDays = Math.min(longestHorizonDays, Math.floor((calendar.until - now) / day));
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: project },
    spec: { syncWindows: syncWindowsFor(environment, applications, now, horizonDays) },
  };
}
