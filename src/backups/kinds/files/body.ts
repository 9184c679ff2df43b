import * as z from "zod";

/** What the manifest of files says; the archive is one part, the list of what is in it another. */
export const FilesBody = z.object({
  /** The pod they were read in. */
  pod: z.string(),
  paths: z.array(z.string()),
  /** Paths that were not there. */
  missing: z.array(z.string()).default([]),
  /** Whether the application held still meanwhile, by its own command. */
  quiesced: z.boolean(),
  /** Whether it was down, and they were read in a pod with its volumes. */
  down: z.boolean().default(false),
  files: z.number(),
  /** Of the files' content. */
  bytes: z.number(),
  entries: z.number(),
});
export type FilesBody = z.infer<typeof FilesBody>;

export const archiveFile = "files.tar";
/** One entry of the archive a line: path, kind, size, moment and, of files, sha256. */
export const listFile = "files.jsonl";
