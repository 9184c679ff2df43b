import { counted } from "../../../kernel/count.ts";
import type { SqliteStore } from "../../../platform/backup-stores.ts";
import type { StoreKind } from "../../store-kind.ts";
import { SqliteBody } from "./body.ts";
import { prove } from "./prove.ts";
import { restore } from "./restore.ts";
import { take } from "./take.ts";

/** A database of SQLite's on a pod's volume. */
export const sqlite: StoreKind<SqliteStore, SqliteBody> = {
  id: "sqlite",
  turn: "database",
  body: SqliteBody,
  take,
  prove,
  restore,
  summary: ({ path, tables }) =>
    `${path}, ${counted(tables.length, "table")}, ${tables.reduce((sum, { rows }) => sum + rows, 0)} rows`,
  facts: ({ pod, path, sqlite: version, bytes, tables, schemaHead }) => [
    ["pod", pod],
    ["file", `${path}, ${bytes} bytes, copied by SQLite ${version}`],
    ["schema", schemaHead ?? "no revision of Alembic"],
    ...tables
      .toSorted((a, b) => b.rows - a.rows)
      .slice(0, 10)
      .map(({ table, rows }) => ["table", `${table}: ${rows} rows`] as const),
  ],
  doesNotCover: [],
};
