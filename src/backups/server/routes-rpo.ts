import * as z from "zod";
import { defineRoute, type Route } from "../../access/route.ts";
import { componentRpo, type Reached } from "../schedule/rpo.ts";
import { rpoHoursOf, storeNames } from "./config.ts";
import { withNulls } from "./nulls.ts";
import { provenSince } from "./proven.ts";
import { measuredIn, Past } from "./seen.ts";

const Moment = z.iso.datetime();

const ReachedReply = z.object({
  rpoHours: z.number().describe("May be lost"),
  ageHours: z.number().nullable().describe("Of the newest proven backup now: what a loss would cost"),
  lastHours: z.number().nullable().describe("Between the last two proven backups"),
  worstHours: z.number().nullable().describe("The most in the time asked for, or now"),
  inMonthHours: z.number().nullable().describe("If it goes on so; null: too few, or all within a day"),
  exceedsAt: Moment.nullable().describe("When more is lost than may be if it goes on so; null: not within a year"),
  perDayHours: z.number().nullable().describe("By which it grows in a day"),
  measured: z
    .array(z.object({ at: Moment, hours: z.number() }))
    .describe("At each proven backup how long the one before it was the newest, the oldest first"),
});

const Component = z.object({
  environment: z.string(),
  component: z.string(),
  ...ReachedReply.shape,
  unknown: z.array(z.string()).describe("Stores of which no backup was ever proven"),
  stores: z.array(z.object({ store: z.string(), ...ReachedReply.shape })),
});

const rpo = defineRoute({
  method: "GET",
  role: "viewer",
  effect: "none",
  environment: "any",
  path: "/backups/rpo",
  cli: "backup rpo",
  summary:
    "How much of each component could have been lost, between backups that were proven (RPO), and where that leads; of its stores the one that is worst off counts",
  query: Past,
  reply: z.object({ items: z.array(Component) }),
  handle: ({ query }, context) =>
    measuredIn(query, context, async (declared, since) => {
      const { store, now } = context;
      const stores = storeNames(declared).map((name) => ({ store: name, rpoHours: rpoHoursOf(declared, name) }));
      const proven = await provenSince(store, declared.environment, since);
      return componentRpo(stores, proven, now).map(({ unknown, stores: each, ...one }) => ({
        ...reached(one),
        unknown: [...unknown],
        stores: each.map(reached),
      }));
    }),
});

function reached<T extends Reached>({ measured, ...of }: T) {
  return { ...withNulls(of), measured: measured.map((one) => ({ ...one })) };
}

/** What could have been lost, and will. */
export const rpoRoutes: readonly Route[] = [rpo];
