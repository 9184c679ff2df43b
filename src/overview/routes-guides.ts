import * as z from "zod";
import { refuse } from "../access/refusal.ts";
import { defineRoute } from "../access/route.ts";
import { guideLines } from "../guides/index.ts";
import type { GuideLine } from "../guides/line.ts";
import { linksOf } from "../guides/links.ts";
import { watchersOf } from "../guides/watchers.ts";
import { actOf } from "./guide-act.ts";
import { type GuideFacts, guideFacts } from "./guide-facts.ts";
import { guideStates, standingOf } from "./guide-state.ts";
import { Next } from "./line.ts";

const State = z.enum(guideStates);

const LineReply = z.object({
  id: z.string(),
  guide: z.enum(["A", "B"]),
  section: z.string(),
  kind: z.string(),
  says: z.string().describe("What the guide asks for, in our words"),
  state: State,
  why: z.string(),
  lastEvidence: z
    .object({
      kind: z.enum(["duty", "findings", "look", "journal", "health"]),
      at: z.string(),
      text: z.string(),
      entry: z.number().int().optional().describe("Number of the journal's entry"),
    })
    .optional(),
  dueAt: z.string().optional(),
  findings: z.number().int().describe("Open findings that speak against it"),
  against: z.array(z.object({ rule: z.string(), count: z.number().int() })).describe("By rule, the most first"),
  byUs: z.object({ kind: z.string(), what: z.string() }).describe("What of ours does it, or will"),
  today: z.string().describe("What to type or open today"),
  typed: z.string().optional().describe("The command as the guide has it"),
  correction: z
    .object({ text: z.string(), source: z.string() })
    .optional()
    .describe("Where the guide is wrong: what holds instead, and where that was read"),
  requirements: z.array(z.string()),
  duties: z.array(z.string()),
  rules: z.array(z.string()),
  procedures: z.array(z.string()),
  act: Next.extend({
    kind: z.enum(["complete-duty", "show-findings", "show-health", "start-procedure", "open-work-order", "see"]),
  }),
});

function lineReply(line: GuideLine, facts: GuideFacts): z.input<typeof LineReply> {
  const links = linksOf(line);
  const rules = watchersOf(line);
  const standing = standingOf(line, { links, rules }, facts);
  const { evidence, dueAt, state, why, findings } = standing;
  const section = guideLines.filter((other) => other.guide === line.guide && other.section === line.section);
  return {
    id: line.id,
    guide: line.guide,
    section: line.section,
    kind: line.kind,
    says: line.says,
    state,
    why,
    findings,
    against: standing.open.map(({ rule, count }) => ({ rule, count })),
    byUs: { kind: line.state.kind, what: byUs(line) },
    today: line.today,
    requirements: [...line.requirement],
    duties: [...links.duties],
    rules: [...rules, ...links.liveRules],
    procedures: links.checklist === undefined ? [] : ["checklist"],
    act: actOf(line, links, standing, section),
    ...(evidence === undefined ? {} : { lastEvidence: evidence }),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(line.typed === undefined ? {} : { typed: line.typed }),
    ...(line.correction === undefined
      ? {}
      : { correction: { text: line.correction.text, source: line.correction.source } }),
  };
}

function byUs({ state }: GuideLine): string {
  switch (state.kind) {
    case "done-by":
      return state.command;
    case "in-kit":
      return state.path;
    case "absent-by-design":
      return state.substitute;
    case "open":
      return state.arrives;
  }
}

const list = defineRoute({
  method: "GET",
  path: "/guides",
  cli: "guide lines",
  summary: "Both guides line by line: state, why, last evidence, what to do today",
  role: "viewer",
  effect: "none",
  environment: "any",
  kept: { forSeconds: 10 },
  query: z.object({
    guide: z.enum(["A", "B"]).optional(),
    section: z.string().max(200).optional(),
    state: State.optional(),
    requirement: z.string().max(20).optional().describe("VER-2"),
    text: z.string().max(200).optional().describe("In the line, its section or its command"),
  }),
  reply: z.object({
    counts: z.object({
      overdue: z.number().int(),
      due: z.number().int(),
      open: z.number().int(),
      unknown: z.number().int(),
      done: z.number().int(),
      "not-applicable": z.number().int(),
    }),
    items: z.array(LineReply),
  }),
  async handle({ query }, context) {
    const facts = await guideFacts(context);
    const text = query.text?.toLowerCase() ?? "";
    const wanted = guideLines
      .filter(({ guide }) => query.guide === undefined || guide === query.guide)
      .filter(({ section }) => query.section === undefined || section === query.section)
      .filter(({ requirement }) => query.requirement === undefined || requirement.includes(query.requirement))
      .filter(({ id, says, section, today }) => `${id} ${says} ${section} ${today}`.toLowerCase().includes(text))
      .map((line) => lineReply(line, facts));
    const count = (state: (typeof guideStates)[number]): number => wanted.filter((line) => line.state === state).length;
    return {
      counts: {
        overdue: count("overdue"),
        due: count("due"),
        open: count("open"),
        unknown: count("unknown"),
        done: count("done"),
        "not-applicable": count("not-applicable"),
      },
      items: wanted.filter(({ state }) => query.state === undefined || state === query.state),
    };
  },
});

const show = defineRoute({
  method: "GET",
  path: "/guides/{id}",
  cli: "guide show <id>",
  summary: "One line of a guide, and how it stands",
  role: "viewer",
  effect: "none",
  environment: "any",
  params: z.object({ id: z.string().regex(/^[AB]\.\d{1,4}$/, "a line's id, such as A.12") }),
  reply: LineReply,
  async handle({ params }, context) {
    const line = guideLines.find(({ id }) => id === params.id);
    if (line === undefined)
      return refuse(404, `No guide has a line ${params.id}.`, "List what is there: millwright guide lines");
    return lineReply(line, await guideFacts(context));
  },
});

export const guideRoutes = [list, show];
