import * as z from "zod";
import { type Refusal, refuse } from "../access/refusal.ts";
import { isSecondPerson } from "../access/role.ts";
import { defineRoute, type Route, type RouteContext } from "../access/route.ts";
import { instantOf } from "../kernel/instant.ts";
import { asJson } from "../store/store.ts";
import { mayStart } from "./blockers.ts";
import { answerGate, changeOrder, digestOfOrder, finishOrder, withoutApproval } from "./change-order.ts";
import { assumed, type Estimate } from "./estimate.ts";
import { plannedProcedure } from "./planned-procedure.ts";
import { Id, instant, Link, Moment, Sentence, Work } from "./replies.ts";
import { environmentOfOrder, shownOrder, unknownOrder } from "./routes-work.ts";
import { sayBlocker } from "./say.ts";
import { calendarKey } from "./service.ts";
import { loadState, lockClock, lockOrder } from "./store.ts";
import { type OrderRow, orderOf } from "./tables.ts";
import { aboutOrder, zoneFor } from "./tell.ts";
import { writeStart } from "./tick.ts";
import type { WorkState } from "./work-order.ts";
import { hour } from "./zone.ts";

const common = {
  method: "POST",
  effect: "own",
  environment: environmentOfOrder,
  params: z.object({ id: Id }),
  reply: Work,
  versionOf: ({ version }: { readonly version: number }) => version,
} as const;

/** The work order, locked, when it is in one of the states and still the version that the caller saw. */
async function take(
  id: string,
  states: readonly WorkState[],
  { store, ifMatch }: RouteContext,
): Promise<OrderRow | Refusal> {
  const row = await lockOrder(store, id);
  if (row === undefined) return unknownOrder(id);
  if (ifMatch !== undefined && ifMatch !== String(row.version))
    return refuse(412, "Somebody changed it meanwhile.", "Look at it again, then decide.");
  if (!states.includes(row.state))
    return refuse(409, `It is ${row.state}.`, `That can be done while it is ${states.join(" or ")}.`);
  return row;
}

/** Writes what a person did to a work order into the journal. */
async function recordStep(
  row: OrderRow,
  did: string,
  evidence: Readonly<Record<string, unknown>>,
  context: RouteContext,
): Promise<void> {
  const { store, now, principal, record } = context;
  await record(store, {
    at: now,
    kind: "work-order",
    actor: principal.actor,
    task: `${did}: ${row.title}`,
    ...aboutOrder(orderOf(row)),
    evidence,
  });
}

/** What a person says of the time counts as assumed. */
function saidEstimate(
  estimate: Estimate,
  forwardMinutes: number | undefined,
  rollbackMinutes: number | undefined,
): Estimate {
  if (forwardMinutes === undefined && rollbackMinutes === undefined) return estimate;
  return assumed(forwardMinutes ?? estimate.forwardMinutes, rollbackMinutes ?? estimate.rollbackMinutes);
}

const plan = defineRoute({
  ...common,
  path: "/work-orders/{id}/plan",
  cli: "work plan <id>",
  summary: "Plan it: it starts in the first opening that has room and nothing against it",
  role: "operator",
  body: z.strictObject({
    notBefore: Moment.optional(),
    changeRequest: Link.optional().describe("The issue or merge request that it belongs to"),
    forwardMinutes: z
      .number()
      .int()
      .min(1)
      .max(7 * 24 * 60)
      .optional(),
    rollbackMinutes: z
      .number()
      .int()
      .min(0)
      .max(7 * 24 * 60)
      .optional(),
    procedure: z.string().min(1).max(63).optional().describe("A run of this procedure does it, in mode act"),
    arguments: z.record(z.string(), z.json()).default({}).describe("The procedure's arguments, without secrets"),
  }),
  async handle({ params, body }, context) {
    const row = await take(params.id, ["proposed", "planned"], context);
    if (!("title" in row)) return row;
    if (body.procedure !== undefined && row.environment === null)
      return refuse(422, "A procedure is run in an environment, and this work names none.", "Create it with one.");
    const request = body.changeRequest ?? row.change_request;
    if (row.changes && request === null && row.emergency === null)
      return refuse(
        422,
        "It changes the platform and no change request is linked.",
        "Give `changeRequest`, the address of its issue or merge request.",
      );
    const procedure = await plannedProcedure(body, row, context);
    const changed = await changeOrder(context.store, row.id, {
      state: "planned",
      planned_by: asJson(context.principal.actor),
      not_before: body.notBefore === undefined ? row.not_before : instant(body.notBefore),
      change_request: request,
      estimate: asJson(saidEstimate(row.estimate, body.forwardMinutes, body.rollbackMinutes)),
      ...(procedure === undefined ? {} : { procedure: asJson(procedure) }),
      gates: asJson(withoutApproval(row.gates)),
    });
    await recordStep(changed, "Planned", { notBefore: changed.not_before, estimate: changed.estimate }, context);
    await context.services.need(calendarKey).hurry(context.store, context.now);
    return shownOrder(changed, context);
  },
});

