import * as z from "zod";
import { keyOf, page, pageOf, pageQuery, textQuery, totalOf, totalQuery } from "../access/paging.ts";
import { type Refusal, refuse } from "../access/refusal.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute, type Route, type RouteContext } from "../access/route.ts";
import { idOf } from "../kernel/digest.ts";
import { mayStart, nextRoom } from "./blockers.ts";
import { assumed } from "./estimate.ts";
import { newOrder, unanswered } from "./propose.ts";
import { EnvironmentName, Id, Line, Link, Moment, Work, workReply } from "./replies.ts";
import { sayBlocker, sayMoment } from "./say.ts";
import { calendarKey } from "./service.ts";
import {
  insertOrder,
  listOrders,
  loadState,
  type OrderFilter,
  type OrderPlace,
  placeOf,
  readOrder,
  totalOrders,
} from "./store.ts";
import { type OrderRow, orderOf } from "./tables.ts";
import { aboutOrder, zoneFor } from "./tell.ts";

export const unknownOrder = (id: string): Refusal =>
  refuse(404, `There is no work order ${id}.`, "List them with 'millwright work list'.");

/** The environment a work order belongs to, for the roles. */
export async function environmentOfOrder(
  { params }: { readonly params: { readonly id: string } },
  { store }: RouteContext,
): Promise<string | undefined | Refusal> {
  const row = await readOrder(store, params.id);
  return row === undefined ? unknownOrder(params.id) : (row.environment ?? undefined);
}

/** A work order as a reply, with the clock of its environment. */
export function shownOrder(row: OrderRow, { services, now }: RouteContext): z.input<typeof Work> {
  return workReply(
    row,
    zoneFor({ environment: row.environment ?? undefined }, services.need(calendarKey).compiled(now)),
  );
}

const Place = z.tuple([
  z.number().int(),
  z.union([z.iso.datetime(), z.literal("infinity")]),
  z.iso.datetime(),
  z.string().max(100),
]);

const list = defineRoute({
  method: "GET",
  path: "/work-orders",
  cli: "work list",
  summary: "What is to be done, the worst first",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    ...pageQuery,
    state: z.enum(["proposed", "planned", "running", "done", "cancelled", "open", "all"]).default("open"),
    environment: EnvironmentName.optional(),
    component: z.string().max(100).optional(),
    finding: z
      .string()
      .regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits")
      .optional()
      .describe("That mends this finding, alone or with others"),
    ...textQuery,
    ...totalQuery,
  }),
  reply: page(Work),
  async handle({ query }, context) {
    const visible = environmentsOf(context.principal, "viewer");
    const after = keyOf(query.cursor, Place) as OrderPlace | undefined;
    const { state, environment, component, text, finding } = query;
    const mends = finding === undefined ? undefined : await mendersOf(finding, context);
    const filter = { state, environment, component, text, mends, visible };
    const rows = await listOrders(context.store, filter, after, query.limit + 1);
    const found = pageOf(rows, query.limit, placeOf);
    const counted = await totalOf(query.total, () => totalOrders(context.store, filter));
    return { ...found, items: found.items.map((row) => shownOrder(row, context)), ...counted };
  },
});

async function mendersOf(finding: string, { store, services }: RouteContext): Promise<OrderFilter["mends"]> {
  return { finding, together: await services.need(calendarKey).togetherOf(store, finding) };
}

const Now = z.object({
  mayStart: z.boolean(),
  whyNot: z.array(z.string()).describe("Every reason against starting now"),
  nextOpening: z.string().optional().describe("The first opening with room for it and its rollback"),
  latestStart: z.string().optional(),
  pointOfNoReturn: z
    .string()
    .optional()
    .describe("From then on there is no time left to put it back before the window closes"),
});

const Offer = z
  .object({ procedure: z.string(), arguments: z.record(z.string(), z.unknown()) })
  .describe("A procedure that does it; plan it with these arguments, or with `procedure` alone");

const show = defineRoute({
  method: "GET",
  path: "/work-orders/{id}",
  cli: "work show <id>",
  summary: "A work order: may it start now, and if not, every reason why",
  role: "viewer",
  effect: "none",
  environment: environmentOfOrder,
  params: z.object({ id: Id }),
  reply: Work.extend({ now: Now.optional(), offer: Offer.optional() }),
  versionOf: ({ version }) => version,
  async handle({ params }, context) {
    const row = await readOrder(context.store, params.id);
    if (row === undefined) return unknownOrder(params.id);
    const shown = shownOrder(row, context);
    if (row.state !== "proposed" && row.state !== "planned") return shown;
    const offer = await context.services.need(calendarKey).offer(context.store, orderOf(row));
    return { ...shown, now: await verdictNow(row, context), ...(offer === undefined ? {} : { offer }) };
  },
});

