import * as z from "zod";

/** What the runner says that retention removes (`millwright backup prune -o json`), and what became of it. */
export const ShownPrune = z.object({
  refused: z.string().optional(),
  kept: z.array(z.object({ id: z.string(), store: z.string(), why: z.array(z.string()) })),
  removed: z.array(
    z.object({
      id: z.string(),
      store: z.string(),
      takenAt: z.string().optional(),
      bytes: z.number().default(0),
      why: z.array(z.string()),
    }),
  ),
  packs: z.array(z.string()).default([]),
  points: z.array(z.string()).default([]),
  debris: z
    .array(z.object({ snapshot: z.string(), backup: z.string(), store: z.string(), at: z.string(), why: z.string() }))
    .default([]),
  archives: z
    .array(z.object({ object: z.string(), bucket: z.string(), backup: z.string(), bytes: z.number() }))
    .default([]),
  frees: z.number().optional(),
  done: z
    .object({
      record: z.string().optional(),
      unwritten: z.string().optional(),
      freed: z.object({ bytes: z.number().optional(), stuck: z.number().optional() }),
    })
    .optional(),
});
export type ShownPrune = z.infer<typeof ShownPrune>;
