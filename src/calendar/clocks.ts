import type { Severity } from "../systems/contract.ts";
import { hour } from "./zone.ts";

/** How long guide A leaves between a finding and its end, in hours. */
export const clockHours: Readonly<Record<Severity, number>> = {
  critical: 24,
  high: 7 * 24,
  medium: 30 * 24,
  low: 90 * 24,
};

/** When the clock of a finding runs out. Milliseconds since 1970. */
export function deadlineOf(severity: Severity, since: number): number {
  return since + clockHours[severity] * hour;
}
