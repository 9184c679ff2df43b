import { hash } from "node:crypto";
import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";

/*
 * What a backup says of itself, in a snapshot of its own that is written last: only after the dump's program and restic both
 * ended well. A dump without one is no backup.
 */

const Count = z.object({
  table: z.string(),
  rows: z.number(),
  /** Over every row, whatever their order; the same wherever the rows are the same. */
  checksum: z.string(),
});

const Role = z.object({
  name: z.string(),
  login: z.boolean(),
  superuser: z.boolean(),
  createDatabase: z.boolean(),
  createRole: z.boolean(),
  inherit: z.boolean(),
  replication: z.boolean(),
  bypassRls: z.boolean(),
  memberOf: z.array(z.string()),
});

/** What a database holds, asked the same way of the source and of what was restored. */
export const Content = z.object({
  tables: z.array(Count),
  /** Sequences know no snapshot: `until` is where one stood when the dump had ended. */
  sequences: z.array(
    z.object({ name: z.string(), last: z.string(), called: z.boolean(), until: z.string().optional() }),
  ),
  constraints: z.array(z.object({ name: z.string(), definition: z.string() })),
  /** How many there are of everything else: indexes, views, functions, triggers, types, policies. */
  objects: z.record(z.string(), z.number()),
  extensions: z.array(z.object({ name: z.string(), version: z.string() })),
  largeObjects: z.object({ count: z.number(), checksum: z.string() }),
  schemaHead: z.object({ system: z.string(), head: z.string() }).optional(),
});
export type Content = z.infer<typeof Content>;

export const Identity = z.object({
  /** Which Millwright's: the name in its configuration. */
  installation: z.string(),
  environment: z.string(),
  component: z.string(),
  store: z.string(),
  /** The id in the repository's own configuration. */
  repository: z.string(),
});
export type Identity = z.infer<typeof Identity>;

export const Manifest = z.object({
  schema: z.literal("millwright/backup/1"),
  id: z.string(),
  identity: Identity,
  kind: z.literal("postgresql"),
  /** The moment of the shared snapshot by our clock, and by the database's. */
  takenAt: z.string(),
  databaseClock: z.string(),
  endedAt: z.string(),
  source: z.object({
    database: z.string(),
    /** Which cluster it is, by what initdb gave it (pg_control_system). */
    systemIdentifier: z.string(),
    serverVersion: z.string(),
    encoding: z.string(),
    collation: z.string(),
    /** Where the log of writes stood. */
    lsn: z.string(),
  }),
  dump: z.object({
    /** restic's id of the dump's snapshot. */
    snapshot: z.string(),
    file: z.string(),
    bytes: z.number(),
    sha256: z.string(),
    /** What the repository grew by, before compression. */
    added: z.number(),
    format: z.literal("custom"),
  }),
  versions: z.object({ millwright: z.string(), pgDump: z.string(), restic: z.string() }),
  content: Content,
  roles: z.array(Role),
});
export type Manifest = z.infer<typeof Manifest>;

export interface SealedManifest {
  readonly manifest: Manifest;
  /** `sha256:…` over its bytes as they lie in the repository: it binds all that it says, and the dump by its digest. */
  readonly digest: string;
}

/** Reads a manifest's bytes; throws `InputError` when they are none of ours. */
export function readManifest(bytes: Uint8Array, where: string): SealedManifest {
  const text = Buffer.from(bytes).toString("utf8");
  const parsed = Manifest.safeParse(parsedJson(text));
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

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
