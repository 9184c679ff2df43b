import * as z from "zod";
import { keyOf, page, pageOf, pageQuery, textQuery, totalOf, totalQuery } from "../access/paging.ts";
import { refuse } from "../access/refusal.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute, type Route } from "../access/route.ts";
import { retryDelivery } from "./flush.ts";
import { environmentOfDelivery, listNotices, totalNotices } from "./list.ts";

const Moment = z.iso.datetime();
const State = z.enum(["waiting", "sent", "dead"]);

const Notice = z.object({
  id: z.int(),
  key: z.string(),
  severity: z.enum(["info", "warning", "critical"]),
  title: z.string(),
  text: z.string(),
  environment: z.string().optional(),
  link: z.string().optional(),
  audience: z.array(z.string()).readonly(),
  page: z.object({ thread: z.string(), action: z.enum(["trigger", "acknowledge", "resolve"]) }).optional(),
  at: Moment,
  repeats: z.int(),
  deliveries: z
    .array(
      z.object({
        id: z.string(),
        channel: z.string(),
        state: State,
        attempts: z.int(),
        notBefore: Moment,
        lastError: z.string().nullable(),
        endedAt: Moment.nullable(),
      }),
    )
    .readonly(),
});

const list = defineRoute({
  method: "GET",
  path: "/notices",
  cli: "notice list",
  summary: "Messages to people, newest first, and whether they were taken",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    ...pageQuery,
    state: State.optional().describe("dead: nobody got it, and it is not tried again"),
    ...textQuery,
    ...totalQuery,
  }),
  reply: page(Notice),
  async handle({ query }, { store, principal }) {
    const [before] = keyOf(query.cursor, z.tuple([z.int().min(1)])) ?? [];
    const filter = { state: query.state, environments: environmentsOf(principal, "viewer"), text: query.text };
    const rows = await listNotices(store, { ...filter, before, limit: query.limit + 1 });
    const found = pageOf(rows, query.limit, ({ id }) => [id]);
    return { ...found, ...(await totalOf(query.total, () => totalNotices(store, filter))) };
  },
});

const retry = defineRoute({
  method: "POST",
  path: "/notices/deliveries/{id}/retry",
  cli: "notice retry <id>",
  summary: "Try a dead delivery anew",
  role: "operator",
  effect: "own",
  environment: async ({ params }, { store }) => (await environmentOfDelivery(store, params.id))?.environment,
  params: z.object({ id: z.uuid() }),
  reply: z.object({ id: z.string(), state: State }),
  async handle({ params }, { store, now, principal, record }) {
    const { id } = params;
    const known = await environmentOfDelivery(store, id);
    if (known === undefined)
      return refuse(404, `There is no delivery ${id}.`, "List what is dead: millwright notice list --state dead");
    if (!(await retryDelivery(store, id, now)))
      return refuse(409, `Delivery ${id} is not dead.`, "List what is dead: millwright notice list --state dead");
    const environment = known.environment;
    await record(store, {
      at: now,
      kind: "note",
      actor: principal.actor,
      task: "Dead notice tried anew",
      environment,
      links: { delivery: id },
    });
    return { id, state: "waiting" as const };
  },
});

/** Messages to people: `src/notices`. */
export const noticeRoutes: readonly Route[] = [list, retry];
