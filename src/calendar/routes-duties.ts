import * as z from "zod";
import { refuse } from "../access/refusal.ts";
import { mayUse } from "../access/role.ts";
import { defineRoute, type Route, type RouteContext } from "../access/route.ts";
import { instantOf } from "../kernel/instant.ts";
import { doneEntry } from "./done.ts";
import type { Duty } from "./duties.ts";
import { momentAfter } from "./recurrence.ts";
import { findRenewal, listRenewals, type RenewalRow } from "./renewals.ts";
import { DutyId, Link, Sentence, Turn, turnReply } from "./replies.ts";
import { sayTimes } from "./say.ts";
import { calendarKey } from "./service.ts";
import { completeDuty, lastTurns, openTurns } from "./store-duties.ts";
import type { TurnRow } from "./tables.ts";

const DutyReply = z.object({
  id: z.string(),
  title: z.string(),
  environment: z.string().optional(),
  owner: z.string().optional(),
  when: z.string().describe("each month on the first Friday at 09:00 (UTC)"),
  lengthMinutes: z.number(),
  state: z.enum(["waiting", "due", "overdue"]),
  dueAt: z.string().describe("When the open turn came due, or the next one will"),
  steps: z.array(z.string()),
  evidence: z.string().describe("What proves that it was done"),
  byItself: z.boolean().describe("It is done once that is seen; nobody says so"),
});

const DutyDetail = DutyReply.extend({ turns: z.array(Turn) });

function dutyReply(duty: Duty, open: TurnRow | undefined, now: number): z.input<typeof DutyReply> {
  const state = open?.state === "due" || open?.state === "overdue" ? open.state : "waiting";
  return {
    id: duty.id,
    title: duty.title,
    ...(duty.environment === undefined ? {} : { environment: duty.environment }),
    ...(duty.owner === undefined ? {} : { owner: duty.owner }),
    when: `${sayTimes(duty.recurrence)} (${duty.zone.name})`,
    lengthMinutes: duty.lengthMinutes,
    state,
    dueAt: open?.due_at ?? instantOf(momentAfter(duty.recurrence, duty.zone, now)),
    steps: [...duty.steps],
    evidence: duty.evidence,
    byItself: false,
  };
}

/** A certificate that ends: a duty of one date, which is done once a new one is seen. */
function renewalReply(row: RenewalRow, open: TurnRow | undefined): z.input<typeof DutyReply> {
  return {
    id: row.duty,
    title: row.title,
    environment: row.environment,
    when: `once, by ${row.ends_at}`,
    lengthMinutes: 30,
    state: open?.state === "due" || open?.state === "overdue" ? open.state : "waiting",
    dueAt: open?.due_at ?? row.due_at,
    steps: [],
    evidence: "the new certificate, seen by itself",
    byItself: true,
  };
}

const list = defineRoute({
  method: "GET",
  path: "/duties",
  cli: "duty list",
  summary: "The recurring duties: overdue, due, and when the others come",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({ state: z.enum(["waiting", "due", "overdue", "all"]).default("all") }),
  reply: z.object({ items: z.array(DutyReply) }),
  async handle({ query }, { store, now, services, principal }) {
    const open = await openTurns(store);
    const rank = { overdue: 0, due: 1, waiting: 2 };
    const renewals = (await listRenewals(store))
      .filter(({ environment }) => mayUse(principal, "viewer", environment))
      .map((row) => renewalReply(row, open.get(row.duty)));
    const duties = services
      .need(calendarKey)
      .compiled(now)
      .duties.filter(({ environment }) => environment === undefined || mayUse(principal, "viewer", environment))
      .map((duty) => dutyReply(duty, open.get(duty.id), Date.parse(now)));
    const items = [...duties, ...renewals]
      .filter(({ state }) => query.state === "all" || state === query.state)
      .toSorted((a, b) => rank[a.state] - rank[b.state] || (a.dueAt < b.dueAt ? -1 : 1));
    return { items };
  },
});

const unknownDuty = (id: string) => refuse(404, `There is no duty ${id}.`, "List them with 'millwright duty list'.");

type Found =
  | { readonly kind: "recurring"; readonly duty: Duty }
  | { readonly kind: "renewal"; readonly row: RenewalRow };

/** A duty that comes again and again, or a renewal; undefined when it is neither. */
async function findDuty(
  id: string,
  { store, services, now }: Pick<RouteContext, "store" | "services" | "now">,
): Promise<Found | undefined> {
  const { duties } = services.need(calendarKey).compiled(now);
  const duty = duties.find((one) => one.id === id);
  if (duty !== undefined) return { kind: "recurring", duty };
  const row = await findRenewal(store, id);
  return row === undefined ? undefined : { kind: "renewal", row };
}

async function environmentOf(id: string, context: RouteContext) {
  const found = await findDuty(id, context);
  if (found === undefined) return unknownDuty(id);
  return found.kind === "recurring" ? found.duty.environment : found.row.environment;
}

const show = defineRoute({
  method: "GET",
  path: "/duties/{id}",
  cli: "duty show <id>",
  summary: "A duty with its last turns and their proofs",
  role: "viewer",
  effect: "none",
  environment: ({ params }, context) => environmentOf(params.id, context),
  params: z.object({ id: DutyId }),
  reply: DutyDetail,
  async handle({ params }, context) {
    const found = await findDuty(params.id, context);
    if (found === undefined) return unknownDuty(params.id);
    const turns = await lastTurns(context.store, params.id, 50);
    const open = turns.find(({ state }) => state === "due" || state === "overdue");
    const reply =
      found.kind === "recurring" ? dutyReply(found.duty, open, Date.parse(context.now)) : renewalReply(found.row, open);
    return { ...reply, turns: turns.map(turnReply) };
  },
});

const complete = defineRoute({
  method: "POST",
  path: "/duties/{id}/complete",
  cli: "duty complete <id>",
  summary: "Say that a duty was done, and what proves it",
  role: "operator",
  effect: "own",
  environment: ({ params }, context) => environmentOf(params.id, context),
  params: z.object({ id: DutyId }),
  body: z.strictObject({
    evidence: Sentence.describe("What was seen or done, in a sentence"),
    links: z.array(Link).max(20).default([]).describe("Where the report, the receipt or the change is"),
  }),
  reply: Turn,
  async handle({ params, body }, context) {
    const { store, now, principal, record } = context;
    const found = await findDuty(params.id, context);
    if (found === undefined) return unknownDuty(params.id);
    if (found.kind === "renewal")
      return refuse(
        409,
        `${found.row.title} is done by itself, once a certificate that ends later is seen.`,
        "Renew it; the next look closes it.",
      );
    const { duty } = found;
    const evidence = { text: body.evidence, links: body.links };
    const turn = await completeDuty(store, duty, { by: principal.actor, at: now, evidence });
    if (turn === undefined)
      return refuse(
        409,
        `${duty.title} is not due, and its next turn is not of this ${duty.every}.`,
        "Wait for its turn; 'millwright duty show' says when it comes.",
      );
    const done = { by: principal.actor, at: now, dueAt: turn.due_at, evidence };
    await record(store, { ...doneEntry(duty, done), durationSeconds: duty.lengthMinutes * 60 });
    return turnReply(turn);
  },
});

export const dutyRoutes: readonly Route[] = [list, show, complete];
