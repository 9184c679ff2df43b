import { pendingMigrations } from "./background.ts";
import { statusName } from "./migrate.ts";
import { atLeast } from "./milestones.ts";
import type { GitlabWorld } from "./world.ts";

export interface ToolAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What a command in the toolbox's container prints, for exec: `gitlab-rake` with the tasks our checks ask for. Everything else is
 * not found here; `backup-utility` is beside it.
 */
export async function runInToolbox(world: GitlabWorld, argv: readonly string[]): Promise<ToolAnswer> {
  const [program = "", task = ""] = argv;
  if (program.split("/").at(-1) !== "gitlab-rake") return failed(127, `${program}: command not found\n`);
  try {
    if (task === "gitlab:check") return done(await check(world));
    if (task === "db:migrate:status") return done(await migrateStatus(world));
    if (task === listTask(world.version)) return done(await listMigrations(world));
    if (task === "gitlab:doctor:secrets") return done("Checking encrypted values in the database\nDone!\n");
    return failed(
      1,
      `rake aborted!\nDon't know how to build task '${task}' (See the list of available tasks with \`rake --tasks\`)\n`,
    );
  } catch (thrown) {
    return failed(
      1,
      `rake aborted!\nActiveRecord::ConnectionNotEstablished: ${thrown instanceof Error ? thrown.message : "no connection"}\n`,
    );
  }
}

/** Its name changed: `status` with 18.5, `list` from 18.9 (facts/upgrade-rules.json bbm-rake); none before. */
function listTask(version: string): string | undefined {
  if (atLeast(version, "18.9")) return "gitlab:background_migrations:list";
  return atLeast(version, "18.5") ? "gitlab:background_migrations:status" : undefined;
}

/** Says `yes` or `no` and ends well either way: gitlab:check's exit code proves nothing. */
async function check(world: GitlabWorld): Promise<string> {
  const pending = await pendingMigrations(world);
  const [people] = await world.database.rows<{ active: string }>(
    "select count(*) as active from users where state = 'active'",
  );
  return [
    "Checking GitLab subtasks ...",
    "",
    "Checking Sidekiq ...",
    `Running? ... ${world.sidekiqProcesses > 0 ? "yes" : "no"}`,
    `Number of Sidekiq processes (cluster/worker) ... 0/${world.sidekiqProcesses}`,
    "Checking Sidekiq ... Finished",
    "",
    "Checking GitLab App ...",
    "Database config exists? ... yes",
    `All migrations up? ... ${pending.length === 0 ? "yes" : "no"}`,
    "Projects have namespace: ... yes",
    "Redis version >= 6.0.0? ... yes",
    `Active users: ... ${people?.active ?? 0}`,
    "Checking GitLab App ... Finished",
    "",
  ].join("\n");
}

async function migrateStatus(world: GitlabWorld): Promise<string> {
  const pending = new Set((await pendingMigrations(world)).map(({ version }) => version));
  const rows = await world.database.rows<{ version: string }>(
    "select version from schema_migrations order by version desc limit 20",
  );
  const lines = [...rows.map(({ version }) => version), ...pending]
    .sort()
    .map((version) => `   ${pending.has(version) ? "down" : " up "}    ${version}`);
  return ["", "database: gitlabhq_production", "", " Status   Migration ID", "-".repeat(40), ...lines, ""].join("\n");
}

async function listMigrations(world: GitlabWorld): Promise<string> {
  const rows = await world.database.rows<{
    id: string;
    status: number;
    job: string;
    table_name: string;
    column_name: string;
  }>(
    "select id, status, job_class_name as job, table_name, column_name from batched_background_migrations order by id desc",
  );
  return rows
    .map(
      ({ id, status, job, table_name, column_name }) =>
        `main_${id} | ${statusName(status)} | ${job} | ${table_name} | ${column_name}\n`,
    )
    .join("");
}

function done(stdout: string): ToolAnswer {
  return { exitCode: 0, stdout, stderr: "" };
}

function failed(exitCode: number, stderr: string): ToolAnswer {
  return { exitCode, stdout: "", stderr };
}
