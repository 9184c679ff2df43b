import * as z from "zod";
import { keyOf, page, pageOf, pageQuery, textQuery, totalOf, totalQuery } from "../access/paging.ts";
import { type Refusal, refuse } from "../access/refusal.ts";
import { environmentsOf } from "../access/role.ts";
import { defineRoute, type Route, type RouteContext, serviceKey } from "../access/route.ts";
import type { Instant } from "../kernel/instant.ts";
import { type Act, acknowledge, addNote, close, closingBlockers, noIncident, override, resolve } from "./act.ts";
import {
  type Incident,
  type IncidentPorts,
  incidentKinds,
  incidentSeverities,
  incidentStates,
  sources,
} from "./incident.ts";
import { openIncident } from "./open.ts";
import { reviewIncident, reviewQuestions } from "./review.ts";
import { heldRoute } from "./routes-held.ts";
import { alertsOf, findIncident, listIncidents, timelineOf, totalIncidents } from "./store.ts";

/** What the server's main gives the routes of incidents; `record` and `notify` are the call's own. */
export const incidentService = serviceKey<Omit<IncidentPorts, "record" | "notify">>("incidents");

const Moment = z.iso.datetime();
const Actor = z.object({ kind: z.enum(["person", "token", "system"]), id: z.string(), name: z.string() });
const Text = z.string().trim().min(3, "say it in a sentence").max(4000);
const Environment = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a name: lower-case letters, digits and dashes");
const Id = z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) });

const Shown = z.object({
  id: z.int(),
  kind: z.enum(incidentKinds),
  severity: z.enum(incidentSeverities),
  title: z.string(),
  environment: z.string().optional(),
  component: z.string().optional(),
  state: z.enum(incidentStates),
  source: z.enum(sources),
  beganAt: Moment,
  openedAt: Moment,
  openedBy: Actor,
  ledBy: Actor.optional(),
  acknowledgedAt: Moment.optional(),
  resolvedAt: Moment.optional(),
  closedAt: Moment.optional(),
  reviewDueAt: Moment.optional(),
  review: z
    .object({
      answers: z.array(z.object({ question: z.string(), answer: z.string() })).readonly(),
      actions: z.array(z.object({ what: z.string(), who: z.string(), until: z.string(), debt: z.string() })).readonly(),
      by: Actor,
      at: Moment,
    })
    .optional(),
  wellSince: Moment.optional().describe(
    "Since when the probe or finding that opened it is well again; people say when it is over",
  ),
  revision: z.int(),
});

const Whole = Shown.extend({
  timeline: z
    .array(z.object({ number: z.int(), at: Moment, kind: z.string(), actor: Actor, text: z.string() }))
    .readonly(),
  alerts: z
    .array(
      z.object({
        fingerprint: z.string(),
        status: z.enum(["firing", "resolved"]),
        labels: z.record(z.string(), z.string()),
        startsAt: Moment,
      }),
    )
    .readonly(),
  /** Empty: it may be closed. */
  closingBlockers: z.array(z.string()).readonly(),
  reviewQuestions: z.array(z.string()).readonly(),
});

function portsOf({ services, record, notify }: RouteContext): IncidentPorts {
  const { contacts, reviewWithinDays, owe } = services.need(incidentService);
  return { contacts, reviewWithinDays, owe, record, notify };
}

function actOf(id: number, { principal, now }: RouteContext): Act {
  return { id, by: principal.actor, now };
}

async function environmentOf(id: number, { store }: RouteContext) {
  const incident = await findIncident(store, id);
  return incident === undefined ? noIncident(id) : incident.environment;
}

/** The change, unless somebody else changed the incident since the caller looked. */
async function unlessChanged(
  id: number,
  { store, ifMatch }: RouteContext,
  change: () => Promise<Incident | Refusal>,
): Promise<Incident | Refusal> {
  if (ifMatch === undefined) return change();
  const there = await findIncident(store, id);
  if (there !== undefined && String(there.revision) !== ifMatch)
    return refuse(412, `Incident ${id} was changed meanwhile.`, `Look at it again: millwright incident show ${id}`);
  return change();
}

const versionOf = ({ revision }: { readonly revision: number }): number => revision;

const list = defineRoute({
  method: "GET",
  path: "/incidents",
  cli: "incident list",
  summary: "Incidents, newest first",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    ...pageQuery,
    state: z.enum([...incidentStates, "unclosed"]).optional(),
    environment: Environment.optional(),
    ...textQuery,
    ...totalQuery,
  }),
  reply: page(Shown),
  async handle({ query }, { store, principal }) {
    const [before] = keyOf(query.cursor, z.tuple([z.int().min(1)])) ?? [];
    const { state, environment, text } = query;
    const allowed = environmentsOf(principal, "viewer");
    const here = environment === undefined ? allowed : [environment].filter((one) => allowed?.includes(one) ?? true);
    const filter = { state, environments: here, text };
    const rows = await listIncidents(store, { ...filter, before, limit: query.limit + 1 });
    const found = pageOf(rows, query.limit, ({ id }) => [id]);
    return { ...found, ...(await totalOf(query.total, () => totalIncidents(store, filter))) };
  },
});

