/*
 * Schedules of sync windows, as Argo CD reads them: robfig/cron v3, `NewParser(Minute | Hour | Dom | Month | Dow)`. A day of the
 * month and a weekday that are both given mean either of them (`dayMatches`).
 */

interface Field {
  readonly values: ReadonlySet<number>;
  /** Every value, without a step: it says nothing. */
  readonly star: boolean;
}

export interface Schedule {
  readonly minute: Field;
  readonly hour: Field;
  readonly date: Field;
  readonly month: Field;
  readonly weekday: Field;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const bounds: readonly Bounds[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  {
    least: 1,
    most: 12,
    names: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { least: 0, most: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/** Reads five fields of cron; undefined for a text that this does not understand. */
export function parseSchedule(text: string): Schedule | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length !== bounds.length) return undefined;
  const fields = bounds.map((bound, index) => fieldOf(words[index] ?? "", bound));
  const [minute, hour, date, month, weekday] = fields;
  if (!minute || !hour || !date || !month || !weekday) return undefined;
  return { minute, hour, date, month, weekday };
}

function fieldOf(text: string, bound: Bounds): Field | undefined {
  const parts = text.split(",").map((part) => rangeOf(part, bound));
  if (parts.some((part) => part === undefined)) return undefined;
  const known = parts.flatMap((part) => part ?? []);
  return { values: new Set(known.flatMap(({ values }) => values)), star: known.some(({ star }) => star) };
}

function rangeOf(
  text: string,
  bound: Bounds,
): { readonly values: readonly number[]; readonly star: boolean } | undefined {
  const [range = "", step] = text.split("/");
  const every = step === undefined ? 1 : /^[1-9]\d{0,3}$/.test(step) ? Number(step) : undefined;
  const ends = endsOf(range, bound, step !== undefined);
  if (every === undefined || ends === undefined || text.split("/").length > 2) return undefined;
  const values: number[] = [];
  for (let value = ends.first; value <= ends.last; value += every) values.push(value);
  return { values, star: ends.star && every === 1 };
}

function endsOf(range: string, bound: Bounds, hasStep: boolean) {
  if (/^[*?]$/.test(range)) return { first: bound.least, last: bound.most, star: true };
  const [from, to] = /^[a-z0-9]+(?:-[a-z0-9]+)?$/i.test(range) ? range.split("-") : [];
  const first = numberOf(from, bound);
  // `5/10` is from 5 to the end.
  const last = hasStep && to === undefined ? bound.most : numberOf(to ?? from, bound);
  return first === undefined || last === undefined || first > last ? undefined : { first, last, star: false };
}

function numberOf(text: string | undefined, { least, most, names = [] }: Bounds): number | undefined {
  if (text === undefined) return undefined;
  const named = text === "" ? -1 : names.indexOf(text.toLowerCase());
  const value = named >= 0 ? named : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

const minuteMillis = 60_000;

/** Whether a start of the schedule lies strictly between two moments of the wall clock, given as if they were UTC. */
export function startsBetween(schedule: Schedule, after: number, before: number): boolean {
  for (let at = (Math.floor(after / minuteMillis) + 1) * minuteMillis; at < before; at += minuteMillis)
    if (matches(schedule, new Date(at))) return true;
  return false;
}

function matches({ minute, hour, date, month, weekday }: Schedule, at: Date): boolean {
  if (!minute.values.has(at.getUTCMinutes()) || !hour.values.has(at.getUTCHours())) return false;
  if (!month.values.has(at.getUTCMonth() + 1)) return false;
  const [onDate, onWeekday] = [date.values.has(at.getUTCDate()), weekday.values.has(at.getUTCDay())];
  return date.star || weekday.star ? onDate && onWeekday : onDate || onWeekday;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as Go writes it: `1h30m`; undefined for another text. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|h|m|s))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0), 0);
}
