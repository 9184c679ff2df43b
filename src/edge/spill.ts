import type { Spill } from "../kernel/backup-ports.ts";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { Sqlite } from "./sqlite.ts";

/*
 * All is one transaction that never ends: it is thrown away, and pages are written only where more than 16 MB of them would be held. Its
 * journal is in memory and stays empty, as it has the pages of before; `off` is refused by the defensive mode that Node opens files in.
 * Where the disk is full SQLite may take back all of it (sqlite.org/lang_transaction.html, 3.1), so after a failure nothing more is told.
 * Nothing is sorted in a folder for temporary files, which a container may not have.
 */
const pragmas =
  "pragma journal_mode = memory; pragma synchronous = off; pragma cache_size = -16000; pragma temp_store = memory; begin";

/** Opens a new file of rows. */
export function openSpill(file: string): Spill {
  let broken: SystemError | undefined;
  const failed = (thrown: unknown): SystemError => {
    broken ??= new SystemError(`rows could not be kept in ${file}: ${messageOf(thrown)}`, "stop", { cause: thrown });
    return broken;
  };
  const db = new Sqlite(file, { readOnly: false, pragmas, failed });
  const whole = (): Sqlite => {
    if (broken !== undefined) throw broken;
    return db;
  };
  return {
    run: (sql, ...values) => whole().run(sql, ...values),
    all: (sql, ...values) => whole().all(sql, ...values),
    each: (sql, ...values) => whole().each(sql, ...values),
    close: () => db.close(),
  };
}
