import type { Decision } from "./decision.ts";
import { type Duty, overdueAt } from "./duties.ts";
import { nextTurn } from "./next-turn.ts";
import { momentsIn } from "./recurrence.ts";
import type { CalendarState, DutyProgress, Obligation } from "./state.ts";

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
  if (nextTurn(duty, progress) > now) return overdueNow(duty, progress.open, now);
  const came = momentsIn(duty.recurrence, duty.zone, progress.raisedUntil, now);
  const last = came.at(-1) ?? now;
  const missed = came.slice(0, -1).map((dueAt): Decision => {
    const whileDown = lastDecidedAt === undefined || lastDecidedAt < dueAt;
    return { kind: "duty-missed", duty: duty.id, dueAt, whileDown };
  });
  return [
    ...(progress.open === undefined ? [] : [missedAsSaid(progress.open)]),
    ...missed,
    { kind: "duty-due", duty: duty.id, dueAt: last },
    ...overdueNow(duty, { duty: duty.id, dueAt: last, overdue: false }, now),
  ];
}

/** The turn that people were told of and did not do. */
function missedAsSaid({ duty, dueAt }: Obligation): Decision {
  return { kind: "duty-missed", duty, dueAt, whileDown: false };
}

function overdueNow(duty: Duty, open: Obligation | undefined, now: number): Decision[] {
  if (open === undefined || open.overdue || overdueAt(duty, open.dueAt) > now) return [];
  return [{ kind: "duty-overdue", duty: duty.id, dueAt: open.dueAt }];
}
