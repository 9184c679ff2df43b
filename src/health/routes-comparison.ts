import * as z from "zod";
import { refuse } from "../access/refusal.ts";
import { defineRoute, type Route } from "../access/route.ts";
import { Measured } from "../engine/procedures/measured.ts";
import { attemptsOf, findRun } from "../engine/store.ts";
import { compareSeries, spansOf } from "./before-after.ts";

const Span = z.object({ from: z.string(), to: z.string() });
const Side = z.object({ count: z.number(), median: z.number().optional() });

const Reply = z.object({
  component: z.string().optional().describe("Left out: the run compares nothing"),
  before: Span.optional(),
  after: Span.optional().describe("Left out: it has not come to that yet"),
  series: z.array(
    z.object({
      series: z.string(),
      labels: z.record(z.string(), z.string()),
      before: Side,
      after: Side,
      verdict: z.enum(["not-worse", "worse", "unknown"]),
      why: z.string(),
    }),
  ),
});

const Asked = z.object({ steps: z.array(z.object({ action: z.string().optional(), input: z.unknown() })) });
const Gate = Measured.extend({ change: z.string() });

const comparison = defineRoute({
  method: "GET",
  path: "/runs/{id}/comparison",
  cli: "run comparison <id>",
  summary: "What was measured before a run's change and after it, side by side",
  role: "viewer",
  effect: "none",
  async environment({ params }, { store }) {
    const run = await findRun(store, params.id);
    return run?.environment ?? refuse(404, `There is no run ${params.id}.`, "List what is there: millwright run list");
  },
  params: z.object({ id: z.string().regex(/^[0-9a-f]{16}$/, "a run's id: 16 hexadecimal digits") }),
  reply: Reply,
  async handle({ params }, { store, now }) {
    const run = await findRun(store, params.id);
    if (run === undefined)
      return refuse(404, `There is no run ${params.id}.`, "List what is there: millwright run list");
    const step = Asked.parse(run.plan).steps.find(({ action }) => action === "health/compare");
    const gate = step === undefined ? undefined : Gate.safeParse(step.input).data;
    if (gate === undefined) return { series: [] };
    const spans = spansOf(run, await attemptsOf(store, run.id), gate.change, gate.beforeMinutes, run.endedAt ?? now);
    if (spans === undefined) return { component: gate.component, series: [] };
    const found = await compareSeries(store, run.environment, gate, spans);
    return {
      component: gate.component,
      before: spans.before,
      ...(spans.after === undefined ? {} : { after: spans.after }),
      series: found.map(({ series, labels, before, after, comparison: verdict }) => ({
        series,
        labels,
        before: sideOf(before),
        after: sideOf(after),
        verdict: verdict.kind,
        why: verdict.kind === "unknown" ? verdict.why : verdict.evidence,
      })),
    };
  },
});

function sideOf({ count, median }: { readonly count: number; readonly median: number | undefined }) {
  return median === undefined ? { count } : { count, median };
}

/** What changes did to the measurements: `src/health`. */
export const comparisonRoutes: readonly Route[] = [comparison];
