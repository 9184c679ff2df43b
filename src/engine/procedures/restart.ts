import { Workload, wordsOf } from "../actions/workload.ts";
import { defineProcedure, type PlanDraft } from "../plan.ts";
import { Measured, measuredAfter, measuredBefore } from "./measured.ts";

type Step = PlanDraft["steps"][number];

/** Restarts a component's pods, with its health looked at before and after. */
export const restart = defineProcedure({
  id: "restart-component",
  version: 1,
  title: "Restart a component",
  arguments: Workload.extend({ measured: Measured.optional() }),
  plan: ({ measured, ...workload }) => ({
    steps: [
      ...underLease(workload, [
        serves("before", workload, "serves before it is touched"),
        ...measuredBefore(measured),
        {
          name: "restart",
          title: `Restart the pods of ${wordsOf(workload)}`,
          kind: "act",
          effect: "irreversible",
          action: "workload/restart",
          input: workload,
          retries: 5,
        },
        rolledOut(workload),
        serves("after", workload, "serves afterwards"),
        ...measuredAfter(measured, "restart"),
      ]),
    ],
  }),
});

/** Steps with the workload's Lease around them; an abort gives it back. */
export function underLease(workload: Workload, steps: readonly Step[]): Step[] {
  const { namespace, kind, name } = workload;
  const input = { namespace, kind, name };
  const effect = { reversible: "the Lease is given back" };
  const lease = { kind: "act" as const, effect, input, retries: 5 };
  return [
    { ...lease, name: "take-lease", title: `See that no other run changes ${wordsOf(workload)}`, action: "lease/take" },
    ...steps,
    { ...lease, name: "release-lease", title: "Let other runs change it again", action: "lease/release" },
  ];
}

export function serves(name: string, workload: Workload, what: string): Step {
  const { namespace, kind, name: workloadName } = workload;
  const input = { namespace, kind, name: workloadName };
  return { name, title: `${wordsOf(workload)} ${what}`, kind: "check", action: "workload/serves", input, retries: 3 };
}

export function rolledOut(workload: Workload): Step {
  const { namespace, kind, name } = workload;
  return {
    name: "rolled-out",
    title: `All pods of ${wordsOf(workload)} are new and serve`,
    kind: "wait",
    action: "workload/rolled-out",
    input: { namespace, kind, name },
    wait: { kind: "condition", everySeconds: 5, deadlineSeconds: 900 },
    retries: 20,
  };
}
