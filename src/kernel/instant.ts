/** A moment in UTC, written as ISO 8601 with milliseconds: `2026-11-20T22:37:46.000Z`. */
export type Instant = string & { readonly __brand: "Instant" };

/** Reads an ISO 8601 moment or date (a date is midnight UTC); undefined when it is neither. */
export function parseInstant(text: string): Instant | undefined {
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? undefined : instantOf(millis);
}

/** The instant `millis` milliseconds after 1970-01-01T00:00:00Z. */
export function instantOf(millis: number): Instant {
  return new Date(millis).toISOString() as Instant;
}

/** Whole days from `earlier` to `later`, rounded down; negative when `later` comes first. */
export function daysBetween(earlier: Instant, later: Instant): number {
  return Math.floor((Date.parse(later) - Date.parse(earlier)) / 86_400_000);
}
