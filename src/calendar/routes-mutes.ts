import * as z from "zod";
import { refuse } from "../access/refusal.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute, type Route } from "../access/route.ts";
import { type Mute, muteConfiguration, silenceFor } from "./alertmanager.ts";
import { neededMinutes } from "./estimate.ts";
import { Id, Line } from "./replies.ts";
import { environmentOfOrder, unknownOrder } from "./routes-work.ts";
import { listOrders, readOrder } from "./store.ts";
import { orderOf } from "./tables.ts";
import type { WorkOrder } from "./work-order.ts";
import { minute } from "./zone.ts";

/** The time of a planned or running work order, its way back included; undefined when it has none or disturbs nobody. */
function muteOf(order: WorkOrder): Mute | undefined {
  const { environment, component, disruptive } = order;
  const from = order.startedAt ?? order.notBefore;
  if (environment === undefined || from === undefined || !disruptive) return undefined;
  const until = from + neededMinutes(order.estimate) * minute;
  return { name: `work-${order.id}`, environment, component, from, until, why: order.title };
}

const Matcher = z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean() });

const silence = defineRoute({
  method: "GET",
  path: "/work-orders/{id}/silence",
  cli: "work silence <id>",
  summary: "The silence for Alertmanager that covers this work, its rollback included, and nothing else",
  role: "viewer",
  effect: "none",
  environment: environmentOfOrder,
  params: z.object({ id: Id }),
  reply: z.object({
    matchers: z.array(Matcher),
    startsAt: z.string(),
    endsAt: z.string(),
    createdBy: z.string(),
    comment: z.string(),
  }),
  async handle({ params }, { store }) {
    const row = await readOrder(store, params.id);
    if (row === undefined) return unknownOrder(params.id);
    const mute = muteOf(orderOf(row));
    if (mute === undefined)
      return refuse(
        409,
        "It has no time yet, or disturbs nobody.",
        "Plan it with `notBefore`; then its alerts can be muted.",
      );
    return silenceFor(mute);
  },
});

const mutes = defineRoute({
  method: "GET",
  path: "/calendar/mutes",
  cli: "calendar mutes",
  summary: "Time intervals and routes for Alertmanager's configuration: one for each piece of planned work",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({ receiver: Line.describe("The receiver of Alertmanager that the routes name") }),
  reply: z.object({
    time_intervals: z.array(z.record(z.string(), z.unknown())),
    routes: z.array(z.record(z.string(), z.unknown())),
  }),
  async handle({ query }, { store, principal }) {
    const filter = { state: "open", environment: undefined, visible: environmentsOf(principal, "viewer") } as const;
    const rows = await listOrders(store, filter, undefined, 1000);
    const planned = rows.map(orderOf).filter(({ state }) => state === "planned" || state === "running");
    return muteConfiguration(
      planned.flatMap((order) => muteOf(order) ?? []),
      query.receiver,
    );
  },
});

export const muteRoutes: readonly Route[] = [silence, mutes];