async function verdictNow(row: OrderRow, { store, services, now }: RouteContext): Promise<z.input<typeof Now>> {
  const service = services.need(calendarKey);
  const calendar = service.compiled(now);
  const at = Date.parse(now);
  const order = orderOf(row);
  const zone = zoneFor(order, calendar);
  const state = await loadState(store, calendar, service.inForce().stop, undefined, at);
  const verdict = mayStart(order, state, at);
  const environment = order.environment === undefined ? undefined : calendar.environments.get(order.environment);
  const from = Math.max(at, order.notBefore ?? at);
  const room =
    environment === undefined || !order.disruptive ? undefined : nextRoom(order, environment, state.uses, from);
  return {
    mayStart: verdict.kind === "may-start",
    whyNot: verdict.kind === "wait" ? verdict.why.map((blocker) => sayBlocker(blocker, zone)) : [],
    ...(room === undefined
      ? {}
      : {
          nextOpening: `${sayMoment(room.opening.from, zone)} to ${sayMoment(room.opening.until, zone)}`,
          latestStart: sayMoment(room.latestStart, zone),
          pointOfNoReturn: sayMoment(room.pointOfNoReturn, zone),
        }),
  };
}

const create = defineRoute({
  method: "POST",
  path: "/work-orders",
  cli: "work create <title>",
  summary: "Ask for a piece of work",
  role: "operator",
  effect: "own",
  environment: ({ body }, { services, now }) => {
    if (body.environment === undefined) return undefined;
    const known = services.need(calendarKey).compiled(now).environments;
    return known.has(body.environment)
      ? body.environment
      : refuse(422, `There is no environment ${body.environment}.`, `There is ${[...known.keys()].join(", ")}.`);
  },
  body: z.strictObject({
    title: Line,
    environment: EnvironmentName.optional(),
    component: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
      .optional(),
    finding: Id.optional().describe("The finding that it mends"),
    severity: z.enum(["critical", "high", "medium", "low"]).optional(),
    disruptive: z.boolean().default(true).describe("Users may notice it: it needs a window"),
    changes: z.boolean().default(true).describe("It changes the platform: it needs a change request"),
    changeRequest: Link.optional(),
    deadline: Moment.optional(),
    forwardMinutes: z
      .number()
      .int()
      .min(1)
      .max(7 * 24 * 60)
      .default(60),
    rollbackMinutes: z
      .number()
      .int()
      .min(0)
      .max(7 * 24 * 60)
      .default(60),
  }),
  reply: Work,
  status: 201,
  versionOf: ({ version }) => version,
  async handle({ body }, context) {
    const { store, now, principal, record } = context;
    if (body.disruptive && body.environment === undefined)
      return refuse(
        422,
        "Work that disturbs users names no environment.",
        "Give `environment`, or say that it is not disruptive.",
      );
    const { forwardMinutes, rollbackMinutes, deadline, finding, ...rest } = body;
    const order = newOrder({
      ...rest,
      id: idOf(["person", principal.actor.id, now, body.title, body.environment ?? ""]),
      origin:
        finding === undefined
          ? { kind: "person", actor: principal.actor.id }
          : { kind: "finding", finding, rule: "named by a person" },
      createdAt: Date.parse(now),
      deadline: deadline === undefined ? undefined : Date.parse(deadline),
      estimate: assumed(forwardMinutes, rollbackMinutes),
      gates: body.changes ? unanswered(["approval"]) : [],
    });
    if (!(await insertOrder(store, order, principal.actor)))
      return refuse(
        409,
        "The same work order was made at this very moment.",
        "Look for it with 'millwright work list'.",
      );
    await record(store, {
      at: now,
      kind: "work-order",
      actor: principal.actor,
      task: `Asked for: ${order.title}`,
      ...aboutOrder(order),
    });
    const row = await readOrder(store, order.id);
    return row === undefined ? unknownOrder(order.id) : shownOrder(row, context);
  },
});

export const workRoutes: readonly Route[] = [list, show, create];
