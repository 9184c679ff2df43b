import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { migrationsOf } from "../gitlab/milestones.ts";
import { onConnection } from "./sql.ts";

export interface GitlabFill {
  /** `17.8.7`. */
  readonly version: string;
  readonly seed: number;
  /** Users without bots; projects, pipelines and the rest grow with them. */
  readonly size: number;
  /** The latest rows are from then. */
  readonly now?: Date;
}

const schema = join(import.meta.dirname, "fixtures", "gitlab.sql");

/** Schema and rows of a GitLab that is in use. The database is empty before. */
export function fillGitlab(url: string, options: GitlabFill): Promise<void> {
  return onConnection(url, async (client) => {
    await client.query("begin");
    await client.query(readFileSync(schema, "utf8"));
    const { version, seed, size, now = new Date(Date.UTC(2026, 10, 20)) } = options;
    await addPeople(client, seed, size, now);
    await addProjects(client, seed, size, now);
    await addPipelines(client, seed, size, now);
    await addMigrations(client, version, now);
    await client.query("commit");
    await client.query("analyze");
  });
}

/** `root`, people, and one bot to every five of them, as projects with access tokens have. Counts by the table alone are too high. */
async function addPeople(client: Client, seed: number, size: number, now: Date): Promise<void> {
  await client.query(
    `insert into application_settings (created_at, updated_at, signup_enabled, health_check_access_token) values ($1, $1, false, 'lab-health')`,
    [now],
  );
  await client.query(
    `insert into users (email, name, username, admin, projects_limit, state, created_at, updated_at, confirmed_at, sign_in_count, last_sign_in_at, last_activity_on, user_type)
     select case when n = 1 then 'root@example.org' else 'user' || n || '@example.org' end,
            case when n = 1 then 'Administrator' else 'User ' || n end,
            case when n = 1 then 'root' else 'user' || n end,
            n = 1, 100000,
            case when ('x' || substr(md5($1 || 's' || n), 1, 2))::bit(8)::int < 12 and n > 1 then 'blocked' else 'active' end,
            $2::timestamp - n * interval '7 hours', $2::timestamp, $2::timestamp - n * interval '7 hours', n % 90, $2::timestamp - (n % 40) * interval '1 day',
            ($2::timestamp - (n % 40) * interval '1 day')::date, 0
     from generate_series(1, $3::int) n`,
    [String(seed), now, size],
  );
  await client.query(
    `insert into users (email, name, username, projects_limit, state, created_at, updated_at, user_type)
     select 'bot' || n || '@noreply.example.org', 'project bot ' || n, 'project_' || n || '_bot_' || substr(md5($1 || n), 1, 12), 0, 'active', $2::timestamp, $2::timestamp, 6
     from generate_series(1, greatest($3::int / 5, 1)) n`,
    [String(seed), now, size],
  );
}

/** A canary that is only there to be asked for, then the teams' models and datasets. */
async function addProjects(client: Client, seed: number, size: number, now: Date): Promise<void> {
  await client.query(
    `insert into namespaces (name, path, type, created_at, updated_at, visibility_level)
     select case when n = 0 then 'canary' else 'team-' || n end, case when n = 0 then 'canary' else 'team-' || n end, 'Group', $1::timestamp, $1::timestamp, 0
     from generate_series(0, 7) n`,
    [now],
  );
  await client.query("update namespaces set traversal_ids = array[id]");
  await client.query(
    `insert into projects (name, path, description, creator_id, namespace_id, visibility_level, star_count, created_at, updated_at, last_activity_at, project_namespace_id)
     select name, name, 'What ' || name || ' is for', 1, namespace, visibility, n % 9, $2::timestamp - n * interval '9 hours', $2::timestamp, $2::timestamp - (n % 60) * interval '1 hour', namespace
     from (
       select n, case when n = 0 then 'model' else 'model-' || n end as name, case when n = 0 then 1 else 2 + n % 7 end as namespace,
              case when ('x' || substr(md5($1 || 'p' || n), 1, 2))::bit(8)::int < 40 then 20 else 0 end as visibility
       from generate_series(0, $3::int) n
     ) one`,
    [String(seed), now, size],
  );
  await client.query(
    `insert into topics (name, title, created_at, updated_at) values ('sharinghub:aimodel', 'AI models', $1, $1), ('sharinghub:dataset', 'Datasets', $1, $1)`,
    [now],
  );
  // Every third is a dataset; the canary is a model. A project without any such topic is a stumbling block for SharingHub.
  await client.query(
    `insert into project_topics (project_id, topic_id, created_at, updated_at)
     select id, case when id % 3 = 0 then 2 else 1 end, $1, $1 from projects where id % 10 <> 7`,
    [now],
  );
  await client.query(
    "update topics set total_projects_count = (select count(*) from project_topics where topic_id = topics.id)",
  );
  await client.query(
    `insert into merge_requests (iid, target_project_id, source_branch, target_branch, author_id, title, created_at, updated_at)
     select 1, id, 'train-again', 'main', creator_id, 'Train on the data of this month', $1::timestamp - id * interval '5 hours', $1::timestamp - id * interval '3 hours'
     from projects where id % 5 = 0`,
    [now],
  );
  await client.query(
    `insert into members (access_level, source_id, source_type, user_id, created_at)
     select 10 + 10 * (u.id % 4), n.id, 'Namespace', u.id, $1::timestamp from users u join namespaces n on u.id % 8 + 1 = n.id where u.user_type = 0`,
    [now],
  );
}

