import { DatabaseSync } from "node:sqlite";
import type { SqliteFile } from "../kernel/backup-ports.ts";
import { InputError, messageOf } from "../kernel/errors.ts";

/** Opens a restored file. What its schema would run when it is read (views, triggers' functions) can reach nothing outside it. */
export function openSqlite(file: string): SqliteFile {
  const db = tried(file, () => new DatabaseSync(file, { readOnly: true, allowExtension: false }));
  tried(file, () => db.exec("pragma trusted_schema = off"));
  return {
    query: (sql) => tried(file, () => db.prepare(sql).all()),
    *each(sql) {
      const rows = tried(file, () => db.prepare(sql).iterate());
      for (let row = tried(file, () => rows.next()); row.done !== true; row = tried(file, () => rows.next()))
        yield row.value;
    },
    close: () => db.close(),
  };
}

function tried<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new InputError(`SQLite does not read ${file}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
