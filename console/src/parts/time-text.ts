import { dateFormat } from "./date-format.ts";

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

const short: Readonly<Record<string, string>> = {
  year: "y",
  month: "mo",
  week: "wk",
  day: "d",
  hour: "h",
  minute: "min",
};

/** `3 h ago`, `in 2 d`, `now` (under a minute). Whole units, rounded down. */
export function relativeText(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000;
  if (!Number.isFinite(seconds)) return "at no known time";
  const size = Math.abs(seconds);
  const [unit, length] = units.find(([, inSeconds]) => size >= inSeconds) ?? ["second", 1];
  if (unit === "second") return "now";
  const count = `${Math.floor(size / length)} ${short[unit]}`;
  return seconds < 0 ? `${count} ago` : `in ${count}`;
}

/** `2026-11-20 10:05` in that zone; with the seconds where asked for. */
export function exactText(at: string, zone: string, seconds = false): string {
  const millis = Date.parse(at);
  if (Number.isNaN(millis)) return at;
  const parts = Object.fromEntries(
    dateFormat("en-GB", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    })
      .formatToParts(millis)
      .map(({ type, value }) => [type, value]),
  );
  const day = `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
  const time = `${parts["hour"]}:${parts["minute"]}`;
  return `${day} ${time}${seconds ? `:${parts["second"]}` : ""}`;
}

/** `1 h 20 min`, `45 s`, `3 d 4 h`: the two largest units, rounded to the smaller one. */
export function durationText(seconds: number): string {
  const [whole, minutes, hours] = [Math.round(seconds), Math.round(seconds / 60), Math.round(seconds / 3600)];
  if (whole < 60) return `${whole} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return twoUnits(minutes, 60, "h", "min");
  return twoUnits(hours, 24, "d", "h");
}

function twoUnits(count: number, inLarge: number, large: string, small: string): string {
  const rest = count % inLarge;
  return `${Math.floor(count / inLarge)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}
