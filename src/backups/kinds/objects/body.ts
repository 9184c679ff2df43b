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
  /** Current ones, and what they weigh. */
  objects: z.number(),
  bytes: z.number(),
  /** What else is in it where the store is declared with `versions: true`; bytes of the older versions. */
  versions: z.object({ older: z.number(), markers: z.number(), bytes: z.number() }).optional(),
  /** What this run copied; the rest lies in packs of earlier ones. */
  copied: z.object({ objects: z.number(), bytes: z.number() }),
  /** Since the backup before. */
  deleted: z.number(),
  /** Replaced between the list and the copy; the later content is in the backup. */
  changedMeanwhile: z.array(z.string()),
  goneMeanwhile: z.array(z.string()),
  left: z.object({ count: z.number(), first: z.array(Left) }),
  /** Objects of which it is not known what lies beside their content; undefined: of none of them (an earlier release made it). */
  lacks: z.object({ metadata: z.number(), tags: z.number() }).optional(),
  /** Every object, one on a line. */
  list: Part,
});
export type ObjectsBody = z.infer<typeof ObjectsBody>;

/** One object of the list, or one version. */
export const ObjectEntry = z.object({
  key: z.string(),
  size: z.number(),
  etag: z.string().optional(),
  modified: z.string(),
  version: z.string().optional(),
  /** Another version of its key is the newest. */
  older: z.literal(true).optional(),
  /** A delete marker: it lies in its pack as an empty file. */
  deleted: z.literal(true).optional(),
  /** In a pack's index: behind how many versions of its key it comes that were copied earlier. */
  behind: z.number().optional(),
  sha256: z.string(),
  /** Headers as `ObjectMetadata` has them; undefined: they are not known. */
  metadata: z.record(z.string(), z.string()).optional(),
  /** As the object had them when it was copied; undefined: none, or the store does not count them. */
  tags: z.union([z.record(z.string(), z.string()), z.literal("refused")]).optional(),
  /** Which of the list's packs holds it. */
  pack: z.number(),
  /** Its place in the pack's order, from 0. */
  place: z.number(),
});
export type ObjectEntry = z.infer<typeof ObjectEntry>;

/** A list of objects: the packs that they lie in, then they, key by key and of each the oldest version first, then how many they are. */
export const ListHead = z.object({ packs: z.array(Part) });
export const ListEnd = z.object({ end: z.number() });
