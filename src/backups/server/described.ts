import * as z from "zod";

/*
 * What the runner says of one backup and of one recovery point (`millwright backup show ID --short -o json`), as far as routes show it.
 */

const Verdict = z.object({
  kind: z.string(),
  why: z.union([z.string(), z.array(z.string())]).optional(),
  what: z.string().optional(),
  howToLearn: z.string().optional(),
});

const Proof = z.object({
  provenAt: z.string(),
  provenBy: z.string(),
  verdict: Verdict,
  millis: z.number(),
});

export const DescribedBackup = z.object({
  id: z.string(),
  takenAt: z.string(),
  endedAt: z.string(),
  digest: z.string(),
  bytes: z.number(),
  identity: z.object({ installation: z.string(), repository: z.string() }),
  versions: z.record(z.string(), z.string()),
  parts: z.array(z.object({ file: z.string(), bytes: z.number(), digest: z.string(), added: z.number() })),
  packs: z.object({ count: z.number(), bytes: z.number() }),
  covers: z.string(),
  facts: z.array(z.object({ label: z.string(), text: z.string() })),
  doesNotCover: z.array(z.string()),
  proof: Proof.extend({
    restoredInto: z.number().optional(),
    counts: z.record(z.string(), z.number()),
    notes: z.array(z.string()),
  }).optional(),
});
export type DescribedBackup = z.infer<typeof DescribedBackup>;

export const DescribedPoint = z.object({
  id: z.string(),
  takenAt: z.string(),
  beganAt: z.string(),
  endedAt: z.string(),
  digest: z.string(),
  fence: z.object({
    kind: z.enum(["fenced", "unfenced"]),
    from: z.string().optional(),
    until: z.string().optional(),
    by: z.array(z.string()).default([]),
    why: z.string().optional(),
  }),
  backups: z.array(z.object({ id: z.string(), store: z.string(), takenAt: z.string(), bytes: z.number() })),
  disposable: z.array(z.object({ store: z.string(), why: z.string() })),
  proof: Proof.extend({
    checks: z.array(
      z.object({ id: z.string(), what: z.string(), state: z.string(), asked: z.number(), why: z.array(z.string()) }),
    ),
    doesNotCover: z.array(z.string()),
  }).optional(),
});
export type DescribedPoint = z.infer<typeof DescribedPoint>;

/** `millwright backup second -o json` */
export const DescribedSecond = z.object({
  kind: z.enum(["current", "arriving", "late", "failed", "none", "unknown"]),
  words: z.string(),
  newest: z.array(z.object({ store: z.string(), id: z.string(), takenAt: z.string() })),
  lastArrival: z.string().optional(),
  immutable: z
    .object({
      kind: z.enum(["verified", "refuted", "unknown"]),
      words: z.string(),
      howToLearn: z.string().optional(),
    })
    .optional(),
});
export type DescribedSecond = z.infer<typeof DescribedSecond>;

/** Why a proof says what it says, in sentences: what differs, what was looked at, what would tell. */
export function reasonsOf({ why, what, howToLearn }: z.infer<typeof Verdict>): readonly string[] {
  const said = typeof why === "string" ? [why] : (why ?? []);
  return [...said, ...[what, howToLearn].filter((one) => one !== undefined)];
}
