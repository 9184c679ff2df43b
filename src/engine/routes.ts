import * as z from "zod";
import { keyOf, page, pageOf, pageQuery, textQuery, totalOf, totalQuery } from "../access/paging.ts";
import { type Refusal, refuse } from "../access/refusal.ts";
import { environmentsOf } from "../access/role.ts";
import { defineEvents, defineRoute, type Route, type RouteContext, serviceKey } from "../access/route.ts";
import { parseInstant } from "../kernel/instant.ts";
import { followRun } from "./events.ts";
import { hasEffect, type Procedure } from "./plan.ts";
import {
  AttemptReply,
  attemptReplyOf,
  PlanReply,
  planned,
  RunReply,
  RunWholeReply,
  replyOf,
  wholeReplyOf,
} from "./reply.ts";
import { decisionRoutes } from "./routes-decide.ts";
import { runStates } from "./run.ts";
import { type EnginePolicy, planRun, startRun } from "./start-run.ts";
import { approvalsOf, attemptsOf, findRun, listRuns, totalRuns } from "./store.ts";

/** What the server's main knows of procedures and environments. */
export const enginePolicy = serviceKey<EnginePolicy>("engine");

const Id = z.string().regex(/^[0-9a-f]{16}$/, "a run's id: 16 hexadecimal digits");
const Environment = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "an environment's name");
const Given = z.record(z.string(), z.json()).default({}).describe("The procedure's arguments, without secrets");

function noRun(id: string): Refusal {
  return refuse(404, `There is no run ${id}.`, "List what is there: millwright run list");
}

async function environmentOfRun(
  { params }: { readonly params: { readonly id: string } },
  { store }: RouteContext,
): Promise<string | Refusal> {
  return (await findRun(store, params.id))?.environment ?? noRun(params.id);
}

