import { type ServiceKey, serviceKey } from "../access/route.ts";
import type { Instant } from "../kernel/instant.ts";
import type { PlatformConfig } from "../platform/config.ts";
import type { Store } from "../store/store.ts";
import { type CalendarConfig, type CompiledCalendar, compileCalendar } from "./compiled.ts";
import { type Feeds, rememberedFeeds } from "./feeds.ts";
import type { Stop } from "./store.ts";
import type { WorkOrder } from "./work-order.ts";
import { day } from "./zone.ts";

/** What is in force: the last valid `millwright.yaml`, planned freezes among it, and what the server's own file puts above it. */
export interface CalendarInForce {
  readonly config: CalendarConfig & Pick<PlatformConfig, "platform" | "policy">;
  readonly stop: Stop | undefined;
}

/** The calendar for routes and scheduler; built once by the server's main. */
export interface CalendarService {
  inForce(): CalendarInForce;
  /** The same object until the configuration or the day (UTC) is another one. */
  compiled(now: Instant): CompiledCalendar;
  readonly feeds: Feeds;
  /** The procedure that does a work order's work, as far as one is known, with its arguments as they are now. */
  readonly offer: (store: Store, order: WorkOrder) => Promise<OfferedProcedure | undefined>;
  /** Has the calendar decide anew at once: what somebody just decided need not wait for the next minute. */
  readonly hurry: (store: Store, now: Instant) => Promise<void>;
  /** What a finding and all that are mended with it have in common; undefined: there is no such finding. */
  readonly togetherOf: (store: Store, finding: string) => Promise<string | undefined>;
}

export interface OfferedProcedure {
  readonly procedure: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export const calendarKey: ServiceKey<CalendarService> = serviceKey("calendar");

/** How far the compiled calendar reaches: back over the longest turn of a budget, and ahead over a year and a quarter. */
const back = 100 * day;
const ahead = 460 * day;

/** Compiles anew when the configuration is another one, or a day has passed. */
export function calendarService(
  inForce: () => CalendarInForce,
  offer: CalendarService["offer"] = async () => undefined,
  hurry: CalendarService["hurry"] = async () => undefined,
  togetherOf: CalendarService["togetherOf"] = async () => undefined,
): CalendarService {
  let last: { readonly config: unknown; readonly day: number; readonly calendar: CompiledCalendar } | undefined;
  return {
    inForce,
    feeds: rememberedFeeds(),
    offer,
    hurry,
    togetherOf,
    compiled(now) {
      const { config } = inForce();
      const today = Math.floor(Date.parse(now) / day);
      if (last?.config === config && last.day === today) return last.calendar;
      const calendar = compileCalendar(config, today * day - back, today * day + ahead);
      last = { config, day: today, calendar };
      return calendar;
    },
  };
}
