import * as z from "zod";
import { defineProcedure, type PlanDraft } from "../src/engine/plan.ts";

const Shape = z.object({ object: z.string(), approve: z.boolean(), attest: z.boolean() });
type Steps = PlanDraft["steps"];

/** A run with a bit of everything: effects of both kinds, polls, pauses, people. */
export const rehearsal = defineProcedure({
  id: "rehearsal",
  version: 1,
  title: "Rehearsal",
  arguments: Shape,
  plan({ object, approve, attest }) {
    const act = (name: string, action: string): Steps[number] => ({
      name,
      title: name,
      kind: "act",
      action,
      input: { object },
      effect: { reversible: "taken off the ledger" },
      retries: 100,
      timeoutSeconds: 20,
    });
    const condition = { kind: "condition" as const, everySeconds: 0.1, deadlineSeconds: 600 };
    return {
      steps: [
        { name: "before", title: "before", kind: "check", action: "ledger/check", retries: 100 },
        ...(approve ? [{ name: "approve", title: "approve", kind: "approve" as const }] : []),
        act("silence", "ledger/note"),
        act("change", "ledger/object"),
        { name: "ready", title: "ready", kind: "wait", action: "ledger/ready", wait: condition, retries: 100 },
        act("second-change", "ledger/object"),
        ...(attest ? [{ name: "look", title: "look", kind: "attest" as const }] : []),
        { name: "pause", title: "pause", kind: "wait", wait: { kind: "for", seconds: 0.2 } },
        act("third-change", "ledger/object"),
        { name: "after", title: "after", kind: "check", action: "ledger/check", retries: 100 },
      ],
    };
  },
});
