import type { Client } from "pg";
import { onConnection } from "../databases/sql.ts";
import { migrationsOf, type SchemaMigration } from "./milestones.ts";

/** What befalls the migrations of an upgrade. `slow`: each takes this much longer, within its transaction. */
export type MigrationFate =
  | { readonly kind: "well" }
  | { readonly kind: "slow"; readonly millis: number }
  /** The n-th of those that are due (1 for the first) fails after its statements. */
  | { readonly kind: "fails"; readonly at: number };

export interface MigrateOptions {
  readonly fate?: MigrationFate;
  readonly now?: Date;
  /** Told the name of each schema migration that is committed. */
  readonly count?: (migration: string) => void;
}

/** Why an upgrade's migrations stopped; those before it stay applied, as each has its own transaction. */
export class MigrationError extends Error {}

/**
 * Runs on the real database what an upgrade to this version runs: the schema migrations that are not in `schema_migrations`, in
 * order. Run again after a failure it goes on where it stopped. Gives the names of those that ran. Two at once wait for each other, as with Rails' advisory lock.
 * Throws `MigrationError` with GitLab's words when a background migration that must be finished is not.
 */
export function migrateGitlab(url: string, to: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const { fate = { kind: "well" }, now = new Date(), count } = options;
  return onConnection(url, async (client) => {
    await client.query("select pg_advisory_lock(hashtext('gitlab migrations'))");
    const { rows } = await client.query<{ version: string }>("select version from schema_migrations");
    const known = new Set(rows.map(({ version }) => version));
    const ran: string[] = [];
    for (const migration of migrationsOf(to).filter(({ version }) => !known.has(version))) {
      await runOne(client, migration, { fate, place: ran.length + 1, now });
      ran.push(migration.name);
      count?.(migration.name);
    }
    return ran;
  });
}

interface Turn {
  readonly fate: MigrationFate;
  /** 1 for the first of those that are due. */
  readonly place: number;
  readonly now: Date;
}

async function runOne(client: Client, migration: SchemaMigration, { fate, place, now }: Turn): Promise<void> {
  await client.query("begin");
  try {
    if (migration.ensures !== undefined) await ensureFinished(client, migration.ensures);
    for (const statement of migration.statements) await client.query(statement);
    if (fate.kind === "slow") await client.query("select pg_sleep($1)", [fate.millis / 1000]);
    if (fate.kind === "fails" && fate.at === place)
      throw new MigrationError(
        `StandardError: An error has occurred, this and all later migrations canceled: ${migration.name}`,
      );
    if (migration.queues !== undefined) await queue(client, migration, now);
    await client.query("insert into schema_migrations values ($1)", [migration.version]);
    await client.query("commit");
  } catch (thrown) {
    await client.query("rollback");
    throw thrown;
  }
}

/** facts/gitlab.md §4: the sentence that people meet when a hop was made too early. Status 6 passes as 3 does. */
async function ensureFinished(client: Client, job: string): Promise<void> {
  const { rows } = await client.query<{ status: number }>(
    "select status from batched_background_migrations where job_class_name = $1 and status not in (3, 6)",
    [job],
  );
  const [open] = rows;
  if (open === undefined) return;
  const name = statusName(open.status);
  throw new MigrationError(
    `Expected batched background migration for the given configuration to be marked as 'finished', but it is '${name}': ${job}`,
  );
}

/** Names of the codes: lib/gitlab/database/background_migration/batched_migration.rb @0ea3fcec3; 6 by facts/upgrade-rules.json. */
export function statusName(code: number): string {
  return (
    { 0: "paused", 1: "active", 3: "finished", 4: "failed", 5: "finalizing", 6: "finalized" }[code] ?? `status ${code}`
  );
}

async function queue(client: Client, { queues, version }: SchemaMigration, now: Date): Promise<void> {
  if (queues === undefined) return;
  const { rows } = await client.query<{ most: string }>(
    `select greatest(coalesce(max(${queues.column}), 1), 1) as most from ${queues.table}`,
  );
  await client.query(
    `insert into batched_background_migrations (created_at, updated_at, started_at, min_value, max_value, batch_size, sub_batch_size, "interval", status, job_class_name, table_name, column_name, total_tuple_count, gitlab_schema, queued_migration_version)
     values ($1, $1, $1, 1, $2, 1000, 100, 120, 1, $3, $4, $5, $2, 'gitlab_main', $6)`,
    [now, rows[0]?.most ?? 1, queues.jobClassName, queues.table, queues.column, version],
  );
}
