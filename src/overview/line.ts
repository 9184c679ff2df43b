import * as z from "zod";
import type { Severity } from "../systems/contract.ts";

export const lineKinds = ["due", "unproven", "drift", "exposed", "running"] as const;
type LineKind = (typeof lineKinds)[number];

const Action = z.object({
  method: z.enum(["POST", "PUT", "DELETE"]),
  path: z.string().describe("With the base: /api/v1/duties/daily-health/complete"),
  body: z.record(z.string(), z.unknown()).describe("As far as it is known"),
  asks: z.array(z.string()).describe("Fields of the body that a person fills in"),
  needs: z.enum(["operator", "approver", "admin"]).describe("The role it takes"),
  effect: z.enum(["own", "outside"]).describe("outside: it changes the platform, or has it changed"),
});

export const Next = z.object({
  label: z.string(),
  cli: z.string().describe("To be pasted into a shell; TEXT stands for what a person has to say"),
  route: z.string().describe("A page of the console"),
  action: Action.optional(),
});
export type Next = z.infer<typeof Next>;

/** One thing that somebody should know of: what, why, and what to do next. */
export const Line = z.object({
  id: z.string().describe("Stays the same while it is the same thing"),
  kind: z.enum(lineKinds),
  severity: z.enum(["critical", "high", "medium", "low"]),
  title: z.string(),
  why: z.string(),
  since: z.string().nullable(),
  environment: z.string().nullable(),
  component: z.string().optional(),
  also: z
    .array(z.object({ id: z.string(), kind: z.enum(lineKinds), title: z.string(), route: z.string() }))
    .optional()
    .describe(
      "What else the same event shows itself as, which has no line of its own: the finding of an incident, its work",
    ),
  count: z.number().int().describe("How many things of this kind the line stands for"),
  next: Next,
});
export type Line = z.infer<typeof Line>;

const severities: readonly Severity[] = ["critical", "high", "medium", "low"];
/** What runs or drifts now before what is merely due. */
const pressing: readonly LineKind[] = ["running", "exposed", "drift", "due", "unproven"];

/** Worst first; production before the rest; the longest known first. */
export function worstFirst(a: Line, b: Line): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    Number(b.environment === "production") - Number(a.environment === "production") ||
    pressing.indexOf(a.kind) - pressing.indexOf(b.kind) ||
    (a.since ?? "9").localeCompare(b.since ?? "9") ||
    a.id.localeCompare(b.id)
  );
}

/** That a duty was done. */
export function completion(duty: string): NonNullable<Next["action"]> {
  const path = `/api/v1/duties/${duty}/complete`;
  return { method: "POST", path, body: {}, asks: ["evidence"], needs: "operator", effect: "own" };
}

/** Where a page of the console shows it, with what is filtered in the address. */
export function place(page: string, filter: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? page : `${page}?${given.join("&")}`;
}

/** `millwright finding list --rule x --environment y`, without what is not given. */
export function command(words: string, options: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [` --${name} ${quoted(value)}`],
  );
  return `millwright ${words}${given.join("")}`;
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
