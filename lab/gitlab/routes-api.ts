import type { Context, Hono } from "hono";
import { atLeast } from "./milestones.ts";
import { restProject, seenProjects } from "./projects.ts";
import { revisionOf } from "./routes-health.ts";
import { type Caller, callerOf, mustBe, mustBeAdmin } from "./tokens.ts";
import { type GitlabWorld, Refused } from "./world.ts";

/** REST v4, as far as SharingHub, its plugin and our probes ask it; meaning and sources in `fixtures/api.yaml`. */
export function apiRoutes(app: Hono, world: GitlabWorld): void {
  for (const path of ["/api/v4/metadata", "/api/v4/version"])
    app.get(path, async (context) => {
      await mustBe(world, context.req.raw, "read_user");
      return context.json(metadata(world.version));
    });
  app.get("/api/v4/user", async (context) =>
    context.json(userOf(await mustBe(world, context.req.raw, "read_user"), world)),
  );
  app.get("/api/v4/users", (context) => users(world, context));
  app.get("/api/v4/projects", async (context) => {
    const caller = await callerOf(world, context.req.raw);
    const { page, perPage } = paged(context);
    const topic = context.req.query("topic");
    const found = await seenProjects(world.database, caller, {
      limit: perPage,
      offset: (page - 1) * perPage,
      ...(topic === undefined ? {} : { topic }),
    });
    return context.json(found.map((project) => restProject(project, world.externalUrl())));
  });
  app.get("/api/v4/projects/:id", async (context) => {
    const caller = await callerOf(world, context.req.raw);
    const wanted = context.req.param("id");
    const [project] = await seenProjects(
      world.database,
      caller,
      /^\d+$/.test(wanted) ? { id: wanted } : { path: wanted },
    );
    if (project === undefined) throw new Refused(404, { message: "404 Project Not Found" });
    return context.json(restProject(project, world.externalUrl()));
  });
  app.get("/api/v4/topics", async (context) => {
    const rows = await world.database.rows<{ id: string; name: string; title: string; total: string }>(
      "select id, name, title, total_projects_count as total from topics order by total_projects_count desc, id",
    );
    return context.json(
      rows.map(({ id, name, title, total }) => ({ id: Number(id), name, title, total_projects_count: Number(total) })),
    );
  });
}

/** externalK8sProxyUrl came with 17.6 (doc/api/metadata.md @0286e4c62). */
function metadata(version: string): Record<string, unknown> {
  const kas = { enabled: false, externalUrl: null, version: null };
  return {
    version,
    revision: revisionOf(version),
    kas: atLeast(version, "17.6") ? { ...kas, externalK8sProxyUrl: null } : kas,
    enterprise: false,
  };
}

type Shown = Pick<Caller, "id" | "username" | "name" | "state"> & { readonly email?: string; readonly admin?: boolean };

function userOf({ id, username, name, state, email, admin }: Shown, world: GitlabWorld): Record<string, unknown> {
  return {
    id,
    username,
    name,
    state,
    locked: false,
    avatar_url: null,
    web_url: `${world.externalUrl()}/${username}`,
    ...(email === undefined ? {} : { email }),
    ...(admin === true ? { is_admin: true } : {}),
  };
}

async function users(world: GitlabWorld, context: Context): Promise<Response> {
  await mustBe(world, context.req.raw, "read_user");
  const { page, perPage } = paged(context);
  const rows = await world.database.rows<{ id: string; username: string; name: string; state: string; total: string }>(
    "select id, username, name, state, count(*) over () as total from users order by id desc limit $1 offset $2",
    [perPage, (page - 1) * perPage],
  );
  context.header("x-page", String(page));
  context.header("x-per-page", String(perPage));
  context.header("x-total", rows[0]?.total ?? "0");
  return context.json(rows.map(({ id, ...rest }) => userOf({ id: Number(id), ...rest }, world)));
}

/** GitLab gives 20 a page unless told, and never more than 100. */
function paged(context: Context): { readonly page: number; readonly perPage: number } {
  const number = (name: string, otherwise: number): number => Math.max(1, Number(context.req.query(name)) || otherwise);
  return { page: number("page", 1), perPage: Math.min(100, number("per_page", 20)) };
}

/** Queues and counters as Sidekiq keeps them in Redis; doc/api/sidekiq_metrics.md @04d4cf89d. */
export function sidekiqRoutes(app: Hono, world: GitlabWorld): void {
  const parts: Readonly<Record<string, readonly string[]>> = {
    queue_metrics: ["queues"],
    process_metrics: ["processes"],
    job_stats: ["jobs"],
    compound_metrics: ["queues", "processes", "jobs"],
  };
  for (const [route, wanted] of Object.entries(parts))
    app.get(`/api/v4/sidekiq/${route}`, async (context) => {
      await mustBeAdmin(world, context.req.raw);
      const all: Record<string, unknown> = await sidekiq(world);
      return context.json(Object.fromEntries(wanted.map((part) => [part, all[part]])));
    });
}

async function sidekiq(world: GitlabWorld): Promise<Record<string, unknown>> {
  const { redis } = world;
  const listed = await redis.send("SMEMBERS", "queues");
  const names = [...new Set(["default", "mailers", ...(Array.isArray(listed) ? listed.map(String) : [])])];
  const queues: Record<string, { backlog: number; latency: number }> = {};
  for (const name of names) {
    const backlog = Number(await redis.send("LLEN", `queue:${name}`));
    const oldest = backlog === 0 ? null : await redis.send("LINDEX", `queue:${name}`, "-1");
    queues[name] = { backlog, latency: latencyOf(oldest, world.now()) };
  }
  const enqueued = Object.values(queues).reduce((sum, { backlog }) => sum + backlog, 0);
  const stat = async (name: string): Promise<number> => Number((await redis.send("GET", `stat:${name}`)) ?? 0);
  return {
    queues,
    processes: Array.from({ length: world.sidekiqProcesses }, (_, index) => ({
      hostname: `gitlab-sidekiq-all-in-1-v2-${index}`,
      pid: 7 + index,
      tag: "gitlab",
      started_at: new Date(world.now().getTime() - 86_400_000).toISOString(),
      queues: names,
      labels: [],
      concurrency: 20,
      busy: Math.min(20, enqueued),
    })),
    jobs: {
      processed: await stat("processed"),
      failed: await stat("failed"),
      enqueued,
      dead: Number(await redis.send("ZCARD", "dead")),
    },
  };
}

/** Seconds the oldest job has waited; Sidekiq writes `enqueued_at` in seconds. */
function latencyOf(job: unknown, now: Date): number {
  if (typeof job !== "string") return 0;
  const at = Number(/"enqueued_at":\s*([\d.]+)/.exec(job)?.[1] ?? Number.NaN);
  return Number.isNaN(at) ? 0 : Math.max(0, Math.round((now.getTime() / 1000 - at) * 10) / 10);
}
