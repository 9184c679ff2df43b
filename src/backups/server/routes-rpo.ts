import * as z from "zod";
import { mayUse } from "../../access/role.ts";
import { defineRoute, type Route } from "../../access/route.ts";
import { instantOf } from "../../kernel/instant.ts";
import { componentRpo, type Reached } from "../schedule/rpo.ts";
import { rpoHoursOf, storeNames } from "./config.ts";
import { provenSince } from "./proven.ts";
import { EnvironmentName } from "./replies.ts";
import { backupsKey } from "./service.ts";

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
  query: z.object({
    environment: EnvironmentName.optional(),
    days: z.coerce.number().int().min(1).max(3660).default(366).describe("How far back"),
  }),
  reply: z.object({ items: z.array(Component) }),
  async handle({ query: { environment: asked, days } }, { store, now, services, principal }) {
    const since = instantOf(Date.parse(now) - days * 86_400_000);
    const items: z.input<typeof Component>[] = [];
    for (const declared of services.need(backupsKey).environments()) {
      const { environment } = declared;
      if (!mayUse(principal, "viewer", environment) || (asked !== undefined && asked !== environment)) continue;
      const stores = storeNames(declared).map((name) => ({ store: name, rpoHours: rpoHoursOf(declared, name) }));
      for (const { component, unknown, stores: each, ...of } of componentRpo(
        stores,
        await provenSince(store, environment, since),
        now,
      ))
        items.push({
          environment,
          component,
          ...reached(of),
          unknown: [...unknown],
          stores: each.map(({ store: name, ...one }) => ({ store: name, ...reached(one) })),
        });
    }
    return { items };
  },
});

function reached(of: Reached): z.input<typeof ReachedReply> {
  return {
    rpoHours: of.rpoHours,
    ageHours: of.ageHours ?? null,
    lastHours: of.lastHours ?? null,
    worstHours: of.worstHours ?? null,
    inMonthHours: of.inMonthHours ?? null,
    exceedsAt: of.exceedsAt ?? null,
    perDayHours: of.perDayHours ?? null,
    measured: of.measured.map((one) => ({ ...one })),
  };
}

/** What could have been lost, and will. */
export const rpoRoutes: readonly Route[] = [rpo];
