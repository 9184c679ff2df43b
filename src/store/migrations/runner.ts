import { createHash } from "node:crypto";
import { sql } from "kysely";
import { SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import type { Store } from "../store.ts";
import { migrations as all } from "./index.ts";
import type { Migration } from "./migration.ts";

/** Only one process at a time changes the schema: `millwrig` in hexadecimal, cut to 32 bits. */
const lock = 0x6d696c6c;

interface MigrationTables {
  readonly schema_migrations: {
    readonly number: number;
    readonly name: string;
    readonly checksum: string;
    readonly applied_at: Instant;
  };
}

type Applied = Pick<MigrationTables["schema_migrations"], "number" | "name" | "checksum">;

/**
 * Brings the schema to what this version needs and returns what was applied, in order. Safe to call from several processes at
 * once: one works, the others wait for it. Throws `SystemError` (stop) for a database that a newer version changed, or whose
 * history differs from ours. With `stop` the migration under way is taken back as a whole and the signal's reason thrown; the
 * pool then needs a second connection to say so.
 */
export async function migrate(
  store: Store,
  now: Instant,
  migrations: readonly Migration[] = all,
  stop?: AbortSignal,
): Promise<readonly Migration[]> {
  await stoppable(store, stop, prepare);
  const done: Migration[] = [];
  for (;;) {
    const next = await stoppable(store, stop, (part) => applyNext(part, migrations, now));
    if (next === undefined) return done;
    done.push(next);
  }
}

/** A transaction that waits for other processes and works as long as it needs, but no longer than until `stop`. */
async function stoppable<T>(
  store: Store,
  stop: AbortSignal | undefined,
  work: (part: Store) => Promise<T>,
): Promise<T> {
  stop?.throwIfAborted();
  let pid: number | undefined;
  const cancel = (): void => {
    if (pid !== undefined) void sql`select pg_cancel_backend(${pid})`.execute(store.tables()).catch(() => undefined);
  };
  // Again and again: between two statements there is nothing to cancel.
  let timer: NodeJS.Timeout | undefined;
  const stopped = (): void => {
    cancel();
    timer = setInterval(cancel, 200);
  };
  stop?.addEventListener("abort", stopped, { once: true });
  try {
    return await store.transaction(async (part) => {
      // A large table takes longer to change than an ordinary statement may, and so does the wait for whoever changes it.
      await sql`set local statement_timeout = 0`.execute(part.tables());
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(part.tables());
      stop?.throwIfAborted();
      pid = rows[0]?.pid;
      await takeTurn(part);
      stop?.throwIfAborted();
      return work(part);
    });
  } catch (thrown) {
    if (stop?.aborted === true && thrown instanceof SystemError && thrown.remedy === "retry") throw stop.reason;
    throw thrown;
  } finally {
    clearInterval(timer);
    stop?.removeEventListener("abort", stopped);
  }
}

/** What keeps this version from using the schema as it is; undefined when nothing does. For processes that do not migrate. */
export async function schemaProblem(store: Store, migrations: readonly Migration[] = all): Promise<string | undefined> {
  const found = await sql<{ name: string | null }>`select to_regclass('schema_migrations')::text as name`.execute(
    store.tables(),
  );
  const applied = found.rows[0]?.name === null ? [] : await appliedIn(store);
  const conflict = conflictOf(applied, migrations);
  if (conflict !== undefined) return conflict;
  const missing = missingIn(applied, migrations);
  if (missing.length === 0) return undefined;
  const names = missing.map(label).join(", ");
  return `the database's schema is older than this version: ${names} not applied yet. The server applies them when it starts`;
}

async function prepare(store: Store): Promise<void> {
  await sql`
    create table if not exists schema_migrations (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz(3) not null
    )`.execute(store.tables());
}

async function applyNext(store: Store, migrations: readonly Migration[], now: Instant): Promise<Migration | undefined> {
  const applied = await appliedIn(store);
  const conflict = conflictOf(applied, migrations);
  if (conflict !== undefined) throw new SystemError(conflict, "stop");
  const [next] = missingIn(applied, migrations);
  if (next === undefined) return undefined;

  await sql.raw(next.sql).execute(store.tables());
  await store
    .tables<MigrationTables>()
    .insertInto("schema_migrations")
    .values({ number: next.number, name: next.name, checksum: checksumOf(next), applied_at: now })
    .execute();
  return next;
}

/** Held until the transaction ends. */
async function takeTurn(store: Store): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lock})`.execute(store.tables());
}

function appliedIn(store: Store): Promise<Applied[]> {
  return store
    .tables<MigrationTables>()
    .selectFrom("schema_migrations")
    .select(["number", "name", "checksum"])
    .orderBy("number")
    .execute();
}

function conflictOf(applied: readonly Applied[], migrations: readonly Migration[]): string | undefined {
  const known = new Map(migrations.map((migration) => [migration.number, migration]));
  for (const row of applied) {
    const ours = known.get(row.number);
    if (ours === undefined)
      return `the database was changed by a newer version (migration ${label(row)}), which this one does not know; start that version or a later one, or restore a backup made before the upgrade`;
    if (checksumOf(ours) !== row.checksum)
      return `migration ${label(row)} was applied with another text than this version has; the database belongs to a different build`;
  }
  return undefined;
}

function missingIn(applied: readonly Applied[], migrations: readonly Migration[]): readonly Migration[] {
  const there = new Set(applied.map(({ number }) => number));
  return migrations.filter(({ number }) => !there.has(number)).toSorted((a, b) => a.number - b.number);
}

function label({ number, name }: { readonly number: number; readonly name: string }): string {
  return `${String(number).padStart(4, "0")} ${name}`;
}

/** Of the statements as written, indentation aside. */
function checksumOf({ sql: text }: Migration): string {
  const lines = text.split("\n").map((line) => line.trim());
  return createHash("sha256")
    .update(lines.filter((line) => line !== "").join("\n"))
    .digest("hex");
}
