import * as z from "zod";
import type { Instant } from "../../kernel/instant.ts";
import { parseInstant } from "../../kernel/instant.ts";
import { BackupClass } from "../../platform/backup-schedule.ts";
import { lastTelling } from "../repository/catalogue.ts";

/*
 * What the runner says of a repository (`millwright backup list -o json`), as far as the server uses it.
 */

const Moment = z.string().transform((text, context): Instant => {
  const moment = parseInstant(text);
  if (moment === undefined) context.addIssue({ code: "custom", message: "no moment" });
  return moment ?? ("" as Instant);
});

export const ListedProof = z.object({
  snapshot: z.string(),
  provenAt: Moment,
  verdict: z.string(),
  digest: z.string(),
  millis: z.number().optional(),
});
export type ListedProof = z.infer<typeof ListedProof>;

const ListedBackup = z.object({
  id: z.string(),
  store: z.string(),
  kind: z.string().default("postgresql"),
  class: BackupClass.default("by-hand"),
  /** `RUN/STEP` */
  run: z.string().optional(),
  point: z.string().optional(),
  takenAt: Moment,
  bytes: z.number(),
  digest: z.string(),
  proofs: z.array(ListedProof),
});
export type ListedBackup = z.infer<typeof ListedBackup>;

const ListedPoint = z.object({
  id: z.string(),
  takenAt: Moment,
  fence: z.enum(["fenced", "unfenced"]),
  class: z.string(),
  digest: z.string(),
  bytes: z.number(),
  run: z.string().optional(),
  proofs: z.array(ListedProof),
});

const ListedDebris = z.object({
  snapshot: z.string(),
  backup: z.string().default(""),
  store: z.string().default(""),
  at: z.string(),
  why: z.string(),
});

const ListedRemoval = z.object({ id: z.string(), at: Moment });

const ListedDrill = z.object({ id: z.string(), at: Moment, verdict: z.string().default("incomplete") });

export const Listed = z.object({
  backups: z.array(ListedBackup),
  points: z.array(ListedPoint).default([]),
  debris: z.array(ListedDebris).default([]),
  drills: z.array(ListedDrill).default([]),
  removals: z.array(ListedRemoval).default([]),
  others: z.number().default(0),
});
export type Listed = z.infer<typeof Listed>;

/** The last proof that tells: one that could not be made says nothing. */
export function toldBy<P extends { readonly verdict: string; readonly provenAt: Instant }>(
  proofs: readonly P[],
): P | undefined {
  return lastTelling(proofs.toSorted((a, b) => Date.parse(b.provenAt) - Date.parse(a.provenAt)));
}

export const proven = "proven";
