import * as z from "zod";
import { refuse } from "../access/refusal.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute, type Route, type RouteContext } from "../access/route.ts";
import { instantOf } from "../kernel/instant.ts";
import { collisionsIn } from "./collisions.ts";
import type { CompiledCalendar } from "./compiled.ts";
import { type CalendarEntry, entriesIn, feedEvent } from "./entries.ts";
import { icalendar } from "./ical.ts";
import { EnvironmentName, Moment } from "./replies.ts";
import { sayMoment, sayWindow } from "./say.ts";
import { calendarKey } from "./service.ts";
import { simulateAside } from "./simulate.ts";
import { listOrders, loadState } from "./store.ts";
import { type OrderRow, orderOf } from "./tables.ts";
import { nextOpening } from "./time-line.ts";
import { day } from "./zone.ts";

const span = {
  from: Moment.optional().describe("Now when left out"),
  to: Moment.optional().describe("31 days later when left out"),
};

const longest = 400 * day;

/** The stretch of time a caller asks about; a refusal when it is none or too long. */
function spanOf(
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: string,
  usualDays: number,
) {
  const from = Date.parse(query.from ?? now);
  const until = query.to === undefined ? from + usualDays * day : Date.parse(query.to);
  if (until <= from) return refuse(422, "`to` is not later than `from`.", "Give two moments in order.");
  if (until - from > longest) return refuse(422, "That is more than 400 days.", "Ask for a year at a time.");
  return { from, until };
}

const Entry = z.object({
  kind: z.enum(["window", "freeze", "duty", "work"]),
  id: z.string(),
  title: z.string(),
  environment: z.string().optional(),
  from: z.string(),
  until: z.string(),
  says: z.string().describe("By the clock that people there live by"),
});

/** What the caller may see. */
interface Visible {
  readonly calendar: CompiledCalendar;
  readonly orders: readonly OrderRow[];
  /** All of them when undefined. */
  readonly environments: readonly string[] | undefined;
}

async function visibleTo({ store, now, services, principal }: RouteContext): Promise<Visible> {
  const visible = environmentsOf(principal, "viewer");
  const orders = await listOrders(store, { state: "open", environment: undefined, visible }, undefined, 1000);
  return { calendar: services.need(calendarKey).compiled(now), orders, environments: visible };
}

function entriesOf({ calendar, orders, environments }: Visible, from: number, until: number): readonly CalendarEntry[] {
  return entriesIn(calendar, orders.map(orderOf), from, until).filter(
    ({ environment }) => environment === undefined || environments === undefined || environments.includes(environment),
  );
}

const show = defineRoute({
  method: "GET",
  path: "/calendar",
  cli: "calendar show",
  summary: "Windows, freezes, duties and planned work, by time",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({ ...span, environment: EnvironmentName.optional() }),
  reply: z.object({ items: z.array(Entry) }),
  async handle({ query }, context) {
    const asked = spanOf(query, context.now, 31);
    if (!("from" in asked)) return asked;
    const entries = entriesOf(await visibleTo(context), asked.from, asked.until);
    const items = entries
      .filter(({ environment }) => query.environment === undefined || environment === query.environment)
      .map(({ environment, from, until, ...entry }) => ({
        ...entry,
        from: instantOf(from),
        until: instantOf(until),
        ...(environment === undefined ? {} : { environment }),
      }));
    return { items };
  },
});

