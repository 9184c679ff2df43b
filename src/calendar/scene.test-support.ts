import type { Window } from "../platform/schedule.ts";
import { type CalendarConfig, compileCalendar } from "./compiled.ts";
import { assumed } from "./estimate.ts";
import { newOrder } from "./propose.ts";
import { type CalendarState, freshState } from "./state.ts";
import type { WorkOrder } from "./work-order.ts";
import { day } from "./zone.ts";

export const start = Date.UTC(2026, 10, 16); // a Monday
export const sunday = Date.UTC(2026, 10, 22);

const production: Window = {
  environment: "production",
  days: ["Sunday"],
  from: "02:00",
  to: "06:00",
  zone: "UTC",
  cadence: "quarter",
};

export function stateWith(orders: readonly WorkOrder[], config: Partial<CalendarConfig> = {}): CalendarState {
  const calendar = compileCalendar(
    {
      environments: [{ name: "production" }],
      components: [],
      windows: [production],
      freezes: [],
      duties: [],
      ...config,
    },
    start - 100 * day,
    start + 500 * day,
  );
  return {
    ...freshState({ ...calendar, duties: config.duties === undefined ? [] : calendar.duties }),
    orders,
    everOrdered: new Set(orders.map(({ id }) => id)),
  };
}

export function planned(change: Partial<WorkOrder> = {}): WorkOrder {
  return newOrder({
    id: "w1",
    title: "GitLab to 18.5",
    origin: { kind: "person", actor: "ada" },
    environment: "production",
    createdAt: start,
    state: "planned",
    changeRequest: "https://git.example/platform/merge_requests/1",
    estimate: assumed(90, 60),
    ...change,
  });
}

/** A state with all the duties. */
export function reviewed(): CalendarState {
  return stateWith([], { duties: [] });
}