const approve = defineRoute({
  ...common,
  path: "/work-orders/{id}/approve",
  cli: "work approve <id>",
  summary: "Approve it as it is planned; the approval ends when the plan changes, and by itself",
  role: "approver",
  body: z.strictObject({ reason: Sentence.describe("What was looked at") }),
  async handle({ params, body }, context) {
    const row = await take(params.id, ["planned"], context);
    if (!("title" in row)) return row;
    const { policy } = context.services.need(calendarKey).inForce().config;
    const { actor } = context.principal;
    const needsSecond = row.environment === null || policy.secondPerson.includes(row.environment);
    if (needsSecond && !isSecondPerson(actor, row.planned_by ?? row.created_by))
      return refuse(
        403,
        "Here somebody else than whoever planned it must approve.",
        "Ask a second person with the role approver.",
      );
    const digest = digestOfOrder(row);
    const expiresAt = Date.parse(context.now) + policy.approvalHours * hour;
    const why = `approved by ${actor.name}: ${body.reason}`;
    const changed = await answerGate(context.store, row.id, {
      name: "approval",
      answer: "open",
      why,
      expiresAt,
      evidence: digest,
    });
    if (changed === undefined) return unknownOrder(row.id);
    const { store, now, record } = context;
    await record(store, {
      at: now,
      kind: "approval",
      actor,
      task: `Approved: ${row.title}`,
      ...aboutOrder(orderOf(row)),
      evidence: { digest, reason: body.reason, expiresAt: instantOf(expiresAt) },
    });
    await context.services.need(calendarKey).hurry(store, now);
    return shownOrder(changed, context);
  },
});

const start = defineRoute({
  ...common,
  path: "/work-orders/{id}/start",
  cli: "work start <id>",
  summary: "Begin it by hand, now; refused with every reason that stands against it",
  role: "operator",
  async handle({ params }, context) {
    const { store, now, services } = context;
    await lockClock(store);
    const row = await take(params.id, ["planned"], context);
    if (!("title" in row)) return row;
    const service = services.need(calendarKey);
    const calendar = service.compiled(now);
    const order = orderOf(row);
    const state = await loadState(store, calendar, service.inForce().stop, undefined, Date.parse(now));
    const verdict = mayStart(order, state, Date.parse(now));
    if (verdict.kind === "wait") {
      const zone = zoneFor(order, calendar);
      return refuse(
        409,
        `It may not start: ${verdict.why.map((blocker) => sayBlocker(blocker, zone)).join("; ")}.`,
        "Settle these, or say why it is an emergency.",
      );
    }
    await writeStart(store, order, verdict.room, now, undefined);
    await recordStep(row, "Started by hand", { gates: row.gates, emergency: row.emergency?.reason }, context);
    const started = await lockOrder(store, row.id);
    return started === undefined ? unknownOrder(row.id) : shownOrder(started, context);
  },
});

const finish = defineRoute({
  ...common,
  path: "/work-orders/{id}/finish",
  cli: "work finish <id>",
  summary: "Say how work done by hand ended, and what proves it",
  role: "operator",
  body: z.strictObject({
    outcome: z.enum(["done", "rolled-back", "failed"]),
    evidence: Sentence.describe("What was checked afterwards"),
    links: z.array(Link).max(20).default([]),
    rolledBackMinutes: z
      .number()
      .int()
      .min(0)
      .max(7 * 24 * 60)
      .optional()
      .describe("How long putting it back took"),
  }),
  async handle({ params, body }, context) {
    const row = await take(params.id, ["running"], context);
    if (!("title" in row)) return row;
    if (row.run_id !== null) return refuse(409, "A run does it.", `See 'millwright run show ${row.run_id}'.`);
    const { outcome, rolledBackMinutes } = body;
    const ended = await finishOrder(context.store, row.id, { at: context.now, outcome, rolledBackMinutes });
    if (ended === undefined) return unknownOrder(row.id);
    await recordStep(row, `Ended (${outcome})`, { evidence: body.evidence, links: body.links }, context);
    return shownOrder(ended, context);
  },
});

const cancel = defineRoute({
  ...common,
  path: "/work-orders/{id}/cancel",
  cli: "work cancel <id>",
  summary: "Decide that it is not done, and why; the same finding does not raise it again",
  role: "operator",
  body: z.strictObject({ reason: Sentence }),
  async handle({ params, body }, context) {
    const row = await take(params.id, ["proposed", "planned"], context);
    if (!("title" in row)) return row;
    const ended = await changeOrder(context.store, row.id, {
      state: "cancelled",
      outcome: body.reason,
      ended_at: context.now,
    });
    await recordStep(row, "Cancelled", { reason: body.reason }, context);
    return shownOrder(ended, context);
  },
});

const emergency = defineRoute({
  ...common,
  path: "/work-orders/{id}/emergency",
  cli: "work emergency <id>",
  summary: "Let it be done outside windows and freezes, and say why; gates and the emergency stop still hold",
  role: "approver",
  body: z.strictObject({ reason: Sentence }),
  async handle({ params, body }, context) {
    const row = await take(params.id, ["proposed", "planned"], context);
    if (!("title" in row)) return row;
    const { store, now, principal, record, notify } = context;
    const changed = await changeOrder(store, row.id, {
      emergency: asJson({ reason: body.reason, by: principal.actor.name }),
      gates: asJson(withoutApproval(row.gates)),
    });
    const about = aboutOrder(orderOf(row));
    await record(store, {
      at: now,
      kind: "override",
      actor: principal.actor,
      task: `Emergency: ${row.title}`,
      ...about,
      evidence: { reason: body.reason },
      nextActions: row.change_request === null ? ["link the change request afterwards", "review"] : ["review"],
    });
    await notify(store, {
      key: `work-order ${row.id} emergency`,
      severity: "critical",
      title: `Declared an emergency: ${row.title}`,
      text: `${principal.actor.name}: ${body.reason}`,
      environment: about.environment,
      link: `/work-orders/${row.id}`,
    });
    return shownOrder(changed, context);
  },
});

export const workStepRoutes: readonly Route[] = [plan, approve, start, finish, cancel, emergency];
