import { readRecurrence } from "../../calendar/recurrence.ts";
import { zoneOf } from "../../calendar/zone.ts";
import { idOf } from "../../kernel/digest.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { DrillSchedule } from "../../platform/backup-schedule.ts";
import { lastTurn, nextTurnOf, type Turns } from "./turns.ts";

export type DrillTurns = Turns<DrillSchedule>;

/** Before the guides' duties that they fulfil are due: the restore test on the third Wednesday, the recovery test on day 135. */
const usual = {
  one: { every: "month", on: "third Wednesday 05:00" },
  everything: { every: "year", on: "day 133 05:00" },
} as const;

const monthly: DrillSchedule = { scope: "one", from: "first" };
const yearly: DrillSchedule = { scope: "everything", from: "first" };
/** A day later: both read a repository whole. */
const failover: DrillSchedule = { scope: "everything", from: "second", on: "day 134 05:00" };

/** As they are declared, or else the usual ones. Throws `InputError` for a day or a zone that is none. */
export function drillTurnsOf(
  declared: readonly DrillSchedule[] | undefined,
  hasSecond: boolean,
): readonly DrillTurns[] {
  return (declared ?? [monthly, yearly, ...(hasSecond ? [failover] : [])]).map((schedule) => {
    const { scope, from, every = usual[scope].every, zone = "UTC" } = schedule;
    const on = schedule.on ?? (every === usual[scope].every ? usual[scope].on : undefined);
    const id = `drill-${scope}-${idOf([scope, from, every, on ?? "", zone])}`;
    return { id, schedule, recurrence: readRecurrence(every, on), zone: zoneOf(zone) };
  });
}

/**
 * The turn that a drill has to have passed since, when turns were begun until then. A schedule that is new has none before its first
 * turn: that is the next one, and nothing is late before it.
 */
export function turnBegun(turns: DrillTurns, begunUntil: Instant): Instant {
  const before = new Date(Date.parse(begunUntil) - 1).toISOString() as Instant;
  return lastTurn(turns, before, begunUntil) ?? nextTurnOf(turns, begunUntil);
}
