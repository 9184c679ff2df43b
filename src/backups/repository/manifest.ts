import { hash } from "node:crypto";
import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";
import { jsonOr } from "../../kernel/json.ts";
import { BackupClass } from "../../platform/backup-schedule.ts";

/*
 * What a backup says of itself, in a snapshot of its own (the seal) that is written last: only after the programs that made its parts
 * and restic all ended well. Parts without one are no backup.
 */

/** What was stored as one file of one snapshot; one of two digests binds it. */
export const Part = z
  .object({
    /** restic's id, or its first letters: restic up to 0.14 says no more of what it has just stored. */
    snapshot: z.string().min(8),
    file: z.string(),
    bytes: z.number(),
    /** Of its bytes, where they went through our hands. */
    sha256: z.string().optional(),
    /**
     * Of a program's output that only restic read: its snapshot's tree, the SHA-256 of what names each piece by its own
     * (restic.readthedocs.io, "References": Trees and Data). A copy of the snapshot has the same.
     */
    tree: z.string().optional(),
    /** What the repository grew by, before compression. */
    added: z.number(),
  })
  .refine(({ sha256, tree }) => sha256 !== undefined || tree !== undefined, "a part without a digest");
export type Part = z.infer<typeof Part>;

/** What binds a part: `sha256:…` of its bytes, or `tree:…` as restic has it. */
export function boundBy({ sha256, tree }: Part): string {
  return sha256 === undefined ? `tree:${tree}` : `sha256:${sha256}`;
}

const Identity = z.object({
  /** Which Millwright's: the name in its configuration. */
  installation: z.string(),
  environment: z.string(),
  component: z.string(),
  store: z.string(),
  /** The id in the repository's own configuration. */
  repository: z.string(),
});
export type Identity = z.infer<typeof Identity>;

const Manifest = z.object({
  schema: z.literal("millwright/backup/1"),
  id: z.string(),
  identity: Identity,
  /** Says how `body` is read. */
  kind: z.string(),
  /** The moment that it shows. */
  takenAt: z.string(),
  endedAt: z.string(),
  /** What it was taken for: it says how long it is kept. */
  class: BackupClass,
  /** The recovery point that it is part of. */
  point: z.string().optional(),
  /** Of all programs that made it. */
  versions: z.record(z.string(), z.string()),
  /** They go with it. */
  parts: z.array(Part),
  /** Shared with other backups of its store. */
  packs: z.array(Part),
  body: z.unknown(),
});
export type Manifest = z.infer<typeof Manifest>;

export interface SealedManifest {
  readonly manifest: Manifest;
  /** `sha256:…` over its bytes as they lie in the repository: it binds all that it says, and the parts by their digests. */
  readonly digest: string;
}

/** All bytes that come back from it. */
export function sizeOf({ parts, packs }: Pick<Manifest, "parts" | "packs">): number {
  return [...parts, ...packs].reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Throws `InputError` for what is no manifest of ours. */
export function readManifest(text: string, where: string): SealedManifest {
  const parsed = Manifest.safeParse(jsonOr(text));
  if (!parsed.success)
    throw new InputError(
      `${where} holds no manifest that this version reads: ${parsed.error.issues[0]?.path.join(".")} ${parsed.error.issues[0]?.message}`,
    );
  return { manifest: parsed.data, digest: digestOf(text) };
}

export function writeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 1)}\n`;
}

export function digestOf(text: string): string {
  return `sha256:${hash("sha256", text)}`;
}
