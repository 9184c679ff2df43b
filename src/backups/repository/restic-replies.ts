import * as z from "zod";

/*
 * What restic prints as JSON, as far as it is used.
 */

export const StoredSnapshot = z.object({
  id: z.string(),
  time: z.string(),
  hostname: z.string().optional(),
  paths: z.array(z.string()).default([]),
  tags: z.array(z.string()).default([]),
  /** restic's digest of all that it holds, the same in a copy. */
  tree: z.string(),
  /** Of a copy: what it is a copy of. */
  original: z.string().optional(),
});
export type StoredSnapshot = z.infer<typeof StoredSnapshot>;

export const Config = z.object({ id: z.string(), version: z.number() });

export const Size = z.object({ total_size: z.number() });

/** restic says nothing, or null, of no snapshots. */
export function snapshotsIn(text: string): readonly StoredSnapshot[] {
  return z.array(StoredSnapshot).parse(JSON.parse(text === "" ? "[]" : text) ?? []);
}

/** What `restic find` says of each snapshot: the files that it holds. */
const Found = z.object({
  snapshot: z.string(),
  matches: z.array(z.object({ size: z.number().default(0) })),
});

/** Bytes by the ids of snapshots. */
export function sizesIn(text: string): readonly (readonly [id: string, bytes: number])[] {
  return z
    .array(Found)
    .parse(JSON.parse(text === "" ? "[]" : text) ?? [])
    .map(({ snapshot, matches }) => [snapshot, matches.reduce((sum, { size }) => sum + size, 0)]);
}
