/** The day so many days after a moment (milliseconds), in UTC, as `2026-12-31`. */
export function dayAfter(now: number, days: number): string {
  return new Date(now + days * 86_400_000).toISOString().slice(0, 10);
}
