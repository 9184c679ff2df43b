import type { Database, SqlFailure } from "../../kernel/backup-ports.ts";
import { SystemError } from "../../kernel/errors.ts";

/** PostgreSQL's classes 53 (out of disk, memory), 58030 (I/O), 57P (shut down), XX (internal): no fault of the dump. */
export function refuseBrokenServer({ code, message }: SqlFailure): void {
  const words = message.replaceAll(/"[^"]*"/g, '""'); // names and values of the dump
  if (code === "53100" || (/No space left/.test(words) && !/shared memory/.test(words)))
    throw new SystemError(
      `the disk of the throw-away server is full (${message}); name a folder with more room by --scratch`,
      "stop",
    );
  if (/^(?:53|58030|57P|XX)/.test(code)) throw new SystemError(`the throw-away server gave up: ${message}`, "stop");
}

/** A connection whose questions throw `SystemError` where it is the server that gave up, and as before where the question is wrong. */
export function tellingBroken(db: Database): Database {
  return {
    run: (statement) => db.run(statement),
    copy: (statement, rows) => db.copy(statement, rows),
    close: () => db.close(),
    async query(sql) {
      try {
        return await db.query(sql);
      } catch (thrown) {
        if (thrown instanceof Error && "code" in thrown)
          refuseBrokenServer({ code: String(thrown.code), message: thrown.message });
        throw thrown;
      }
    },
  };
}