const feed = defineRoute({
  method: "GET",
  path: "/calendar.ics",
  cli: "calendar feed",
  summary: "The calendar of the next half year, for calendar programs (iCalendar)",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({ windows: z.enum(["yes", "no"]).default("yes").describe("With the windows themselves") }),
  media: "text/calendar",
  reply: z.string(),
  async handle({ query }, context) {
    const service = context.services.need(calendarKey);
    const visible = await visibleTo(context);
    const { calendar, orders, environments } = visible;
    const { platform } = service.inForce().config;
    const of = {
      calendar,
      reader: JSON.stringify([query.windows, platform, environments?.toSorted() ?? null]),
      orders: JSON.stringify(orders.map(({ id, version }) => [id, version])),
    };
    const today = Math.floor(Date.parse(context.now) / day) * day;
    return service.feeds(of, () => {
      const entries = entriesOf(visible, today - 7 * day, today + 183 * day);
      const shown = entries.filter(({ kind }) => query.windows === "yes" || kind !== "window");
      // The day stands for "last changed": within it the same calendar is the same text.
      return icalendar(
        `Maintenance of ${platform}`,
        shown.map((entry) => feedEvent(entry, platform)),
        today,
      );
    });
  },
});

const Windows = z.object({
  environment: z.string(),
  windows: z.array(z.string()),
  isOpen: z.boolean(),
  next: z.string().optional().describe("The opening that it is, or else the next one"),
});

const windows = defineRoute({
  method: "GET",
  path: "/windows",
  cli: "calendar windows",
  summary: "The windows of each environment, whether one is open, and the next",
  role: "viewer",
  effect: "none",
  environment: "any",
  reply: z.object({ items: z.array(Windows) }),
  async handle(_, { now, services, principal }) {
    const visible = environmentsOf(principal, "viewer");
    const at = Date.parse(now);
    const environments = [...services.need(calendarKey).compiled(now).environments.values()];
    const items = environments
      .filter(({ name }) => visible === undefined || visible.includes(name))
      .map((environment) => {
        const found = environment.windows.flatMap(({ window, line }) => {
          const opening = nextOpening(line, at);
          return opening === undefined ? [] : [{ opening, zone: window.zone }];
        });
        const [next] = found.toSorted((a, b) => a.opening.from - b.opening.from);
        return {
          environment: environment.name,
          windows: environment.windows.map(({ window }) => sayWindow(window)),
          isOpen: next !== undefined && next.opening.from <= at,
          ...(next === undefined
            ? {}
            : { next: `${sayMoment(next.opening.from, next.zone)} to ${sayMoment(next.opening.until, next.zone)}` }),
        };
      });
    return { items };
  },
});

/** Whatever waits to be answered goes first. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const simulation = defineRoute({
  method: "GET",
  path: "/simulate",
  cli: "calendar simulate",
  summary: "Play the calendar through: what collides, and what lapses although people do their part",
  role: "viewer",
  effect: "none",
  query: z.object(span),
  reply: z.object({
    done: z.number(),
    lapsed: z.array(z.object({ title: z.string(), raisedAt: z.string() })),
    collisions: z.array(z.object({ title: z.string(), arithmetic: z.array(z.string()), toDo: z.string() })),
  }),
  async handle({ query }, { store, now, services, signal }) {
    const asked = spanOf(query, now, 365);
    if (!("from" in asked)) return asked;
    const service = services.need(calendarKey);
    const calendar = service.compiled(now);
    if (asked.from < calendar.from || asked.until > calendar.until)
      return refuse(422, "The calendar does not reach that far.", "Ask for at most a year from today.");
    const state = await loadState(store, calendar, undefined, undefined, asked.from);
    const input = { state: { ...state, lastDecidedAt: undefined }, ...asked, dutiesAreDone: true };
    const played = await simulateAside(input, giveWay, signal);
    const collisions = collisionsIn(calendar, asked.from, asked.until);
    return {
      done: played.orders.filter(({ outcome }) => outcome === "done").length,
      lapsed: played.orders
        .filter(({ outcome }) => outcome === "lapsed")
        .map(({ order, raisedAt }) => ({ title: order.title, raisedAt: instantOf(raisedAt) })),
      collisions: collisions.map(({ title, arithmetic, toDo }) => ({ title, arithmetic: [...arithmetic], toDo })),
    };
  },
});

export const calendarRoutesOfTime: readonly Route[] = [show, feed, windows, simulation];
