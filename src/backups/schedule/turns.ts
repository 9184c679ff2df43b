import { momentAfter, momentsIn, type Recurrence, readRecurrence } from "../../calendar/recurrence.ts";
import { type Zone, zoneOf } from "../../calendar/zone.ts";
import { idOf } from "../../kernel/digest.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { BackupSchedule } from "../../platform/backup-schedule.ts";

/** A schedule that can be asked. */
export interface Turns<Schedule = BackupSchedule> {
  /** The same as long as the schedule means the same. */
  readonly id: string;
  readonly schedule: Schedule;
  readonly recurrence: Recurrence;
  readonly zone: Zone;
}

/** Guide A's hours: at night, the weekly ones before Sunday's window. */
const usual = {
  daily: { every: "day", on: "03:00" },
  weekly: { every: "week", on: "Saturday 03:00" },
} as const;

/** Throws `InputError` for a day or a zone that is none. */
export function turnsOf(schedule: BackupSchedule): Turns {
  const { every = usual[schedule.class].every } = schedule;
  const on = schedule.on ?? (every === usual[schedule.class].every ? usual[schedule.class].on : "03:00");
  const zone = schedule.zone ?? "UTC";
  const id = `${schedule.class}-${idOf([schedule.class, every, on, zone, ...schedule.stores.toSorted()])}`;
  return { id, schedule, recurrence: readRecurrence(every, on), zone: zoneOf(zone) };
}

/** The last moment after `from` up to `until`: of several that nobody was there for, one is made up. */
export function lastTurn(
  { recurrence, zone }: Pick<Turns, "recurrence" | "zone">,
  from: Instant,
  until: Instant,
): Instant | undefined {
  const [last] = momentsIn(recurrence, zone, Date.parse(from), Date.parse(until), 1);
  return last === undefined ? undefined : instantOf(last);
}

export function nextTurnOf({ recurrence, zone }: Pick<Turns, "recurrence" | "zone">, after: Instant): Instant {
  return instantOf(momentAfter(recurrence, zone, Date.parse(after)));
}

/** All moments after `from` up to and including `until`, no more than `most`, the last ones. */
export function turnsIn({ recurrence, zone }: Turns, from: Instant, until: Instant, most: number): readonly Instant[] {
  return momentsIn(recurrence, zone, Date.parse(from), Date.parse(until), most).map(instantOf);
}
