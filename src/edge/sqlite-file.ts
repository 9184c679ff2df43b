import type { SqliteFile } from "../kernel/backup-ports.ts";
import { InputError, messageOf } from "../kernel/errors.ts";
import { Sqlite } from "./sqlite.ts";

/** Opens a restored file. What its schema would run when it is read (views, triggers' functions) can reach nothing outside it. */
export function openSqlite(file: string): SqliteFile {
  const db = new Sqlite(file, {
    readOnly: true,
    pragmas: "pragma trusted_schema = off",
    failed: (thrown) => new InputError(`SQLite does not read ${file}: ${messageOf(thrown)}`, { cause: thrown }),
  });
  return { query: (sql) => db.all(sql), each: (sql) => db.each(sql), close: () => db.close() };
}
