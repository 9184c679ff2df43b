/*
 * Schedules as robfig/cron v3 reads them, which both kube-controller-manager (cron.ParseStandard) and Argo CD use. Our own reading of
 * it, on purpose: see lab/argocd/windows.ts.
 */

interface Field {
  readonly values: ReadonlySet<number>;
  /** A plain star; one with a step says something. */
  readonly isAny: boolean;
}

export type Cron = readonly Field[];

const fieldsOf: readonly { readonly low: number; readonly high: number; readonly names?: readonly string[] }[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] },
  { low: 0, high: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

const descriptors: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Throws for a text that is no schedule. */
export function cronOf(schedule: string): Cron {
  const words = (descriptors[schedule.trim()] ?? schedule).trim().split(/\s+/);
  if (words.length !== 5) throw new Error(`cannot parse schedule '${schedule}': expected exactly 5 fields`);
  return fieldsOf.map((field, index) => {
    const parts = (words[index] ?? "").split(",").map((part) => partOf(part, field));
    if (parts.some((part) => part === undefined))
      throw new Error(`cannot parse schedule '${schedule}': ${words[index]}`);
    const known = parts.flatMap((part) => (part === undefined ? [] : [part]));
    return { values: new Set(known.flatMap(({ values }) => values)), isAny: known.some(({ isAny }) => isAny) };
  });
}

function partOf(part: string, field: (typeof fieldsOf)[number]): Part | undefined {
  const found = /^(?:[*?]|(\w+)(?:-(\w+))?)(?:\/([1-9]\d*))?$/.exec(part);
  if (found === null) return undefined;
  const [, first, last, stepped] = found;
  const from = valueOf(first, field) ?? field.low;
  // `5/10` is from 5 to the end.
  const to = valueOf(last, field) ?? (first === undefined || stepped !== undefined ? field.high : from);
  const step = Number(stepped ?? 1);
  return isWithin(from, to, field)
    ? { values: stepsOf(from, to, step), isAny: first === undefined && step === 1 }
    : undefined;
}

function isWithin(from: number, to: number, { low, high }: (typeof fieldsOf)[number]): boolean {
  return from >= low && to <= high && from <= to;
}

function stepsOf(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => from + at * step);
}

interface Part {
  readonly values: readonly number[];
  readonly isAny: boolean;
}

/** undefined where nothing is written; not a number for what is neither one nor a name. */
function valueOf(text: string | undefined, { low, names = [] }: (typeof fieldsOf)[number]): number | undefined {
  if (text === undefined) return undefined;
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + low;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** Whether the schedule strikes in the minute of a moment, by the clock on the wall of a time zone. Throws for a zone that is none. */
export function strikes(cron: Cron, at: number, timeZone = "UTC"): boolean {
  const wall = new Date(at + offsetOf(timeZone, at));
  const clock = [wall.getUTCMinutes(), wall.getUTCHours(), wall.getUTCDate(), wall.getUTCMonth() + 1, wall.getUTCDay()];
  const [minute, hour, date, month, weekday] = clock.map((value, index) => cron[index]?.values.has(value) === true);
  if (!(minute && hour && month)) return false;
  // A date and a weekday that are both given: either is enough.
  const isEither = cron[2]?.isAny === false && cron[4]?.isAny === false;
  return isEither ? [date, weekday].some(Boolean) : [date, weekday].every(Boolean);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that a zone is ahead of UTC at a moment. */
function offsetOf(timeZone: string, at: number): number {
  if (/^(?:Etc\/)?UTC$/.test(timeZone)) return 0;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  formats.set(timeZone, format);
  const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d{2}):?(\d{2})?/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
