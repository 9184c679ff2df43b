import * as z from "zod";

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

/** A role, "" for everybody, and what it may: `SELECT`, `SELECT with grant option`; `no EXECUTE` for what is taken from it. */
const Grant = z.object({ role: z.string(), may: z.string() });

/** Whose something is, and the grants in which it differs from what the server gives by itself. */
const Owned = z.object({
  /** `table`, `column`, `default privileges`. */
  kind: z.string(),
  name: z.string(),
  /** Left out where the owner is that of something else, or the server's. */
  owner: z.string().optional(),
  grants: z.array(Grant).optional(),
});

/** What a database holds, asked the same way of the source and of what was restored. */
const Content = z.object({
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
  /** Manifests of earlier versions lack it. */
  owned: z.array(Owned).optional(),
});
export type Content = z.infer<typeof Content>;

/** What the manifest of a database says; its one part is an archive of pg_dump in the custom format. */
export const PostgresqlBody = z.object({
  /** The moment of the shared snapshot by the database's clock; by ours it is `takenAt`. */
  databaseClock: z.string(),
  source: z.object({
    database: z.string(),
    /** Which cluster it is, by what initdb gave it (pg_control_system). */
    systemIdentifier: z.string(),
    serverVersion: z.string(),
    encoding: z.string(),
    collation: z.string(),
    /** By what it sorts and tells letters apart, as `pg_database` has it; manifests of earlier versions lack it. */
    locale: z
      .object({
        ctype: z.string(),
        provider: z.enum(["c", "i", "b"]),
        locale: z.string().optional(),
        rules: z.string().optional(),
      })
      .optional(),
    /** Where the log of writes stood. */
    lsn: z.string(),
    /** What no dump of one database holds: whose it is, who may connect, what is set for it. */
    owner: z.string().optional(),
    grants: z.array(z.object({ role: z.string(), privilege: z.string(), grantable: z.boolean() })).optional(),
    settings: z.array(z.object({ role: z.string().optional(), setting: z.string() })).optional(),
    /** How many may connect at once; -1: as many as the server takes. */
    connections: z.number().optional(),
  }),
  content: Content,
  roles: z.array(Role),
  /** Of one that was dumped in a pod: where, and which workloads were seen to use it. */
  pod: z.string().optional(),
  usedBy: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
});
export type PostgresqlBody = z.infer<typeof PostgresqlBody>;
