import { hash } from "node:crypto";
import * as z from "zod";
import type { SourceDatabase } from "../../../kernel/backup-ports.ts";
import { SystemError } from "../../../kernel/errors.ts";
import { quoteName, quoteText } from "../../proof/throw-away.ts";

/*
 * What a restore has done so far stands in the comments of the databases themselves: it is there whoever was killed, and goes
 * with them.
 */

type Asked = Pick<SourceDatabase, "query">;

const MarkFields = z.object({
  /**
   * beside: half or whole, used by nobody. restored: in use. before: what was in use, kept. undone: what was in use for a while.
   * new, filling: half restored elsewhere, into one that was made for it, or that was there and empty.
   */
  role: z.enum(["beside", "restored", "before", "undone", "new", "filling"]),
  restore: z.string(),
  backup: z.string(),
  at: z.string(),
  /** The comment that it bore before. */
  comment: z.string().optional(),
  /** Of one that is in use: as what the one before was kept; undefined: there was none. */
  kept: z.string().optional(),
});
export type RestoreMark = z.infer<typeof MarkFields>;

const Mark = z.object({ millwright: MarkFields });

export interface MarkedDatabase {
  readonly name: string;
  readonly mark: RestoreMark | undefined;
  readonly comment: string | undefined;
}

/** All databases of the server that a connection may see. */
export async function markedDatabases(db: Asked): Promise<readonly MarkedDatabase[]> {
  const rows = await db.query(
    "select d.datname::text as name, pg_catalog.shobj_description(d.oid, 'pg_database') as comment from pg_catalog.pg_database d",
  );
  return rows.map(({ name, comment }) => {
    const text = typeof comment === "string" ? comment : undefined;
    return { name: String(name), comment: text, mark: markIn(text) };
  });
}

function markIn(comment: string | undefined): RestoreMark | undefined {
  if (comment === undefined || !comment.startsWith('{"millwright"')) return undefined;
  try {
    return Mark.parse(JSON.parse(comment)).millwright;
  } catch {
    return undefined;
  }
}

export async function mark(
  db: Asked,
  database: string,
  said: RestoreMark | undefined,
  comment?: string,
): Promise<void> {
  const text = said === undefined ? comment : JSON.stringify({ millwright: said });
  await db.query(`comment on database ${quoteName(database)} is ${text === undefined ? "null" : quoteText(text)}`);
}

/** A name for a database beside another, of at most 63 bytes; the same for the same restore. */
export function besideName(database: string, role: string, what: string): string {
  const ending = `_${role}_${what}`;
  const room = 63 - ending.length;
  const bytes = Buffer.from(database);
  const head =
    bytes.length <= room
      ? database
      : `${bytes
          .subarray(0, room - 9)
          .toString("latin1")
          .replace(/[^\x20-\x7e]/g, "_")}_${hash("sha256", database).slice(0, 8)}`;
  return `${head}${ending}`;
}

export function shortOf(id: string): string {
  return hash("sha256", id).slice(0, 8);
}

/** What the names of all databases begin with that restores make beside another. */
export function besideBeginning(database: string): string {
  const short = shortOf("");
  return besideName(database, "restoring", short).slice(0, -short.length);
}

const tries = 10;

/**
 * Renames databases in one transaction: there is no moment in which only one of them bears its new name. Whoever is connected is
 * ended; PostgreSQL refuses while anybody is, so that it is tried some times against an application that comes back at once. Its own
 * vacuuming it ends itself, and lets nobody but a superuser do that (src/backend/storage/ipc/procarray.c, CountOtherDBBackends).
 */
export async function renameAll(
  db: Asked,
  renames: readonly {
    readonly from: string;
    readonly to: string;
    readonly mark: RestoreMark | undefined;
    readonly comment?: string | undefined;
  }[],
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const { from } of renames)
        await db.query(
          `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where datname = ${quoteText(from)} and pid <> pg_catalog.pg_backend_pid() and backend_type <> 'autovacuum worker'`,
        );
      await db.query("begin");
      for (const one of renames) {
        await db.query(`alter database ${quoteName(one.from)} rename to ${quoteName(one.to)}`);
        await mark(db, one.to, one.mark, one.comment);
      }
      await db.query("commit");
      return;
    } catch (thrown) {
      await db.query("rollback").catch(() => undefined);
      if (!(thrown instanceof SystemError) || !thrown.message.includes("55006") || attempt === tries) throw thrown;
    }
  }
}

/** Held by the session: one restore of a database at a time. */
export async function lockRestores(db: Asked, database: string): Promise<void> {
  const [row] = await db.query(
    `select pg_catalog.pg_try_advisory_lock(1296649815, pg_catalog.hashtext(${quoteText(database)})) as mine`,
  );
  if (row?.["mine"] !== true)
    throw new SystemError(`another restore of ${database} is under way; wait until it has ended`, "retry");
}
