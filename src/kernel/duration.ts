import { counted } from "./count.ts";

/** A length for people: `under a second`, `1 second`, `12 minutes`, `1.5 hours`; `not measured` when it is not known. */
export function formatDuration(seconds: number | undefined): string {
  if (seconds === undefined) return "not measured";
  if (seconds < 0.5) return "under a second";
  if (seconds < 90) return counted(Math.round(seconds), "second");
  if (seconds < 5400) return counted(Math.round(seconds / 60), "minute");
  return `${Math.round(seconds / 360) / 10} hours`;
}
