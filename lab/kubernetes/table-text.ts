/** How long ago, as kubectl says it (apimachinery pkg/util/duration/duration.go, HumanDuration). */
export function ageText(since: string | undefined, now: string): string {
  if (since === undefined) return "<unknown>";
  return durationText(Date.parse(now) - Date.parse(since));
}

const [minute, hour, day, year] = [60, 3600, 86_400, 31_536_000];

/** Below so many seconds: in which unit it is told, and in which the rest, if at all. */
const scales: readonly (readonly [below: number, unit: number, name: string, rest?: readonly [number, string]])[] = [
  [2 * minute, 1, "s"],
  [10 * minute, minute, "m", [1, "s"]],
  [3 * hour, minute, "m"],
  [8 * hour, hour, "h", [minute, "m"]],
  [2 * day, hour, "h"],
  [8 * day, day, "d", [hour, "h"]],
  [2 * year, day, "d"],
  [8 * year, year, "y", [day, "d"]],
  [Number.POSITIVE_INFINITY, year, "y"],
];

export function durationText(millis: number): string {
  const seconds = Math.floor(millis / 1000);
  if (seconds < -1) return "<invalid>";
  const [, unit = 1, name = "s", rest] = scales.find(([below]) => seconds < below) ?? [];
  const [whole, over] = [Math.floor(Math.max(0, seconds) / unit), Math.max(0, seconds) % unit];
  const less = rest === undefined ? 0 : Math.floor(over / rest[0]);
  return less === 0 ? `${whole}${name}` : `${whole}${name}${less}${rest?.[1]}`;
}

export const none = "<none>";

export function joined(texts: readonly (string | undefined)[]): string {
  const given = texts.filter((text) => text !== undefined && text !== "");
  return given.length === 0 ? none : given.join(",");
}

/** `app=web,tier=front` */
export function labelsText(labels: Readonly<Record<string, string>> = {}): string {
  return joined(
    Object.entries(labels)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`),
  );
}
