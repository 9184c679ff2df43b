/** A length for people: `1.5 hours`, `12 minutes`; `not measured` when it is not known. */
export function formatDuration(seconds: number | undefined): string {
  if (seconds === undefined) return "not measured";
  if (seconds < 90) return `${Math.round(seconds)} seconds`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 360) / 10} hours`;
}
