import type { Context, Hono } from "hono";
import * as z from "zod";
import { atLeast } from "./milestones.ts";
import { restProject, type SeenProject, seenProjects } from "./projects.ts";
import { makeRepository, removeRepository } from "./repositories.ts";
import { type Caller, mustBe } from "./tokens.ts";
import { type GitlabWorld, Refused } from "./world.ts";

const New = z.object({
  name: z.string(),
  path: z.string().regex(/^[\w][\w.-]*$/),
  namespace_id: z.number(),
  description: z.string().default(""),
  topics: z.array(z.string()).default([]),
  visibility: z.enum(["private", "internal", "public"]).default("private"),
  initialize_with_readme: z.boolean().default(false),
});

interface Group {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly access: number;
}

const leavingName = /-deletion_scheduled-\d+$/;

/** Groups, and projects made and deleted; meaning and sources in `fixtures/projects.yaml`. */
export function projectRoutes(app: Hono, world: GitlabWorld): void {
  app.get("/api/v4/groups/:id", async (context) => {
    const caller = await mustBe(world, context.req.raw);
    const { id, path, name } = await groupOf(world, caller, context.req.param("id"));
    const web_url = `${world.externalUrl()}/groups/${path}`;
    return context.json({
      id: Number(id),
      web_url,
      name,
      path,
      full_path: path,
      full_name: name,
      visibility: "private",
      parent_id: null,
    });
  });
  app.get("/api/v4/groups/:id/projects", async (context) => {
    const caller = await mustBe(world, context.req.raw);
    const group = await groupOf(world, caller, context.req.param("id"));
    const search = (context.req.query("search") ?? "").toLowerCase();
    const seen = await seenProjects(world.database, caller, { limit: 100_000 });
    const found = seen.filter(({ namespace, path }) => namespace === group.path && path.toLowerCase().includes(search));
    return context.json(found.map((project) => shown(world, project)));
  });
  app.post("/api/v4/projects", (context) => make(world, context));
  app.delete("/api/v4/projects/:id", (context) => remove(world, context));
}

function shown(world: GitlabWorld, project: SeenProject): Record<string, unknown> {
  const leaving = leavingName.test(project.path) ? world.now().toISOString().slice(0, 10) : null;
  return {
    ...restProject(project, world.externalUrl()),
    marked_for_deletion_on: leaving,
    marked_for_deletion_at: leaving,
  };
}

/** Every group of the lab is private: who is no member does not see it. */
async function groupOf(world: GitlabWorld, caller: Caller, wanted: string): Promise<Group> {
  const [group] = await world.database.rows<Group>(
    `select * from (select n.id, n.path, n.name, case when $2 then 50 else coalesce((select max(access_level) from members m
       where m.user_id = $1 and m.source_type = 'Namespace' and m.source_id = n.id), 0) end as access
     from namespaces n where n.type = 'Group') seen where access >= 10 and (path = $3 or id::text = $3)`,
    [caller.id, caller.admin, wanted],
  );
  if (group === undefined) throw new Refused(404, { message: "404 Group Not Found" });
  return group;
}

async function make(world: GitlabWorld, context: Context): Promise<Response> {
  const caller = await mustBe(world, context.req.raw);
  const body = New.safeParse(await context.req.json().catch(() => undefined));
  if (!body.success) throw new Refused(400, { error: `${body.error.issues[0]?.path.join(".")} is invalid` });
  const { name, path, namespace_id, description, topics, visibility, initialize_with_readme } = body.data;
  const group = await groupOf(world, caller, String(namespace_id)).catch(() => undefined);
  if (group === undefined || group.access < 30) throw new Refused(400, { message: { namespace: ["is not valid"] } });
  const rows = await world.database.rows<{ id: string }>(
    `insert into projects (name, path, description, creator_id, namespace_id, visibility_level, created_at, updated_at, last_activity_at, project_namespace_id)
     select $1::varchar, $2::varchar, $3, $4, $5::bigint, $6, $7::timestamp, $7::timestamp, $7::timestamp, $5::bigint
     where not exists (select 1 from projects where namespace_id = $5::bigint and path = $2::varchar) returning id`,
    [
      name,
      path,
      description,
      caller.id,
      namespace_id,
      { private: 0, internal: 10, public: 20 }[visibility],
      world.now(),
    ],
  );
  const id = Number(rows[0]?.id);
  if (rows[0] === undefined)
    throw new Refused(400, { message: { path: ["has already been taken"], name: ["has already been taken"] } });
  for (const topic of topics) await addTopic(world, id, topic);
  await makeRepository(world, id, initialize_with_readme);
  world.ledger.add(world.name, "project made", { path: `${group.path}/${path}` });
  const [project] = await seenProjects(world.database, caller, { id: String(id) });
  if (project === undefined) throw new Error(`project ${id} was made and is not there`);
  return context.json(shown(world, project), 201);
}

async function addTopic(world: GitlabWorld, project: number, topic: string): Promise<void> {
  await world.database.rows(
    `with one as (insert into topics (name, title, created_at, updated_at) values ($1, $1, $3, $3)
       on conflict (name) do update set updated_at = excluded.updated_at returning id)
     insert into project_topics (project_id, topic_id, created_at, updated_at) select $2, id, $3, $3 from one`,
    [topic, project, world.now()],
  );
}

/** At once before 18.0; marked first since then, and gone when it is deleted again by its new path. */
async function remove(world: GitlabWorld, context: Context): Promise<Response> {
  const caller = await mustBe(world, context.req.raw);
  const id = context.req.param("id") ?? "";
  const [project] = await seenProjects(world.database, caller, /^\d+$/.test(id) ? { id } : { path: id });
  if (project === undefined) throw new Refused(404, { message: "404 Project Not Found" });
  if (project.access < 50) throw new Refused(403, { message: "403 Forbidden" });
  const path = `${project.namespace}/${project.path}`;
  const marked = leavingName.test(project.path);
  if (context.req.query("permanently_remove") === "true") {
    if (!marked) throw new Refused(400, { message: "Project must be marked for deletion first." });
    if (context.req.query("full_path") !== path)
      throw new Refused(400, {
        message: "`full_path` is incorrect. You must enter the complete path for the project.",
      });
  } else if (atLeast(world.version, "18.0")) {
    if (marked) return context.json({ message: "202 Accepted" }, 202);
    const suffix = `-deletion_scheduled-${project.id}`;
    await world.database.rows("update projects set path = path || $2, name = name || $2 where id = $1", [
      project.id,
      suffix,
    ]);
    return context.json({ message: "202 Accepted" }, 202);
  }
  await world.database.rows("delete from projects where id = $1", [project.id]);
  removeRepository(world, Number(project.id));
  world.ledger.add(world.name, "project deleted", { path });
  return context.json({ message: "202 Accepted" }, 202);
}
