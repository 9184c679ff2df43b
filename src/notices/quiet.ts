import { type Instant, instantOf } from "../kernel/instant.ts";

/** Hours of the day, by the clock of a zone: `22:00` to `07:00`. The same hour twice is no time at all. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}

const day = 1440;

/** When the quiet hours that a moment is in end; undefined when it is in none. */
export function quietUntil(quiet: QuietHours, now: Instant): Instant | undefined {
  const at = minuteOfDay(quiet.zone, Date.parse(now));
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const inside = from <= to ? at >= from && at < to : at >= from || at < to;
  if (!inside) return undefined;
  const start = Math.floor(Date.parse(now) / 60_000) * 60_000;
  const end = start + ((to - at + day) % day) * 60_000;
  // Where the clocks change in between, the end is off by the change.
  const off = ((minuteOfDay(quiet.zone, end) - to + day + day / 2) % day) - day / 2;
  return instantOf(Math.max(end - off * 60_000, start + 60_000));
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return (hours * 60 + minutes) % day;
}

function minuteOfDay(zone: string, millis: number): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return minutesOf(format.format(millis));
}
