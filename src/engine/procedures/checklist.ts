import * as z from "zod";
import { defineProcedure } from "../plan.ts";

/** Steps that people do by hand: a duty, or a guide's list. Each is attested by whoever did it, with what proves it. */
export const checklist = defineProcedure({
  id: "checklist",
  version: 1,
  title: "Work through a checklist",
  arguments: z.object({
    title: z.string().trim().min(3).max(200),
    items: z
      .array(z.object({ title: z.string().trim().min(3).max(300) }))
      .min(1)
      .max(200),
  }),
  plan: ({ items }) => ({
    steps: items.map(({ title }, index) => ({
      name: `item-${index + 1}`,
      title,
      kind: "attest" as const,
    })),
  }),
});
