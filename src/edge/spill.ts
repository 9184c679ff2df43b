import type { Spill } from "../kernel/backup-ports.ts";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { Sqlite } from "./sqlite.ts";

/*
 * All is one transaction that never ends, without a journal: it is thrown away, and pages are written only where more than 16 MB of them
 * would be held. So nothing can be taken back: after a failure SQLite says that the file may be damaged (sqlite.org/pragma.html,
 * journal_mode), and nothing more is told of it. Nothing is sorted in a folder for temporary files, which a container may not have.
 */
const pragmas =
  "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -16000; pragma temp_store = memory; begin";

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