const show = defineRoute({
  method: "GET",
  path: "/incidents/{id}",
  cli: "incident show <id>",
  summary: "An incident with its timeline, its alerts, and what stands against closing it",
  role: "viewer",
  effect: "none",
  environment: ({ params }, context) => environmentOf(params.id, context),
  params: Id,
  reply: Whole,
  versionOf,
  async handle({ params }, { store }) {
    const incident = await findIncident(store, params.id);
    if (incident === undefined) return noIncident(params.id);
    return {
      ...incident,
      timeline: await timelineOf(store, params.id),
      alerts: (await alertsOf(store, params.id)).map((alert) => ({ ...alert, labels: { ...alert.labels } })),
      closingBlockers: incident.state === "closed" ? [] : await closingBlockers(store, incident),
      reviewQuestions: [...reviewQuestions],
    };
  },
});

const open = defineRoute({
  method: "POST",
  path: "/incidents",
  cli: "incident open <title>",
  summary: "Open an incident and call people",
  role: "operator",
  effect: "own",
  environment: ({ body }) => body.environment,
  body: z.strictObject({
    title: z.string().trim().min(3).max(200).describe("What happened, in a few words"),
    kind: z.enum(incidentKinds).default("degradation"),
    severity: z.enum(incidentSeverities).default("high"),
    text: Text.default("Opened by hand.").describe("Scope, and how it is known"),
    environment: Environment.optional(),
    component: Environment.optional(),
    beganAt: Moment.optional(),
  }),
  reply: Shown,
  status: 201,
  versionOf,
  async handle({ body }, context) {
    const { store, now, principal } = context;
    if (body.beganAt !== undefined && body.beganAt > now)
      return refuse(422, "`beganAt` lies ahead.", "Leave it out for now.");
    const { title, kind, severity, text, environment, component } = body;
    return openIncident(store, portsOf(context), now, {
      title,
      kind,
      severity,
      text,
      environment,
      component,
      beganAt: body.beganAt as Instant | undefined,
      by: principal.actor,
      source: "person",
      key: undefined,
    });
  },
});

/** What all changes of an incident have in common. */
const change = {
  method: "POST" as const,
  role: "operator" as const,
  effect: "own" as const,
  params: Id,
  reply: Shown,
  versionOf,
  environment: ({ params }: { readonly params: z.output<typeof Id> }, context: RouteContext) =>
    environmentOf(params.id, context),
};

const acknowledged = defineRoute({
  ...change,
  path: "/incidents/{id}/acknowledge",
  cli: "incident acknowledge <id>",
  summary: "Have an incident in hand: nobody further is called",
  handle: ({ params: { id } }, context) =>
    unlessChanged(id, context, () => acknowledge(context.store, portsOf(context), actOf(id, context))),
});

const noted = defineRoute({
  ...change,
  path: "/incidents/{id}/notes",
  cli: "incident note <id> <text>",
  summary: "Write what was seen or done into the timeline",
  body: z.strictObject({ text: Text }),
  handle: ({ params: { id }, body }, context) => addNote(context.store, actOf(id, context), body.text),
});

const overridden = defineRoute({
  ...change,
  path: "/incidents/{id}/override",
  cli: "incident override <id> <what>",
  summary: "Do something outside its window, or without what must come first; what it skips stays owed",
  role: "approver",
  body: z.strictObject({
    what: Text.describe("What is done, and what it skips"),
    reason: Text.describe("Why it cannot wait"),
    dueInDays: z.number().int().min(1).max(30).default(7).describe("Until when it is made good"),
  }),
  handle: ({ params: { id }, body }, context) =>
    unlessChanged(id, context, () => override(context.store, portsOf(context), actOf(id, context), body)),
});

const resolved = defineRoute({
  ...change,
  path: "/incidents/{id}/resolve",
  cli: "incident resolve <id> <text>",
  summary: "Say that what was wrong is over, and what ended it",
  body: z.strictObject({ text: Text }),
  handle: ({ params: { id }, body }, context) =>
    unlessChanged(id, context, () => resolve(context.store, portsOf(context), actOf(id, context), body.text)),
});

const reviewed = defineRoute({
  ...change,
  path: "/incidents/{id}/review",
  cli: "incident review <id>",
  summary: "Look back: causes and what would help, never whose fault it was",
  body: z.strictObject({
    answers: z
      .array(z.string().max(10_000))
      .length(reviewQuestions.length)
      .describe(`In this order: ${reviewQuestions.join(" ")}`),
    actions: z
      .array(z.strictObject({ what: Text, who: z.string().trim().min(1).max(200), until: z.iso.date() }))
      .max(50)
      .default([])
      .describe("What follows; each becomes an obligation"),
  }),
  handle: ({ params: { id }, body }, context) =>
    unlessChanged(id, context, () => reviewIncident(context.store, portsOf(context), actOf(id, context), body)),
});

const closed = defineRoute({
  ...change,
  path: "/incidents/{id}/close",
  cli: "incident close <id>",
  summary: "Close an incident of which nothing is left to be done",
  body: z.strictObject({ text: Text.default("Nothing is left to be done.") }),
  handle: ({ params: { id }, body }, context) =>
    unlessChanged(id, context, () => close(context.store, portsOf(context), actOf(id, context), body.text)),
});

/** Incidents: `src/incidents`. */
export const incidentRoutes: readonly Route[] = [
  list,
  show,
  heldRoute,
  open,
  acknowledged,
  noted,
  overridden,
  resolved,
  reviewed,
  closed,
];