const procedureList = defineRoute({
  method: "GET",
  path: "/procedures",
  cli: "procedure list",
  summary: "What can be run, and what each is given",
  role: "viewer",
  effect: "none",
  environment: "any",
  reply: z.object({
    items: z.array(
      z.object({
        id: z.string(),
        version: z.number(),
        title: z.string(),
        arguments: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
  handle: async (_, { services }) => ({
    items: newestOf(services.need(enginePolicy).procedures).map(({ id, version, title, arguments: given }) => ({
      id,
      version,
      title,
      arguments: z.toJSONSchema(given, { io: "input" }),
    })),
  }),
});

/** What a new run may be of: old versions stay for the runs that began with them. */
function newestOf(procedures: readonly Procedure[]): readonly Procedure[] {
  return procedures.filter(({ id, version }) => !procedures.some((one) => one.id === id && one.version > version));
}

const procedurePlan = defineRoute({
  method: "POST",
  path: "/procedures/{procedure}/plan",
  cli: "procedure plan <procedure>",
  summary: "What would be done, step by step; nothing is",
  role: "viewer",
  effect: "none",
  environment: ({ body }) => body.environment,
  params: z.object({ procedure: z.string() }),
  body: z.strictObject({ environment: Environment, arguments: Given }),
  reply: PlanReply,
  async handle({ params, body }, { services }) {
    const { procedure, plan, digest } = planRun(services.need(enginePolicy), { ...params, ...body });
    return {
      procedure: `${procedure.id}@${procedure.version}`,
      title: procedure.title,
      digest,
      steps: plan.steps.map(planned),
    };
  },
});

const runStart = defineRoute({
  method: "POST",
  path: "/runs",
  cli: "run start <procedure>",
  summary: "Start a procedure; in mode observe only one without an effect outside",
  role: "operator",
  effect: "own",
  environment: ({ body }) => body.environment,
  body: z.strictObject({
    procedure: z.string().min(1),
    environment: Environment,
    arguments: Given,
    links: z.record(z.string(), z.string().max(500)).default({}).describe("What it belongs to: changeRequest=URL"),
  }),
  reply: RunReply,
  status: 201,
  versionOf: ({ version }) => version,
  async handle({ body }, { store, now, principal, record, services }) {
    const policy = services.need(enginePolicy);
    if (policy.mode === "observe" && hasEffect(planRun(policy, body).plan))
      return refuse(
        403,
        `${body.procedure} changes the platform, and this server only observes.`,
        `Do its steps by hand: millwright procedure plan ${body.procedure}`,
      );
    return replyOf(await startRun(store, now, policy, { ...body, requestedBy: principal.actor }, record));
  },
});

const runList = defineRoute({
  method: "GET",
  path: "/runs",
  cli: "run list",
  summary: "Runs, the newest first",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    ...pageQuery,
    state: z.enum(runStates).optional(),
    live: z.enum(["true", "false"]).default("false").describe("Only those that have not ended"),
    environment: Environment.optional(),
    procedure: z.string().max(100).optional().describe("Without its version"),
    ...textQuery,
    ...totalQuery,
  }),
  reply: page(RunReply),
  async handle({ query }, { store, principal }) {
    const [createdAt, id] = keyOf(query.cursor, z.tuple([z.string(), z.string()])) ?? [];
    const from = createdAt === undefined ? undefined : parseInstant(createdAt);
    const allowed = environmentsOf(principal, "viewer");
    const { environment, state, procedure, text } = query;
    const here = environment === undefined ? allowed : [environment].filter((one) => allowed?.includes(one) ?? true);
    const filter = { environments: here, state, procedure, text, live: query.live === "true" };
    const rows = await listRuns(store, {
      ...filter,
      after: from === undefined || id === undefined ? undefined : [from, id],
      limit: query.limit + 1,
    });
    const { items, next } = pageOf(rows, query.limit, (run) => [run.createdAt, run.id]);
    const counted = await totalOf(query.total, () => totalRuns(store, { ...filter, limit: 0 }));
    return { items: items.map(replyOf), ...(next === undefined ? {} : { next }), ...counted };
  },
});

const runShow = defineRoute({
  method: "GET",
  path: "/runs/{id}",
  cli: "run show <id>",
  summary: "A run with its plan, what became of each step, and who agreed",
  role: "viewer",
  effect: "none",
  environment: environmentOfRun,
  params: z.object({ id: Id }),
  reply: RunWholeReply,
  versionOf: ({ version }) => version,
  async handle({ params }, { store }) {
    const run = await findRun(store, params.id);
    if (run === undefined) return noRun(params.id);
    return wholeReplyOf(run, await attemptsOf(store, run.id), await approvalsOf(store, run.id));
  },
});

const runLog = defineRoute({
  method: "GET",
  path: "/runs/{id}/log",
  cli: "run log <id>",
  summary: "Every attempt of a run, with what it said",
  role: "viewer",
  effect: "none",
  environment: environmentOfRun,
  params: z.object({ id: Id }),
  reply: z.object({ items: z.array(AttemptReply) }),
  handle: async ({ params }, { store }) => ({ items: (await attemptsOf(store, params.id)).map(attemptReplyOf) }),
});

const runWatch = defineEvents({
  path: "/runs/{id}/events",
  cli: "run watch <id>",
  summary: "What happens in a run, as it happens, until it ends",
  role: "viewer",
  environment: environmentOfRun,
  params: z.object({ id: Id }),
  event: z.object({ at: z.iso.datetime(), data: z.record(z.string(), z.unknown()) }),
  async *follow({ params, lastEventId }, { store, signal }) {
    const after = /^\d{1,15}$/.test(lastEventId ?? "") ? Number(lastEventId) : 0;
    for await (const { id, at, kind, data } of followRun(store, params.id, after, { signal, everyMs: 500 }))
      yield { id: String(id), event: kind, data: { at, data } };
  },
});

/** Procedures and runs: `src/engine`. */
export const engineRoutes: readonly Route[] = [
  procedureList,
  procedurePlan,
  runStart,
  runList,
  runShow,
  runLog,
  runWatch,
  ...decisionRoutes(environmentOfRun, enginePolicy),
];
