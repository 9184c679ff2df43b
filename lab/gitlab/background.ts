import type { Hono } from "hono";
import { statusName } from "./migrate.ts";
import { migrationsOf, type SchemaMigration } from "./milestones.ts";
import { mustBeAdmin } from "./tokens.ts";
import { type GitlabWorld, Refused } from "./world.ts";

interface Row {
  readonly id: string;
  readonly job_class_name: string;
  readonly table_name: string;
  readonly column_name: string;
  readonly status: number;
  readonly created_at: Date;
  readonly total: string | null;
  readonly done: string | null;
}

const select = `select m.id, m.job_class_name, m.table_name, m.column_name, m.status, m.created_at, m.total_tuple_count as total,
  (select sum(j.batch_size) from batched_background_migration_jobs j where j.batched_background_migration_id = m.id and j.status = 3) as done
  from batched_background_migrations m`;

/** Only the newest twenty: batched_background_migrations_finder.rb @7a03534ed, RETURNED_MIGRATIONS. */
const returned = 20;

/** Administration of migrations; meaning and sources in `fixtures/background-migrations.yaml`. */
export function backgroundRoutes(app: Hono, world: GitlabWorld): void {
  const base = "/api/v4/admin/batched_background_migrations";
  app.use(`${base}/*`, async (context, next) => {
    await mustBeAdmin(world, context.req.raw);
    if ((context.req.query("database") ?? "main") !== "main")
      throw new Refused(400, { error: "database does not have a valid value" });
    await next();
  });
  app.get(base, async (context) => {
    const rows = await world.database.rows<Row>(`${select} order by m.created_at desc, m.id desc limit ${returned}`);
    return context.json(rows.map(shown));
  });
  app.get(`${base}/:id`, async (context) => context.json(await one(world, context.req.param("id"))));
  app.put(`${base}/:id/resume`, async (context) => {
    const id = context.req.param("id");
    await one(world, id);
    await world.database.rows(
      "update batched_background_migrations set status = 1, started_at = $2, updated_at = $2 where id = $1",
      [id, world.now()],
    );
    world.ledger.add(world.name, "background migration resumed", { id });
    return context.json(await one(world, id));
  });
  app.get("/api/v4/admin/migrations/pending", async (context) => {
    await mustBeAdmin(world, context.req.raw);
    const pending = (await pendingMigrations(world)).map(({ version, name }) => ({
      version: Number(version),
      name,
      filename: `db/migrate/${version}_${name.replaceAll(/(?<!^)([A-Z])/g, "_$1").toLowerCase()}.rb`,
      status: "pending",
    }));
    return context.json({ pending_migrations: pending, database: "main", total_pending: pending.length });
  });
}

/** What the running version's code has and the database has not. */
export async function pendingMigrations(world: GitlabWorld): Promise<readonly SchemaMigration[]> {
  const rows = await world.database.rows<{ version: string }>("select version from schema_migrations");
  const known = new Set(rows.map(({ version }) => version));
  return migrationsOf(world.version).filter(({ version }) => !known.has(version));
}

async function one(world: GitlabWorld, id: string): Promise<Record<string, unknown>> {
  const [row] = /^\d+$/.test(id) ? await world.database.rows<Row>(`${select} where m.id = $1`, [id]) : [];
  if (row === undefined) throw new Refused(404, { message: "404 Not found" });
  return shown(row);
}

function shown(row: Row): Record<string, unknown> {
  const total = Number(row.total ?? 0);
  const done = row.status === 3 || row.status === 6 ? 100 : total === 0 ? 0 : (100 * Number(row.done ?? 0)) / total;
  return {
    id: Number(row.id),
    job_class_name: row.job_class_name,
    table_name: row.table_name,
    column_name: row.column_name,
    status: statusName(row.status),
    progress: Math.min(100, Math.round(done * 100) / 100),
    created_at: row.created_at.toISOString(),
    estimated_time_remaining: null,
  };
}
