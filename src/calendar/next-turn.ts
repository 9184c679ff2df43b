import type { Duty } from "./duties.ts";
import { momentAfter } from "./recurrence.ts";
import type { DutyProgress } from "./state.ts";

/** Progress never changes in place, so its next turn is worked out once: a year of decisions asks for it a hundred thousand times. */
const known = new WeakMap<DutyProgress, { readonly duty: Duty; readonly at: number }>();

/** The first turn of a duty that is not raised yet. Milliseconds since 1970. */
export function nextTurn(duty: Duty, progress: DutyProgress): number {
  const found = known.get(progress);
  if (found !== undefined && found.duty === duty) return found.at;
  const at = momentAfter(duty.recurrence, duty.zone, progress.raisedUntil);
  known.set(progress, { duty, at });
  return at;
}
