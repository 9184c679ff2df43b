import * as z from "zod";
import { type AnyAction, defineAction, type NotYet, type Outcome } from "../engine/action.ts";
import { Measured } from "../engine/procedures/measured.ts";
import { attemptsOf, findRun } from "../engine/store.ts";
import { instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import { compareSeries, type SeriesComparison, spansOf } from "./before-after.ts";
import { gateOf } from "./compare.ts";

const Gate = Measured.extend({
  /** The step that changed something. */
  change: z.string(),
});

/** What a run may ask of the measurements: how many there are, and whether a change made them worse. */
export function gateActions(store: Store): readonly AnyAction[] {
  return [
    defineAction<Measured>(Measured, {
      id: "health/measured",
      async run({ environment, now }, input) {
        const to = now();
        const from = instantOf(Date.parse(to) - input.beforeMinutes * 60_000);
        const found = await compareSeries(store, environment, input, { before: { from, to }, after: undefined });
        return measured(found, input);
      },
    }),
    defineAction<z.infer<typeof Gate>>(Gate, {
      id: "health/compare",
      async run({ runId, environment, now }, input) {
        const run = await findRun(store, runId);
        const attempts = run === undefined ? [] : await attemptsOf(store, runId);
        const spans = run && spansOf(run, attempts, input.change, input.beforeMinutes, now());
        if (spans?.after === undefined)
          return { kind: "failed", message: `Step ${input.change} was not done: there is no before and after.` };
        return judged(await compareSeries(store, environment, input, spans), input);
      },
    }),
  ];
}

/** Too little is said and hinders nothing: the gate afterwards will not open on it. */
function measured(found: readonly SeriesComparison[], { component, beforeMinutes, minSamples }: Measured): Outcome {
  const evidence = { series: found.map(({ series, labels, before }) => ({ series, labels, ...before })) };
  const enough = found.length > 0 && found.every(({ before }) => before.count >= minSamples);
  const words = countsOf(found);
  const short = enough ? "" : ` That is too little: ${minSamples} of each are needed for a comparison.`;
  return {
    kind: "done",
    message: `Measured of ${component} in the last ${beforeMinutes} minutes: ${words === "" ? "nothing" : words}.${short}`,
    evidence,
  };
}

/** Of a probe its measurements and its answers are mostly as many: said once. */
function countsOf(found: readonly SeriesComparison[]): string {
  return [...new Set(found.map(({ before, labels }) => `${before.count} of ${labels["probe"] ?? "?"}`))].join(", ");
}

/** Shut while it is not known, and for good once it is worse. */
function judged(found: readonly SeriesComparison[], { minSamples }: Measured): Outcome | NotYet {
  const gate = gateOf(found.map(({ comparison }) => comparison));
  const worse = found.some(({ comparison }) => comparison.kind === "worse");
  const evidence = { comparisons: found.map(({ comparison, ...sides }) => ({ ...sides, ...comparison })) };
  const poor = found.filter(({ before }) => before.count < minSamples);
  if (poor.length > 0 && !worse)
    return {
      kind: "failed",
      message: `It cannot be known, and waiting brings no more: ${countsOf(poor)} were measured before, and ${minSamples} are needed. Look for yourself, then skip the step with what you saw.`,
      evidence,
    };
  if (gate.open) return { kind: "done", message: `No worse than before: ${gate.why}.`, evidence };
  return worse
    ? { kind: "failed", message: `Worse than before: ${gate.why}.`, evidence }
    : { kind: "not-yet", message: `Not known so far: ${gate.why}.` };
}
