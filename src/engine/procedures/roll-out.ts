import * as z from "zod";
import { Source } from "../actions/configuration.ts";
import { Workload, wordsOf } from "../actions/workload.ts";
import { defineProcedure } from "../plan.ts";
import { Measured, measuredAfter, measuredBefore } from "./measured.ts";
import { rolledOut, serves, underLease } from "./restart.ts";

/**
 * Rolls a changed ConfigMap or Secret out to the pods that read it when they start: SharingHub and MLflow do not restart by
 * themselves when it changes.
 */
export const rollOut = defineProcedure({
  id: "roll-out-configuration",
  version: 1,
  title: "Roll out a changed configuration",
  arguments: Workload.extend({
    sources: z.array(Source).min(1).describe("The ConfigMaps and Secrets that changed"),
    measured: Measured.optional(),
    stores: z
      .array(z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, "COMPONENT/STORE"))
      .default([])
      .describe(
        "What its new pods may change, as migrations do: without a fresh receipt of each the roll-out does not start",
      ),
  }),
  plan: ({ measured, stores, ...given }) => ({
    steps: underLease(given, [
      {
        name: "changed",
        title: `The configuration of ${wordsOf(given)} differs from what its pods run with`,
        kind: "check",
        action: "configuration/changed",
        input: given,
        retries: 3,
      },
      serves("before", given, "serves before it is touched"),
      ...measuredBefore(measured),
      {
        name: "roll-out",
        title: `Replace the pods of ${wordsOf(given)}`,
        kind: "act",
        effect: "irreversible",
        action: "configuration/roll-out",
        input: given,
        retries: 5,
        mayChangeData: true,
        ...(stores.length === 0 ? {} : { receipt: { stores } }),
      },
      rolledOut(given),
      serves("after", given, "serves afterwards"),
      ...measuredAfter(measured, "roll-out"),
    ]),
  }),
});
