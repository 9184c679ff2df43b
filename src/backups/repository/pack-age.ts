import type { Instant } from "../../kernel/instant.ts";

/*
 * Packs that no manifest names are kept for a while: runs that were broken off left them, and the next ones go on with them. A run
 * names what it took over only when it is sealed, so that it takes up none that could be removed before.
 */

const day = 86_400_000;

const limits = { "taken up": 5, sealed: 6, kept: 7 } as const;

/** Whether a pack that no manifest names is young enough at a moment to be taken up by a run, to be sealed in its backup, to be kept. */
export function isYoung(at: Instant, now: Instant, toBe: keyof typeof limits): boolean {
  return Date.parse(now) - Date.parse(at) <= limits[toBe] * day;
}
