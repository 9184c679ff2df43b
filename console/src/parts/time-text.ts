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
    new Intl.DateTimeFormat("en-GB", {
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

/** `1 h 20 min`, `45 s`, `3 d 4 h`: the two largest units. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
