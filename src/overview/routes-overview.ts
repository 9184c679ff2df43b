import * as z from "zod";
import { defineRoute, type RouteContext } from "../access/route.ts";
import { type EnvironmentSummary, environmentSummaries } from "./environments.ts";
import { Line, lineKinds, worstFirst } from "./line.ts";
import { linesDue } from "./lines-due.ts";
import { linesFound } from "./lines-found.ts";
import { linesRunning } from "./lines-running.ts";
import { linesUnproven } from "./lines-unproven.ts";
import { oneLineAnEvent } from "./one-event.ts";

const Count = z.number().int();

const WindowReply = z.object({
  rules: z.array(z.string()),
  isOpen: z.boolean(),
  from: z.string().optional().describe("Of the opening that it is in, or else the next one"),
  until: z.string().optional(),
  says: z.string().optional().describe("The same by the clock that people there live by"),
  frozenUntil: z.string().optional(),
});

export const SummaryReply = z.object({
  name: z.string(),
  mode: z.enum(["observe", "shadow", "act"]),
  health: z.enum(["healthy", "unhealthy", "affected", "unknown"]).optional().describe("Missing: nothing is asked"),
  components: z.object({ healthy: Count, unhealthy: Count, affected: Count, unknown: Count }),
  findings: z.object({ critical: Count, high: Count, medium: Count, low: Count }).describe("Open ones"),
  runs: Count.describe("That have not ended"),
  incidents: Count.describe("Open or acknowledged"),
  window: WindowReply,
});

export function summaryReply({ health, window, ...rest }: EnvironmentSummary): z.input<typeof SummaryReply> {
  const { from, until, says, frozenUntil, rules, isOpen } = window;
  const opening = from === undefined || until === undefined || says === undefined ? {} : { from, until, says };
  return {
    ...rest,
    ...(health === undefined ? {} : { health }),
    window: { rules: [...rules], isOpen, ...opening, ...(frozenUntil === undefined ? {} : { frozenUntil }) },
  };
}

/** Everything worth a line, worst first. */
async function linesOf(context: RouteContext): Promise<readonly Line[]> {
  const parts = await Promise.all([
    linesRunning(context),
    linesFound(context),
    linesDue(context),
    linesUnproven(context),
  ]);
  return oneLineAnEvent(parts.flat().toSorted(worstFirst));
}

export const overview = defineRoute({
  method: "GET",
  path: "/overview",
  cli: "overview",
  summary: "What is due, unproven, drifting, exposed and running: each with why and what to do next, worst first",
  role: "viewer",
  effect: "none",
  environment: "any",
  query: z.object({
    kind: z.enum(lineKinds).optional().describe("Only lines of this kind; counts and the worst stay those of all"),
    environment: z.string().max(100).optional().describe("Only of this environment"),
    limit: z.coerce.number().int().min(1).max(1000).default(200).describe("How many lines at most"),
  }),
  reply: z.object({
    at: z.string(),
    worst: z.array(Line).describe("The worst three"),
    counts: z.object({ due: Count, unproven: Count, drift: Count, exposed: Count, running: Count }),
    environments: z.array(SummaryReply),
    lines: z.array(Line),
    left: Count.describe("Lines that the limit left out"),
  }),
  async handle({ query }, context) {
    const [all, environments] = await Promise.all([linesOf(context), environmentSummaries(context)]);
    const here = all.filter(({ environment }) => query.environment === undefined || environment === query.environment);
    const lines = here.filter(({ kind }) => query.kind === undefined || kind === query.kind);
    const count = (kind: Line["kind"]): number =>
      here.reduce((sum, line) => sum + (line.kind === kind ? line.count : 0), 0);
    return {
      at: context.now,
      worst: here.slice(0, 3),
      counts: {
        due: count("due"),
        unproven: count("unproven"),
        drift: count("drift"),
        exposed: count("exposed"),
        running: count("running"),
      },
      environments: environments.map(summaryReply),
      lines: lines.slice(0, query.limit),
      left: Math.max(0, lines.length - query.limit),
    };
  },
});
