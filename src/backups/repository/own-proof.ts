import * as z from "zod";

export const OwnVerdict = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("proven") }),
  /** Only some of it was looked at; makes no receipt. */
  z.object({ kind: z.literal("sampled"), what: z.string() }),
  z.object({ kind: z.literal("failed"), why: z.array(z.string()) }),
  /** Nothing could be told: by what this machine lacks. */
  z.object({ kind: z.literal("unknown"), why: z.string(), howToLearn: z.string() }),
]);
export type OwnVerdict = z.infer<typeof OwnVerdict>;

/** What proving one of our own backups found; kept beside it in the repository. */
export const OwnProof = z.object({
  schema: z.literal("millwright/own-proof/1"),
  backup: z.string(),
  /** Of the manifest it was held against. */
  digest: z.string(),
  provenAt: z.string(),
  provenBy: z.string(),
  verdict: OwnVerdict,
  restoredInto: z.number().optional(),
  counts: z.record(z.string(), z.number()),
  millis: z.number(),
  /** What belongs to the whole and lies in another backup or none. */
  doesNotCover: z.array(z.string()),
  /** Where what is not covered may lie: in this store, or in one of these kinds of the same component. */
  elsewhere: z
    .array(
      z.object({
        what: z.string(),
        /** By which stores of one component mean the same: `lfs`. */
        id: z.string().optional(),
        store: z.string().optional(),
        kinds: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  notes: z.array(z.string()),
});
export type OwnProof = z.infer<typeof OwnProof>;

/** Why it is not proven; nothing where it is. */
export function reasonsOf(verdict: OwnVerdict): readonly string[] {
  switch (verdict.kind) {
    case "proven":
      return [];
    case "sampled":
      return [verdict.what];
    case "failed":
      return verdict.why;
    case "unknown":
      return [`${verdict.why}. ${verdict.howToLearn}`];
  }
}

export const proofFile = "proof.json";
