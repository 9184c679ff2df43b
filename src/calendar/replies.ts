import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import { sayBlocker } from "./say.ts";
import { type OrderRow, orderOf, type TurnRow } from "./tables.ts";
import { gateNames, type WorkOrder } from "./work-order.ts";

export const Id = z.string().regex(/^[0-9a-f]{16}$/, "an id: 16 hexadecimal digits");
export const Line = z
  .string()
  .trim()
  .min(3)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "one line of text");
/** Neither a zero byte nor half a character: the database keeps no such text. */
export const Sentence = z
  .string()
  .trim()
  .min(10, "say it in a sentence")
  .max(2000)
  .refine((text) => !text.includes("\0") && text.isWellFormed(), "text without zero bytes");
export const EnvironmentName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "an environment's name: lower-case letters, digits and dashes");
export const DutyId = z
  .string()
  .max(500)
  .regex(
    /^[a-z0-9][a-z0-9-]{0,99}$|^renew(?:\/[\w.:-]+){2,3}$/,
    "a duty's id: lower-case letters, digits and dashes; of a renewal renew/ENVIRONMENT/HOST",
  );
export const Moment = z.iso
  .datetime({ offset: true, error: "a moment such as 2026-12-24T18:00:00Z" })
  .refine((text) => /^2[01]/.test(text), "a moment from the year 2000 on");
/** Address of an issue or merge request. Never with credentials: it is shown to everyone. */
export const Link = z
  .url({ protocol: /^https?$/, error: "an address such as https://git.example/platform/issues/7" })
  .max(1000)
  .refine((text) => !/^[a-z]+:\/\/[^/?#]*@/i.test(text), "without a user or password in it");

const Actor = z.object({ kind: z.enum(["person", "token", "system"]), id: z.string(), name: z.string() });

export const Turn = z.object({
  duty: z.string(),
  dueAt: z.string(),
  title: z.string(),
  state: z.enum(["due", "overdue", "done", "missed"]),
  whileDown: z.boolean().describe("It came due while Millwright was down"),
  doneAt: z.string().optional(),
  doneBy: Actor.optional(),
  evidence: z.object({ text: z.string(), links: z.array(z.string()) }).optional(),
});

export function turnReply(row: TurnRow): z.input<typeof Turn> {
  return {
    duty: row.duty,
    dueAt: row.due_at,
    title: row.title,
    state: row.state,
    whileDown: row.while_down,
    ...(row.done_at === null ? {} : { doneAt: row.done_at }),
    ...(row.done_by === null ? {} : { doneBy: row.done_by }),
    ...(row.evidence === null ? {} : { evidence: { text: row.evidence.text, links: [...row.evidence.links] } }),
  };
}

export const Work = z.object({
  id: z.string(),
  title: z.string(),
  environment: z.string().optional(),
  component: z.string().optional(),
  origin: z.object({ kind: z.enum(["finding", "duty", "person"]), of: z.string() }),
  severity: z.enum(["critical", "high", "medium", "low"]).optional(),
  state: z.enum(["proposed", "planned", "running", "done", "cancelled"]),
  disruptive: z.boolean().describe("It needs a window"),
  changes: z.boolean().describe("It needs a change request"),
  createdAt: z.string(),
  notBefore: z.string().optional(),
  deadline: z.string().optional().describe("When its clock runs out"),
  estimate: z.object({
    forwardMinutes: z.number(),
    rollbackMinutes: z.number(),
    basis: z.enum(["measured", "assumed"]),
    samples: z.number(),
  }),
  changeRequest: z.string().optional(),
  gates: z.array(z.object({ name: z.enum(gateNames), answer: z.enum(["open", "shut", "unknown"]), why: z.string() })),
  emergency: z.string().optional().describe("Why it may be done outside windows and freezes"),
  procedure: z.string().optional().describe("What a run does for it; a person does it where none is named"),
  run: z.string().optional(),
  startedAt: z.string().optional(),
  closesAt: z.string().optional().describe("When its window closes"),
  endedAt: z.string().optional(),
  outcome: z.string().optional(),
  waiting: z.array(z.string()).describe("Why it did not start when it was last decided"),
  version: z.number().int(),
});

export function workReply(row: OrderRow, zone: string): z.input<typeof Work> {
  const order = orderOf(row);
  return {
    id: row.id,
    title: row.title,
    origin: { kind: row.origin.kind, of: sourceOf(order) },
    state: row.state,
    disruptive: row.disruptive,
    changes: row.changes,
    createdAt: row.created_at,
    estimate: row.estimate,
    gates: row.gates.map(({ name, answer, why }) => ({ name, answer, why })),
    waiting: row.waiting.map((blocker) => sayBlocker(blocker, zone)),
    version: row.version,
    ...present({
      environment: row.environment,
      component: row.component,
      severity: row.severity,
      notBefore: row.not_before,
      deadline: row.deadline,
      changeRequest: row.change_request,
      emergency: row.emergency?.reason ?? null,
      procedure: row.procedure?.id ?? null,
      run: row.run_id,
      startedAt: row.started_at,
      closesAt: row.closes_at,
      endedAt: row.ended_at,
      outcome: row.outcome,
    }),
  };
}

/** What is there, without the columns that are empty. */
function present<T extends Readonly<Record<string, string | null>>>(
  columns: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  const there = Object.entries(columns).filter(([, value]) => value !== null);
  return Object.fromEntries(there) as { [K in keyof T]?: NonNullable<T[K]> };
}

function sourceOf({ origin }: WorkOrder): string {
  switch (origin.kind) {
    case "finding":
      return origin.finding;
    case "duty":
      return origin.duty;
    case "person":
      return origin.actor;
  }
}

/** A moment given by a caller, in UTC. */
export function instant(text: string): Instant {
  return new Date(text).toISOString() as Instant;
}
