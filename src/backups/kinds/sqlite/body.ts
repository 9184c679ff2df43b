import * as z from "zod";

/** What the manifest of an SQLite database says; its one part is the database's copy. */
export const SqliteBody = z.object({
  pod: z.string(),
  path: z.string(),
  /** Of the library that made the copy. */
  sqlite: z.string(),
  bytes: z.number(),
  pageBytes: z.number(),
  /** Counted in the copy, in the pod. */
  tables: z.array(z.object({ table: z.string(), rows: z.number() })),
  /** The revision Alembic left (`alembic_version`), which MLflow's schema is known by. */
  schemaHead: z.string().optional(),
});
export type SqliteBody = z.infer<typeof SqliteBody>;

export const copyFile = "database.sqlite";
