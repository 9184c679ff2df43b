import type { Decision } from "./decision.ts";
import { type Duty, overdueAt } from "./duties.ts";
import { nextTurn } from "./next-turn.ts";
import { momentsIn } from "./recurrence.ts";
import type { CalendarState, DutyProgress } from "./state.ts";

/**
 * Every turn since a duty was last looked at, one by one, also when that was long ago: the last one is due, those before it
 * were missed.
 */
export function decideDuties(state: CalendarState, now: number): Decision[] {
  return state.calendar.duties.flatMap((duty) => {
    const progress = state.duties.get(duty.id);
    if (progress === undefined) return [{ kind: "duty-followed", duty: duty.id, since: now } as const];
    return decideDuty(duty, progress, state.lastDecidedAt, now);
  });
}

function decideDuty(duty: Duty, progress: DutyProgress, lastDecidedAt: number | undefined, now: number): Decision[] {
  const decisions: Decision[] = [];
  const came = nextTurn(duty, progress) > now ? [] : momentsIn(duty.recurrence, duty.zone, progress.raisedUntil, now);
  const last = came.at(-1);
  if (last !== undefined && progress.open !== undefined)
    decisions.push({ kind: "duty-missed", duty: duty.id, dueAt: progress.open.dueAt, whileDown: false });
  for (const dueAt of came.slice(0, -1)) {
    const whileDown = lastDecidedAt === undefined || lastDecidedAt < dueAt;
    decisions.push({ kind: "duty-missed", duty: duty.id, dueAt, whileDown });
  }
  if (last !== undefined) decisions.push({ kind: "duty-due", duty: duty.id, dueAt: last });
  const open = last === undefined ? progress.open : { dueAt: last, overdue: false };
  if (open !== undefined && !open.overdue && overdueAt(duty, open.dueAt) <= now)
    decisions.push({ kind: "duty-overdue", duty: duty.id, dueAt: open.dueAt });
  return decisions;
}
