import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import {
  type BreakGlass,
  findBreakGlass,
  listBreakGlass,
  settleBreakGlass,
  takeEmergencyRights,
} from "./break-glass.ts";
import { keyOf, page, pageOf, pageQuery } from "./paging.ts";
import { refuse } from "./refusal.ts";
import { environmentsOf, isSecondPerson, roles } from "./role.ts";
import { defineRoute, type Route } from "./route.ts";
import { createToken, daysAfter, listTokens, revokeToken } from "./tokens.ts";

const Moment = z.iso.datetime();
const Id = z.string().regex(/^[0-9a-f]{16}$/, "an id: 16 hexadecimal digits");
const Line = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, "one line of text");
const Text = z.string().trim().min(10, "say it in a sentence").max(2000);
const Environment = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "an environment's name: lower-case letters, digits and dashes");
const Roles = z.record(z.union([z.literal("*"), Environment]), z.enum(roles));

const Actor = z.object({ kind: z.enum(["person", "token", "system"]), id: z.string(), name: z.string() });

const Token = z.object({
  id: z.string(),
  name: z.string(),
  actor: Actor,
  roles: Roles,
  createdBy: Actor,
  createdAt: Moment,
  expiresAt: Moment,
  lastUsedAt: Moment.nullable(),
  revokedAt: Moment.nullable(),
});

const Emergency = z.object({
  id: z.string(),
  actor: Actor,
  environment: z.string(),
  reason: z.string(),
  takenAt: Moment,
  expiresAt: Moment,
  settledAt: Moment.nullable(),
  settledBy: Actor.nullable(),
  review: z.string().nullable(),
});

const me = defineRoute({
  method: "GET",
  path: "/me",
  cli: "me",
  summary: "Who you are to this server, and what you may do where",
  role: "viewer",
  effect: "none",
  environment: "any",
  reply: z.object({ actor: Actor, roles: Roles }),
  handle: async (_, { principal }) => ({ actor: principal.actor, roles: { ...principal.roles } }),
});

const tokenList = defineRoute({
  method: "GET",
  path: "/tokens",
  cli: "token list",
  summary: "The API tokens, without their secrets",
  role: "admin",
  effect: "none",
  query: z.object(pageQuery),
  reply: page(Token),
  async handle({ query }, { store }) {
    const [after] = keyOf(query.cursor, z.tuple([z.string()])) ?? [];
    return pageOf(await listTokens(store, after, query.limit + 1), query.limit, ({ id }) => [id]);
  },
});

const tokenCreate = defineRoute({
  method: "POST",
  path: "/tokens",
  cli: "token create <name>",
  summary: "Make an API token; its secret is shown this once",
  role: "admin",
  effect: "own",
  body: z.strictObject({
    name: Line.describe("What it is for"),
    roles: Roles.refine((given) => Object.keys(given).length > 0, "give at least one role").describe(
      "A role by environment, * for all: staging=operator",
    ),
    days: z.number().int().min(1).max(365).default(90).describe("How long it is valid"),
    person: Line.optional().describe("Somebody without another login, whom the token stands for"),
  }),
  reply: z.object({ token: Token, secret: z.string() }),
  status: 201,
  onlyOnce: true,
  async handle({ body }, { store, now, principal, record }) {
    const made = await createToken(store, now, {
      name: body.name,
      roles: body.roles,
      expiresAt: daysAfter(now, body.days),
      createdBy: principal.actor,
      person: body.person,
    });
    const { id, name, roles: given, actor, expiresAt } = made.token;
    await record(store, {
      at: now,
      kind: "access",
      actor: principal.actor,
      task: `Token ${name} made`,
      links: { token: id },
      evidence: { roles: given, actsAs: actor.id, expiresAt },
    });
    return { token: { ...made.token, roles: { ...given } }, secret: made.secret };
  },
});

