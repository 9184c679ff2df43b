import * as z from "zod";
import { defineProcedure, type Procedure } from "../../engine/plan.ts";

const Component = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a component: mlflow");

const steps = [
  ["cluster", "A cluster with its storage classes, DNS and registries can be made from nothing: say how it was tried"],
  ["argo-cd", "Argo CD runs and syncs the saved Applications: say where it was tried"],
  ["applications", "Applications start against what was restored and answer as users ask them: say where it was tried"],
  ["entry", "DNS and certificates can be turned to the rebuilt environment: say how it was tried"],
] as const;

/** Restores into what is thrown away alone, so nobody is asked; what people did beside is attested by name and stands in the report. */
const drill = defineProcedure({
  id: "drill",
  version: 1,
  title: "Drill: restore everything, measure it and sign the report",
  arguments: z.object({
    component: Component.optional().describe("Only its stores"),
    one: z.boolean().default(false).describe("Only the store whose last drill is longest ago: for every month"),
    second: z.boolean().default(false).describe("From the second repository alone, as if the first were gone"),
    attest: z.boolean().default(false).describe("People say first what of a rebuild they did by hand"),
  }),
  plan({ component, one, second, attest }) {
    const what = component ?? (one ? "one store" : "everything");
    return {
      steps: [
        ...(attest ? steps.map(([name, title]) => ({ name, title, kind: "attest" as const })) : []),
        {
          name: "drill",
          title: `Restore ${what}${second ? " from the second repository alone" : ""} into what is thrown away, in the order of a rebuild`,
          kind: "check",
          action: "backups/drill",
          input: { ...(component === undefined ? {} : { component }), one, second },
          timeoutSeconds: 3 * 24 * 3600,
          retries: 2,
        },
      ],
    };
  },
});

export const drillProcedures: readonly Procedure[] = [drill];
