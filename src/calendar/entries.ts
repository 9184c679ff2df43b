import { instantOf } from "../kernel/instant.ts";
import type { CompiledCalendar } from "./compiled.ts";
import type { FeedEvent } from "./ical.ts";
import { momentsIn } from "./recurrence.ts";
import { sayMoment } from "./say.ts";
import { zoneFor } from "./tell.ts";
import { openingsIn } from "./time-line.ts";
import { isOver, type WorkOrder } from "./work-order.ts";
import { minute } from "./zone.ts";

/** Something on the calendar. */
export interface CalendarEntry {
  readonly kind: "window" | "freeze" | "duty" | "work";
  /** Stable: the same thing has the same id whenever it is asked for. */
  readonly id: string;
  readonly title: string;
  readonly environment: string | undefined;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** By the clock that people there live by, which it names. */
  readonly says: string;
}

/** What is on the calendar in `[from, until)`, by time: windows, freezes, duties' turns and work orders that have a time. */
export function entriesIn(
  calendar: CompiledCalendar,
  orders: readonly WorkOrder[],
  from: number,
  until: number,
): readonly CalendarEntry[] {
  return [
    ...windowEntries(calendar, from, until),
    ...freezeEntries(calendar, from, until),
    ...dutyEntries(calendar, from, until),
    ...orders.flatMap((order) => workEntries(order, calendar, from, until)),
  ].toSorted((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
}

function windowEntries({ environments }: CompiledCalendar, from: number, until: number): CalendarEntry[] {
  return [...environments.values()].flatMap(({ name, windows }) =>
    windows.flatMap(({ window, line }, index) =>
      openingsIn(line, from, until).map((opening) => ({
        kind: "window" as const,
        id: `window-${name}-${index}-${opening.from}`,
        title: `Window: ${name}`,
        environment: name,
        from: opening.from,
        until: opening.until,
        says: `${sayMoment(opening.from, window.zone)} to ${sayMoment(opening.until, window.zone)}`,
      })),
    ),
  );
}

function freezeEntries({ freezes }: CompiledCalendar, from: number, until: number): CalendarEntry[] {
  return freezes.flatMap((freeze) => {
    const span = { from: Date.parse(freeze.from), until: Date.parse(freeze.until) };
    if (span.until <= from || span.from >= until) return [];
    return [
      {
        kind: "freeze" as const,
        id: `freeze-${freeze.environment ?? "all"}-${span.from}`,
        title: `Freeze: ${freeze.reason}`,
        environment: freeze.environment,
        ...span,
        says: `${instantOf(span.from)} to ${instantOf(span.until)}`,
      },
    ];
  });
}

function dutyEntries({ duties }: CompiledCalendar, from: number, until: number): CalendarEntry[] {
  return duties.flatMap((duty) =>
    momentsIn(duty.recurrence, duty.zone, from - 1, until - 1).map((at) => ({
      kind: "duty" as const,
      id: `duty-${duty.id}-${at}`,
      title: duty.title,
      environment: duty.environment,
      from: at,
      until: at + duty.lengthMinutes * minute,
      says: `${sayMoment(at, duty.zone.name)}, ${duty.lengthMinutes} min; what proves it: ${duty.evidence}`,
    })),
  );
}

function workEntries(order: WorkOrder, calendar: CompiledCalendar, from: number, until: number): CalendarEntry[] {
  const begins = order.startedAt ?? order.notBefore;
  if (begins === undefined || isOver(order)) return [];
  const ends = begins + order.estimate.forwardMinutes * minute;
  if (ends <= from || begins >= until) return [];
  const zone = zoneFor(order, calendar);
  const says = `${order.state}; ${sayMoment(begins, zone)} to ${sayMoment(ends, zone)}, and ${order.estimate.rollbackMinutes} min to put it back`;
  return [
    {
      kind: "work",
      id: `work-${order.id}`,
      title: order.title,
      environment: order.environment,
      from: begins,
      until: ends,
      says,
    },
  ];
}

/** An entry as calendar programs show it. Only work makes people busy. */
export function feedEvent(entry: CalendarEntry, platform: string): FeedEvent {
  return {
    uid: `${entry.id}@${platform}.millwright`,
    from: entry.from,
    until: entry.until,
    title: entry.title,
    description: entry.says,
    category: entry.kind,
    busy: entry.kind === "work",
  };
}