const tokenRevoke = defineRoute({
  method: "DELETE",
  path: "/tokens/{id}",
  cli: "token revoke <id>",
  summary: "End an API token and the logins made with it, at once",
  role: "admin",
  effect: "own",
  params: z.object({ id: Id }),
  reply: Token,
  async handle({ params }, { store, now, principal, record }) {
    const token = await revokeToken(store, now, params.id);
    if (token === undefined)
      return refuse(404, `There is no token ${params.id}.`, "List what is there: millwright token list");
    await record(store, {
      at: now,
      kind: "access",
      actor: principal.actor,
      task: `Token ${token.name} revoked`,
      links: { token: token.id },
    });
    return { ...token, roles: { ...token.roles } };
  },
});

const emergencyTake = defineRoute({
  method: "POST",
  path: "/emergencies",
  cli: "emergency take <environment>",
  summary: "Take an approver's rights in one environment for a short time; somebody else reviews it afterwards",
  role: "operator",
  effect: "own",
  environment: ({ body }) => body.environment,
  body: z.strictObject({
    environment: Environment,
    reason: Text.describe("Why it cannot wait for somebody who has the rights"),
    minutes: z.number().int().min(5).max(240).default(60),
  }),
  reply: Emergency,
  status: 201,
  async handle({ body }, { store, now, principal, record, notify }) {
    const taken = await takeEmergencyRights(store, now, { actor: principal.actor, ...body });
    await record(store, overrideEntry(taken, now, "Emergency rights taken", body.reason));
    await notify(store, {
      key: `emergency/${taken.id}`,
      severity: "critical",
      title: `${principal.actor.name} took emergency rights in ${body.environment}`,
      text: `Until ${taken.expiresAt}: ${body.reason}`,
      environment: body.environment,
      link: "/api/v1/emergencies",
    });
    return taken;
  },
});

const emergencyList = defineRoute({
  method: "GET",
  path: "/emergencies",
  cli: "emergency list",
  summary: "Emergency rights that were taken, and who reviewed them",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    ...pageQuery,
    open: z.enum(["true", "false"]).default("false").describe("Only those not reviewed yet"),
  }),
  reply: page(Emergency),
  async handle({ query }, { store, principal }) {
    const [after] = keyOf(query.cursor, z.tuple([z.string()])) ?? [];
    const rows = await listBreakGlass(store, {
      open: query.open === "true",
      environments: environmentsOf(principal, "viewer"),
      after,
      limit: query.limit + 1,
    });
    return pageOf(rows, query.limit, ({ id }) => [id]);
  },
});

const emergencyReview = defineRoute({
  method: "POST",
  path: "/emergencies/{id}/review",
  cli: "emergency review <id>",
  summary: "Review emergency rights that somebody else took; they end with it",
  role: "approver",
  effect: "own",
  environment: async ({ params }, { store }) =>
    (await findBreakGlass(store, params.id))?.environment ?? noEmergency(params.id),
  params: z.object({ id: Id }),
  body: z.strictObject({ review: Text.describe("What was done with them, and whether it was right") }),
  reply: Emergency,
  async handle({ params, body }, { store, now, principal, record }) {
    const taken = await findBreakGlass(store, params.id);
    if (taken === undefined) return noEmergency(params.id);
    if (!isSecondPerson(principal.actor, taken.actor))
      return refuse(403, "Nobody reviews their own emergency, and no program does.", "Ask another approver.");
    const settled = await settleBreakGlass(store, now, { id: params.id, by: principal.actor, review: body.review });
    if (settled === undefined)
      return refuse(409, "This emergency was reviewed before.", "Look at it: millwright emergency list");
    await record(store, {
      ...overrideEntry(settled, now, "Emergency rights reviewed", body.review),
      actor: principal.actor,
    });
    return settled;
  },
});

function noEmergency(id: string) {
  return refuse(404, `There is no emergency ${id}.`, "List what is there: millwright emergency list");
}

function overrideEntry(taken: BreakGlass, at: Instant, task: string, said: string) {
  return {
    at,
    kind: "override" as const,
    actor: taken.actor,
    task: `${task}: ${taken.environment}`,
    environment: taken.environment,
    links: { emergency: taken.id },
    evidence: { said, expiresAt: taken.expiresAt },
  };
}

/** What people and tokens may do: `src/access`. */
export const accessRoutes: readonly Route[] = [
  me,
  tokenList,
  tokenCreate,
  tokenRevoke,
  emergencyTake,
  emergencyList,
  emergencyReview,
];
