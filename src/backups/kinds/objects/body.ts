import * as z from "zod";
import { Part } from "../../repository/manifest.ts";

/** An object that is not in the backup, and why. */
const Left = z.object({ key: z.string(), why: z.string() });
export type Left = z.infer<typeof Left>;

export const ObjectsBody = z.object({
  /** `https://s3.example.org/bucket` */
  bucket: z.string(),
  prefix: z.string(),
  /** undefined: the store does not say. */
  versioned: z.boolean().optional(),
  objects: z.number(),
  bytes: z.number(),
  /** What this run copied; the rest lies in packs of earlier ones. */
  copied: z.object({ objects: z.number(), bytes: z.number() }),
  /** Since the backup before. */
  deleted: z.number(),
  /** Replaced between the list and the copy; the later content is in the backup. */
  changedMeanwhile: z.array(z.string()),
  goneMeanwhile: z.array(z.string()),
  left: z.object({ count: z.number(), first: z.array(Left) }),
  /** Every object, one on a line. */
  list: Part,
});
export type ObjectsBody = z.infer<typeof ObjectsBody>;

/** One object of the list. */
export const ObjectEntry = z.object({
  key: z.string(),
  size: z.number(),
  etag: z.string().optional(),
  modified: z.string(),
  version: z.string().optional(),
  sha256: z.string(),
  /** Which of the list's packs holds it. */
  pack: z.number(),
  /** Its place in the pack's order, from 0. */
  place: z.number(),
});
export type ObjectEntry = z.infer<typeof ObjectEntry>;

/** A list of objects: the packs that they lie in, then they, then how many they are. */
export const ListHead = z.object({ packs: z.array(Part) });
export const ListEnd = z.object({ end: z.number() });
