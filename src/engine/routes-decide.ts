import * as z from "zod";
import { Refusal } from "../access/refusal.ts";
import type { Role } from "../access/role.ts";
import { defineRoute, type Route, type RouteContext, type ServiceKey } from "../access/route.ts";
import { answerApproval } from "./approve.ts";
import {
  abortRun,
  attestStep,
  cancelRun,
  type Deciding,
  pauseRun,
  resumeRun,
  retryStep,
  skipStep,
} from "./decisions.ts";
import { RunReply, replyOf } from "./reply.ts";
import type { Run } from "./run.ts";
import type { EnginePolicy } from "./start-run.ts";

const Id = z.string().regex(/^[0-9a-f]{16}$/, "a run's id: 16 hexadecimal digits");
const Reason = z.string().trim().min(3, "say why").max(2000);
const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "the digest that `run show` names")
  .describe("that of the plan as you read it, which run show names: another plan is not meant by it");

type Environment = (
  input: { readonly params: { readonly id: string } },
  context: RouteContext,
) => Promise<string | Refusal>;

interface Verb<Body extends z.ZodType> {
  readonly verb: string;
  readonly summary: string;
  readonly role?: Role;
  readonly body: Body;
  readonly decide: (
    deciding: Deciding,
    id: string,
    body: z.output<Body>,
    context: RouteContext,
  ) => Promise<Run | Refusal>;
}

type Definer = <Body extends z.ZodType>(verb: Verb<Body>) => Route;

/**
 * What people say to a run. All of it touches only our own database: what a run then does outside is kept back by its worker,
 * in mode observe and after an emergency stop.
 */
export function decisionRoutes(environment: Environment, policy: ServiceKey<EnginePolicy>): readonly Route[] {
  const define: Definer = (verb) =>
    defineRoute({
      method: "POST",
      path: `/runs/{id}/${verb.verb}`,
      cli: `run ${verb.verb} <id>`,
      summary: verb.summary,
      role: verb.role ?? "operator",
      effect: "own",
      environment: ({ params }, context) => environment({ params }, context),
      params: z.object({ id: Id }),
      body: verb.body,
      reply: RunReply,
      versionOf: ({ version }) => version,
      async handle(input, context) {
        const { store, now, principal, record, ifMatch } = context;
        const deciding = { store, now, actor: principal.actor, record, seen: ifMatch };
        const run = await verb.decide(deciding, input.params.id, input.body, context);
        return run instanceof Refusal ? run : replyOf(run);
      },
    });
  return [...approvalRoutes(define, policy), ...stepRoutes(define), ...runRoutes(define)];
}

const empty = z.strictObject({}).default({});
const why = z.strictObject({ reason: Reason });

function approvalRoutes(define: Definer, policy: ServiceKey<EnginePolicy>): readonly Route[] {
  return [
    define({
      verb: "approve",
      summary: "Agree to the plan with this digest; on production somebody else than who asked for it",
      role: "approver",
      body: z.strictObject({ digest: Digest, reason: Reason.optional() }),
      decide: (deciding, id, { digest, reason }, { services }) =>
        answerApproval(deciding, services.need(policy), id, { digest, approved: true, reason }),
    }),
    define({
      verb: "reject",
      summary: "Do not agree to the plan with this digest",
      role: "approver",
      body: z.strictObject({ digest: Digest, reason: Reason }),
      decide: (deciding, id, { digest, reason }, { services }) =>
        answerApproval(deciding, services.need(policy), id, { digest, approved: false, reason }),
    }),
  ];
}

function stepRoutes(define: Definer): readonly Route[] {
  return [
    define({
      verb: "retry",
      summary: "Try the step again at which the run waits",
      body: empty,
      decide: (deciding, id) => retryStep(deciding, id),
    }),
    define({
      verb: "skip",
      summary: "Go on without the step at which the run waits",
      body: why,
      decide: (deciding, id, { reason }) => skipStep(deciding, id, reason),
    }),
    define({
      verb: "attest",
      summary: "Say that a step was done by hand, and what proves it",
      body: z.strictObject({
        outcome: z.enum(["done", "failed"]).default("done"),
        said: Reason.describe("What was done, and what came of it"),
        evidence: z.record(z.string(), z.string().max(2000)).default({}).describe("What proves it: url=…, ticket=…"),
      }),
      decide: (deciding, id, { outcome, said, evidence }) =>
        attestStep(deciding, id, { outcome, message: said, evidence }),
    }),
  ];
}

function runRoutes(define: Definer): readonly Route[] {
  return [
    define({
      verb: "pause",
      summary: "Let a run stand after the step it is at",
      body: empty,
      decide: (deciding, id) => pauseRun(deciding, id),
    }),
    define({
      verb: "resume",
      summary: "Let a paused run go on",
      body: empty,
      decide: (deciding, id) => resumeRun(deciding, id),
    }),
    define({
      verb: "abort",
      summary: "Take back what can be taken back, the last first, and end the run",
      body: why,
      decide: (deciding, id, { reason }) => abortRun(deciding, id, reason),
    }),
    define({
      verb: "cancel",
      summary: "End a run where it is, taking nothing back",
      body: why,
      decide: (deciding, id, { reason }) => cancelRun(deciding, id, reason),
    }),
  ];
}