async function addPipelines(client: Client, seed: number, size: number, now: Date): Promise<void> {
  await client.query(
    `insert into p_ci_pipelines (ref, sha, created_at, updated_at, project_id, status, started_at, finished_at, duration, user_id, source, iid, partition_id)
     select 'main', md5($1 || 'sha' || n) || substr(md5($1 || n), 1, 8), at, at, 1 + n % ($3::int + 1),
            case when n % 11 = 0 then 'failed' when n % 37 = 0 then 'canceled' else 'success' end, at, at + interval '4 minutes', 240, 1 + n % $3::int, 1, n, 100 + n % 3
     from (select n, $2::timestamp - n * interval '11 minutes' as at from generate_series(1, 20 * $3::int) n) one`,
    [String(seed), now, size],
  );
  await client.query(
    `insert into ci_pipeline_messages (severity, content, pipeline_id, partition_id)
     select 1, 'jobs:train:rules uses a deprecated form', id, partition_id from p_ci_pipelines where id % 4 = 0`,
  );
}

/** Every schema migration of the version, and a long history of finished background migrations. */
async function addMigrations(client: Client, version: string, now: Date): Promise<void> {
  for (const migration of migrationsOf(version)) {
    for (const statement of migration.statements) {
      if (migration.ensures !== undefined) await settle(client);
      await client.query(statement);
    }
  }
  const versions = migrationsOf(version).map((migration) => migration.version);
  await client.query(
    `insert into schema_migrations select to_char(timestamp '2019-01-01' + n * interval '31 hours', 'YYYYMMDDHH24MISS') from generate_series(1, 1500) n
     union select unnest($1::text[])`,
    [versions],
  );
  await client.query(
    `insert into ar_internal_metadata values ('environment', 'production', $1, $1), ('schema_sha1', md5($2), $1, $1)`,
    [now, version],
  );
  const queued = migrationsOf(version).flatMap(({ queues }) => queues?.jobClassName ?? []);
  await client.query(
    `insert into batched_background_migrations (created_at, updated_at, started_at, finished_at, min_value, max_value, batch_size, sub_batch_size, "interval", status, job_class_name, table_name, column_name, total_tuple_count, gitlab_schema)
     select $1::timestamptz - n * interval '5 days', $1::timestamptz, $1::timestamptz - n * interval '5 days', $1::timestamptz - n * interval '4 days', 1, 100 * n, 1000, 100, 120,
            case when n % 2 = 0 then 6 else 3 end, coalesce(($2::text[])[n], 'BackfillHistory' || n), 'projects', 'id', 100 * n, 'gitlab_main'
     from generate_series(1, 40) n order by n desc`,
    [now, queued],
  );
}

/** What the background migrations of the version would have done, so that later constraints hold. */
async function settle(client: Client): Promise<void> {
  await client.query(
    "update ci_pipeline_messages m set project_id = p.project_id from p_ci_pipelines p where p.id = m.pipeline_id and m.project_id is null",
  );
  const { rowCount } = await client.query(
    "select 1 from information_schema.columns where table_name = 'projects' and column_name = 'organization_id'",
  );
  if (rowCount === 1) await client.query("update projects set organization_id = 1 where organization_id is null");
}
