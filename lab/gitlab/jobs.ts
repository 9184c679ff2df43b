import type { Database } from "../databases/sql.ts";

/** What each batched background migration of the lab does to the rows of its table, from one id to another. */
const work: Readonly<Record<string, string>> = {
  BackfillCiPipelineMessagesProjectId:
    "update ci_pipeline_messages m set project_id = p.project_id from p_ci_pipelines p where p.id = m.pipeline_id and m.id between $1 and $2",
  BackfillProjectsOrganizationId: "update projects set organization_id = 1 where id between $1 and $2",
};

interface Active {
  readonly id: string;
  readonly job_class_name: string;
  readonly min_value: string;
  readonly max_value: string;
  readonly elapsed: number;
}

/**
 * Sidekiq's share: brings the active background migrations as far as the time since their start says, by real updates, at most
 * two at a time (application_settings.database_max_running_batched_background_migrations). Done by then: status 3.
 */
export async function advance(database: Database, now: Date, durationMs: number): Promise<void> {
  const active = await database.rows<Active>(
    `select id, job_class_name, min_value, max_value, extract(epoch from $1::timestamptz - started_at) * 1000 as elapsed
     from batched_background_migrations where status = 1 and (on_hold_until is null or on_hold_until < $1)
     order by id limit (select database_max_running_batched_background_migrations from application_settings)`,
    [now],
  );
  for (const migration of active) await advanceOne(database, migration, now, durationMs);
}

async function advanceOne(database: Database, migration: Active, now: Date, durationMs: number): Promise<void> {
  const part = durationMs <= 0 ? 1 : Math.min(1, Math.max(0, Number(migration.elapsed)) / durationMs);
  const first = Number(migration.min_value);
  const last = first - 1 + Math.ceil((Number(migration.max_value) - first + 1) * part);
  const [{ done } = { done: null }] = await database.rows<{ readonly done: string | null }>(
    "select max(max_value) as done from batched_background_migration_jobs where batched_background_migration_id = $1 and status = 3",
    [migration.id],
  );
  const from = done === null ? first : Number(done) + 1;
  if (last >= from) {
    const statement = work[migration.job_class_name];
    if (statement !== undefined) await database.rows(statement, [from, last]);
    await database.rows(
      `insert into batched_background_migration_jobs (created_at, updated_at, started_at, finished_at, batched_background_migration_id, min_value, max_value, batch_size, sub_batch_size, status, attempts)
       values ($1, $1, $1, $1, $2, $3, $4, $5, least(100, $5), 3, 1)`,
      [now, migration.id, from, last, last - from + 1],
    );
  }
  if (part >= 1)
    await database.rows(
      "update batched_background_migrations set status = 3, finished_at = $1, updated_at = $1 where id = $2",
      [now, migration.id],
    );
}
