import * as z from "zod";

const Window = z.looseObject({
  kind: z.enum(["allow", "deny"]),
  schedule: z.string(),
  duration: z.string(),
  applications: z.array(z.string()).optional(),
  namespaces: z.array(z.string()).optional(),
  clusters: z.array(z.string()).optional(),
  manualSync: z.boolean().optional(),
  timeZone: z.string().optional(),
  andOperator: z.boolean().optional(),
});
type Window = z.infer<typeof Window>;

/** An AppProject's windows; one that is not valid is an error, since the real one refuses every sync then. */
export function windowsOf(project: Readonly<Record<string, unknown>> | undefined): readonly Window[] {
  const spec = (project?.["spec"] ?? {}) as { readonly syncWindows?: unknown };
  return z.array(Window).parse(spec.syncWindows ?? []);
}

interface Asking {
  readonly name: string;
  readonly namespace: string;
  readonly clusters: readonly string[];
}

/**
 * Whether a sync may run (argo-cd docs/user-guide/sync_windows.md and v1alpha1 `SyncWindows.CanSync`): without windows always; an
 * active deny wins, and lets a manual sync through only when every active deny says manualSync; with allow windows one must be
 * active, or the sync be manual and every inactive one say manualSync.
 */
export function maySync(windows: readonly Window[], asking: Asking, isManual: boolean, now: string): boolean {
  const own = windows.filter((window) => matches(window, asking));
  if (own.length === 0) return true;
  const active = own.filter((window) => isActive(window, now));
  const denies = active.filter(({ kind }) => kind === "deny");
  if (denies.length > 0) return isManual && denies.every(({ manualSync }) => manualSync === true);
  const allows = own.filter(({ kind }) => kind === "allow");
  if (allows.length === 0 || active.some(({ kind }) => kind === "allow")) return true;
  return isManual && allows.every(({ manualSync }) => manualSync === true);
}

function matches(window: Window, { name, namespace, clusters }: Asking): boolean {
  const checks = [
    window.applications?.some((one) => glob(one, name)),
    window.namespaces?.some((one) => glob(one, namespace)),
    window.clusters?.some((one) => clusters.some((cluster) => glob(one, cluster))),
  ].filter((check) => check !== undefined);
  return window.andOperator === true ? checks.length > 0 && checks.every(Boolean) : checks.some(Boolean);
}

function glob(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

/** Whether the schedule last struck less than `duration` ago. */
function isActive({ schedule, duration, timeZone = "UTC" }: Window, now: string): boolean {
  const minutes = Math.ceil(durationMs(duration) / 60_000);
  const start = Math.floor(Date.parse(now) / 60_000);
  const cron = cronOf(schedule);
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    minute: "numeric",
    hour: "numeric",
    day: "numeric",
    month: "numeric",
    year: "numeric",
  });
  for (let ago = 0; ago < minutes; ago += 1) if (strikes(cron, format, (start - ago) * 60_000)) return true;
  return false;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1h30m`, `90s`, as Go writes durations. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text)
    throw new Error(`time: invalid duration "${text}"`);
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (units[unit] ?? 0), 0);
}

type Cron = readonly { readonly values: ReadonlySet<number>; readonly isAny: boolean }[];

const ranges: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
];

function cronOf(schedule: string): Cron {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) throw new Error(`cannot parse schedule '${schedule}': expected exactly 5 fields`);
  return fields.map((field, index) => {
    const [low, high] = ranges[index] ?? [0, 0];
    const values = field.split(",").flatMap((part) => {
      const found = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
      if (found === null) throw new Error(`cannot parse schedule '${schedule}': ${part}`);
      const from = found[1] === undefined ? low : Number(found[1]);
      const to =
        found[2] === undefined ? (found[1] === undefined || found[3] !== undefined ? high : from) : Number(found[2]);
      const step = Number(found[3] ?? 1);
      return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);
    });
    return { values: new Set(values.map((value) => (index === 4 ? value % 7 : value))), isAny: field.startsWith("*") };
  });
}

function strikes(cron: Cron, format: Intl.DateTimeFormat, at: number): boolean {
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { minute = 0, hour = 0, day = 1, month = 1, year = 1970 } = parts;
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  const hits = [minute, hour, day, month, weekday].map((value, index) => cron[index]?.values.has(value) === true);
  const [isMinute, isHour, isDay, isMonth, isWeekday] = hits;
  // Where both are given, either is enough (robfig/cron, which Argo CD uses).
  const isEither = cron.slice(2).every(({ isAny }, index) => index === 1 || !isAny);
  const isDate = isEither ? [isDay, isWeekday].some(Boolean) : [isDay, isWeekday].every(Boolean);
  return [isMinute, isHour, isMonth, isDate].every(Boolean);
}
