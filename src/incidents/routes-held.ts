import * as z from "zod";
import { environmentsOf } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { heldAlerts } from "./held.ts";

const Moment = z.iso.datetime();

/** Alerts that would be incidents, were their component not held down on purpose. */
export const heldRoute = defineRoute({
  method: "GET",
  path: "/held-alerts",
  cli: "incident held",
  summary: "Alerts that open no incident for as long as a backup or a restore holds their component down",
  role: "viewer",
  effect: "none",
  environment: "any",
  reply: z.object({
    items: z
      .array(
        z.object({
          title: z.string(),
          environment: z.string(),
          component: z.string(),
          heldBy: z.string(),
          heldAt: Moment,
          startsAt: Moment,
          labels: z.record(z.string(), z.string()),
        }),
      )
      .readonly()
      .describe("The oldest first, no more than 500"),
  }),
  async handle(_, { store, principal }) {
    const held = await heldAlerts(store, { environments: environmentsOf(principal, "viewer"), limit: 500 });
    return {
      items: held.map(({ alert, environment, component, by, heldAt }) => ({
        title: alert.title,
        environment,
        component,
        heldBy: by,
        heldAt,
        startsAt: alert.startsAt,
        labels: { ...alert.labels },
      })),
    };
  },
});
