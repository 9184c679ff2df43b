import type { Hono } from "hono";
import { pendingMigrations } from "./background.ts";
import type { GitlabWorld } from "./world.ts";

interface Entry {
  readonly status: "ok" | "failed";
  readonly message?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The routes for monitoring; meaning and sources in `fixtures/health.yaml`. */
export function healthRoutes(app: Hono, world: GitlabWorld): void {
  // Before Rails: it asks nobody, and no allowlist stands before it.
  app.get("/-/health", (context) => context.text("GitLab OK"));
  for (const path of ["/-/liveness", "/-/readiness", "/-/metrics", "/health_check", "/health_check/:check"])
    app.use(path, async (context, next) => {
      const token = context.req.header("token") ?? context.req.query("token");
      if (world.allowed || (token !== undefined && (await isHealthToken(world, token)))) return next();
      return page(notFoundPage, 404);
    });
  app.get("/-/liveness", (context) => context.json({ status: "ok" }));
  app.get("/-/readiness", async (context) => {
    const all = context.req.query("all") !== undefined;
    try {
      const entries = { master_check: [good], ...(all ? await dependentServices(world) : {}) };
      // A group with one good entry is good: this is upstream's `any?`.
      const ok = Object.values(entries).every((group) => group.some(({ status }) => status === "ok"));
      return context.json({ status: ok ? "ok" : "failed", ...entries }, ok ? 200 : 503);
    } catch (thrown) {
      const message = `ActiveRecord::ConnectionNotEstablished : ${thrown instanceof Error ? thrown.message : "no connection"}`;
      return context.json({ status: "failed", message }, 500);
    }
  });
  app.get("/health_check", (context) => healthCheck(world, context.req.raw));
  app.get("/health_check/:check", (context) => healthCheck(world, context.req.raw));
  app.get("/-/metrics", async (context) => {
    context.header("content-type", "text/plain; version=0.0.4; charset=utf-8");
    if (!world.metrics)
      return context.body(
        "# Metrics are disabled, see: http://localhost/help/administration/monitoring/prometheus/gitlab_metrics\n",
      );
    return context.body(await exposition(world));
  });
}

const good: Entry = { status: "ok" };

async function isHealthToken(world: GitlabWorld, token: string): Promise<boolean> {
  const rows = await world.database
    .rows("select 1 from application_settings where health_check_access_token = $1", [token])
    .catch(() => []);
  return rows.length > 0;
}

/** Throws when the database or Redis cannot be asked: an exception is not an entry. */
async function dependentServices(world: GitlabWorld): Promise<Record<string, readonly Entry[]>> {
  await world.database.rows("select 1");
  await world.redis.send("PING");
  const shards = ["default", ...world.deadShards];
  return {
    db_check: [good],
    cache_check: [good],
    queues_check: [good],
    shared_state_check: [good],
    gitaly_check: shards.map((shard) =>
      world.deadShards.has(shard)
        ? { status: "failed", message: "14:connections to all backends failing", labels: { shard } }
        : { status: "ok", labels: { shard } },
    ),
  };
}

async function healthCheck(world: GitlabWorld, request: Request): Promise<Response> {
  const check = new URL(request.url).pathname.split("/")[2] ?? "standard";
  try {
    if (check === "cache") await world.redis.send("PING");
    else await world.database.rows("select 1");
    if (check === "migrations" && (await pendingMigrations(world)).length > 0)
      throw new Error("Migrations are pending.");
    return new Response("success", { headers: { "content-type": "text/plain; charset=utf-8" } });
  } catch (thrown) {
    return new Response(`health_check failed: ${thrown instanceof Error ? thrown.message : "no answer"}`, {
      status: 500,
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  }
}

/** A handful of GitLab's own series, from what the database says. */
async function exposition(world: GitlabWorld): Promise<string> {
  const [row] = await world.database
    .rows<{ pipelines: string; busy: string }>(
      "select (select last_value from ci_pipelines_id_seq) as pipelines, (select count(*) from pg_stat_activity where datname = current_database()) as busy",
    )
    .catch(() => []);
  return [
    "# HELP deployments GitLab Version",
    "# TYPE deployments gauge",
    `deployments{revision="${revisionOf(world.version)}",version="${world.version}"} 1`,
    "# TYPE http_requests_total counter",
    `http_requests_total{method="get",status="200",feature_category="system_access"} ${row?.pipelines ?? 0}`,
    "# TYPE gitlab_database_connection_pool_size gauge",
    `gitlab_database_connection_pool_size{class="ActiveRecord::Base",port="5432"} 10`,
    "# TYPE gitlab_database_connection_pool_busy gauge",
    `gitlab_database_connection_pool_busy{class="ActiveRecord::Base",port="5432"} ${Math.min(10, Number(row?.busy ?? 0))}`,
    "",
  ].join("\n");
}

/** Eleven hexadecimal digits, as GitLab shortens a commit; the same for a version each time. */
export function revisionOf(version: string): string {
  let hash = 0;
  for (const char of version) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  return hash.toString(16).padStart(11, "c");
}

/** As Rails sends pages. */
export function page(html: string, status = 200): Response {
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

export const notFoundPage =
  "<!DOCTYPE html>\n<html>\n<head><title>The page could not be found or you don't have permission to view it.</title></head>\n<body><h1>404</h1></body>\n</html>\n";
