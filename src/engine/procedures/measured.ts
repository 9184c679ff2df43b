import * as z from "zod";
import type { PlanDraft } from "../plan.ts";

type Step = PlanDraft["steps"][number];

/** Which measurements have to be no worse after a change than before it. */
export const Measured = z
  .object({
    component: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
      .describe("As the server's endpoints name it"),
    series: z
      .array(z.string().regex(/^[a-z][a-z0-9_]{0,99}$/))
      .min(1)
      .max(20)
      .default(["millwright_probe_millis"])
      .describe("Measurements of which less is better"),
    beforeMinutes: z.number().int().min(1).max(1440).default(60),
    minSamples: z.number().int().min(5).max(1000).default(20).describe("Fewer on a side say nothing"),
    deadlineMinutes: z.number().int().min(1).max(1440).default(60).describe("By then it has to be known"),
  })
  .describe("It counts as done only once this is measured to be no worse than before");
export type Measured = z.infer<typeof Measured>;

/** Says how much is measured, while there is still time to wait for more. */
export function measuredBefore(measured: Measured | undefined): Step[] {
  if (measured === undefined) return [];
  return [
    {
      name: "measured-before",
      title: `What is measured of ${measured.component} before`,
      kind: "check",
      action: "health/measured",
      input: { ...measured },
      retries: 5,
    },
  ];
}

/** The gate: shut while too little is known, and for good when it is worse. `change` is the step that changed something. */
export function measuredAfter(measured: Measured | undefined, change: string): Step[] {
  if (measured === undefined) return [];
  return [
    {
      name: "no-worse",
      title: `${measured.component} is measured to be no worse than before`,
      kind: "wait",
      action: "health/compare",
      input: { ...measured, change },
      wait: { kind: "condition", everySeconds: 30, deadlineSeconds: measured.deadlineMinutes * 60 },
      retries: 20,
    },
  ];
}
