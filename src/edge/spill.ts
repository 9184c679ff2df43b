import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Spill } from "../kernel/backup-ports.ts";
import { messageOf, SystemError } from "../kernel/errors.ts";

/**
 * Opens a new file of rows. All is one transaction that never ends, without a journal: it is thrown away, and pages are written only
 * where more than 16 MB of them would be held. Nothing is sorted in a folder for temporary files, which a container may not have.
 */
export function openSpill(file: string): Spill {
  const db = tried(file, () => new DatabaseSync(file, { allowExtension: false }));
  tried(file, () =>
    db.exec(
      "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -16000; pragma temp_store = memory; begin",
    ),
  );
  const known = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const statement = known.get(sql) ?? db.prepare(sql);
    known.set(sql, statement);
    return statement;
  };
  return {
    run: (sql, ...values) => tried(file, () => prepared(sql).run(...values).changes > 0),
    all: (sql, ...values) => tried(file, () => prepared(sql).all(...values)),
    // A statement of its own: others may be asked while it goes on.
    *each(sql, ...values) {
      const rows = tried(file, () => db.prepare(sql).iterate(...values));
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
    throw new SystemError(`rows could not be kept in ${file}: ${messageOf(thrown)}`, "stop", { cause: thrown });
  }
}
