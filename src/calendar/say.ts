import type { Window } from "../platform/schedule.ts";
import type { Blocker } from "./blockers.ts";
import type { Day, Recurrence } from "./recurrence.ts";
import { zoneOf } from "./zone.ts";

/** `2026-11-22 02:00 Europe/Paris`: a moment by the clock of a zone, which is named. */
export function sayMoment(at: number, zone: string): string {
  const wall = new Date(zoneOf(zone).wallAt(at)).toISOString();
  return `${wall.slice(0, 10)} ${wall.slice(11, 16)} ${zone}`;
}

/** `Sunday 02:00–06:00 (Europe/Paris), once a quarter`. */
export function sayWindow({ days, from, to, zone, cadence }: Window): string {
  const when = typeof days === "string" ? (days === "any" ? "any day" : days) : days.join(", ");
  return `${when} ${from}–${to} (${zone})${cadence === "any" ? "" : `, once a ${cadence}`}`;
}

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** `each month on the first Friday at 09:00`. */
export function sayTimes({ every, on, minutes }: Recurrence): string {
  const time = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return every === "day" ? `each day at ${time}` : `each ${every} on ${sayDay(on, every)} at ${time}`;
}

function sayDay(on: Day, every: string): string {
  switch (on.kind) {
    case "nth-weekday":
      return every === "week" ? (weekdays[on.weekday] ?? "") : `the ${on.nth} ${weekdays[on.weekday] ?? ""}`;
    case "date":
      return `day ${on.date}`;
    case "last-working-day":
      return "the last working day";
  }
}

/** A reason against starting, as a person says it. Moments by the clock of `zone`. */
// oxlint-disable-next-line complexity -- one case a kind
export function sayBlocker(blocker: Blocker, zone: string): string {
  switch (blocker.kind) {
    case "not-planned":
      return "nobody planned it yet";
    case "planned-later":
      return `it is planned for ${sayMoment(blocker.at, zone)}`;
    case "emergency-stop":
      return `the emergency stop stands: ${blocker.reason}`;
    case "clock-set-back":
      return `the clock was set back: it was already ${sayMoment(blocker.lastDecidedAt, zone)}`;
    case "frozen":
      return `frozen until ${sayMoment(blocker.until, zone)}`;
    case "no-environment":
      return blocker.environment === undefined
        ? "it disturbs users and names no environment"
        : `there is no environment ${blocker.environment}`;
    case "no-window":
      return "no window is long enough for it and its rollback, as far as the calendar reaches";
    case "window-closed":
      return `the window is closed; the next with room opens ${sayMoment(blocker.opens, zone)}`;
    case "turn-used":
      return `the window of this ${blocker.turn.split(" ")[0] ?? "turn"} was used already`;
    case "does-not-fit":
      return `it needs ${blocker.needed} min with room for the rollback, and ${blocker.left} min are left`;
    case "no-change-request":
      return "no change request is linked";
    case "gate":
      return `${blocker.gate} is ${blocker.answer}: ${blocker.why}`;
    case "another-running":
      return `another work order is running here: ${blocker.order}`;
  }
}
