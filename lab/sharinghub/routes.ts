import { type Context, Hono } from "hono";
import { categories, categoriesOf, categoryOf } from "./categories.ts";
import { GitlabClient, HttpException, type Project } from "./gitlab.ts";
import { modelsOf, stacCollection, stacCollections, stacItem, stacRoot } from "./stac.ts";
import { accessLevel, type CheckedProject, type HubWorld } from "./world.ts";

/** The version from which the user interface stands at `/` and `/status` names services (facts/platform.md §2.1). */
const isNew = (version: string): boolean => !/^0\.[0-3]\./.test(version);

/** SharingHub's routes; meaning and sources in `fixtures/routes.yaml`. */
export function hubApp(world: HubWorld): Hono {
  const app = new Hono();
  app.onError((thrown, context) =>
    thrown instanceof HttpException
      ? Response.json({ detail: thrown.detail }, { status: thrown.status })
      : context.text("Internal Server Error", 500),
  );
  app.notFound(() => Response.json({ detail: "Not Found" }, { status: 404 }));
  app.get("/status", () => Response.json(isNew(world.version) ? [{ status: "ok", services: {} }] : [{ status: "ok" }]));
  app.get("/openapi.json", (context) =>
    context.json({ openapi: "3.1.0", info: { title: "SharingHub API", version: world.version }, paths: {} }),
  );
  app.get("/api/config/", (context) => context.json(configuration(world)));
  app.get("/api/auth/info", (context) => {
    const token = tokenOf(world, context);
    if (token !== "" && token === world.defaultToken)
      throw new HttpException(
        401,
        "Not authenticated, but server default token is enabled. Missing user token, either use login, or pass it as header or query",
      );
    return context.json({ access_token: token });
  });
  app.get("/", () =>
    isNew(world.version) ? page() : new Response(null, { status: 307, headers: { location: "/ui" } }),
  );
  app.get("/ui", () => (isNew(world.version) ? Response.json({ detail: "Not Found" }, { status: 404 }) : page()));
  stacRoutes(app, world);
  gitlabRoutes(app, world);
  return app;
}

function page(): Response {
  return new Response(
    '<!doctype html>\n<html lang="en"><head><title>SharingHub</title></head><body><div id="root"></div></body></html>\n',
    {
      headers: { "content-type": "text/html; charset=utf-8" },
    },
  );
}

/** Query, header, session, default token, anonymous if public, else 401: app/auth/depends.py @0.4.0. */
function tokenOf(world: HubWorld, context: Context): string {
  const session = /(?:^|;\s*)sharinghub-session=([^;]+)/.exec(context.req.header("cookie") ?? "")?.[1];
  const given =
    context.req.query("gitlab_token") ?? context.req.header("x-gitlab-token") ?? session ?? world.defaultToken;
  if (given !== undefined && given !== "") return given;
  if (world.allowPublic) return "";
  throw new HttpException(401, "Missing token, either use login, or pass it as header or query");
}

function configuration(world: HubWorld): Record<string, unknown> {
  const named = (title: string): Record<string, unknown> => ({ locales: { en: { title } } });
  return {
    auth: "oauth2",
    store: null,
    gitlab: { url: world.shown.gitlab },
    mlflow: { type: "mlflow-sharinghub", url: world.shown.mlflow ?? null },
    root: named("SharingHub"),
    categories: Object.fromEntries(
      categories.map(({ id, title, topic }) => [id, { ...named(title), gitlab_topic: topic }]),
    ),
    external_urls: [],
    alert_info: { locales: { en: {} } },
  };
}

function stacRoutes(app: Hono, world: HubWorld): void {
  for (const path of ["/api/stac", "/api/stac/"])
    app.get(path, (context) => {
      tokenOf(world, context);
      return context.json(stacRoot(world));
    });
  app.get("/api/stac/collections", (context) => {
    tokenOf(world, context);
    return context.json(stacCollections(world));
  });
  app.get("/api/stac/collections/:id", (context) => {
    tokenOf(world, context);
    return context.json(stacCollection(world, categoryOf(context.req.param("id"))));
  });
  app.get("/api/stac/collections/:id/items", async (context) =>
    context.json(
      await found(world, context.req.param("id"), Number(context.req.query("limit") ?? 12), tokenOf(world, context)),
    ),
  );
  app.get("/api/stac/search", async (context) => {
    const token = tokenOf(world, context);
    const wanted = (context.req.query("collections") ?? "").split(",").filter((id) => id !== "");
    if (wanted.length > 1)
      throw new HttpException(422, `Search is enabled only for one collection, got ${wanted.length} collections`);
    const [only] = wanted;
    if (only === undefined) return context.json({ type: "FeatureCollection", features: [], links: [] });
    return context.json(await found(world, only, Number(context.req.query("limit") ?? 12), token));
  });
  app.get("/api/stac/collections/:id/items/*", async (context) => {
    const token = tokenOf(world, context);
    const path = decodeURIComponent(new URL(context.req.url).pathname.split("/items/")[1] ?? "");
    return context.json(await item(world, context.req.param("id"), path, token));
  });
}

async function found(world: HubWorld, id: string, limit: number, token: string): Promise<Record<string, unknown>> {
  const category = categoryOf(id);
  const projects = await new GitlabClient(world.gitlabUrl, token).projects(category.topic, limit);
  const features: unknown[] = [];
  for (const project of projects)
    features.push(stacItem(world, project, category, await modelsOf(world, project, category, token)));
  return { type: "FeatureCollection", features, links: [], numberReturned: features.length };
}

/** GitLab is asked for the project each time; what follows from it may be old (facts/platform.md §2.4). */
async function item(world: HubWorld, id: string, path: string, token: string): Promise<Record<string, unknown>> {
  const category = categoryOf(id);
  const gitlab = new GitlabClient(world.gitlabUrl, token);
  const project = await gitlab.project(path);
  const user = await userOf(world, gitlab, token);
  const own = categoriesOf(project.topics);
  if (!own.includes(category))
    throw new HttpException(
      400,
      `Category mismatch for project '${path}', asked '${id}' but got ${own.map((one) => one.id).join(", ")} instead`,
    );
  const key = `${user} ${path} ${id}`;
  const checksum = checksumOf(project);
  const cached = world.caches.items.get(key);
  const fresh =
    cached?.checksum === checksum
      ? cached
      : { checksum, item: stacItem(world, project, category, await modelsOf(world, project, category, token)) };
  world.caches.items.set(key, fresh);
  return fresh.item;
}

function checksumOf({ repository, lastActivityAt, topics }: Project): string {
  return [repository.tree.lastCommit.shortId, lastActivityAt, ...topics].join(" ");
}

async function userOf(world: HubWorld, gitlab: GitlabClient, token: string): Promise<string> {
  const known = world.caches.users.get(token);
  if (known !== undefined) return known;
  const user = await gitlab.username();
  world.caches.users.set(token, user);
  return user;
}

function gitlabRoutes(app: Hono, world: HubWorld): void {
  app.get("/api/check/*", async (context) => {
    const token = tokenOf(world, context);
    const wanted = decodeURIComponent(new URL(context.req.url).pathname.slice("/api/check/".length));
    const checked = await check(world, wanted, token);
    return context.req.query("info") === "true" ? context.json(checked) : context.body("");
  });
  app.get("/api/proxy/*", async (context) => {
    const { pathname, search } = new URL(context.req.url);
    const reply = await new GitlabClient(world.gitlabUrl, tokenOf(world, context)).rest(
      `${pathname.slice("/api/proxy".length)}${search}`,
    );
    return new Response(reply.body, {
      headers: { "content-type": reply.headers.get("content-type") ?? "application/json" },
    });
  });
}

/** Answers are kept: a revoked token passes for as long as they live. */
async function check(world: HubWorld, wanted: string, token: string): Promise<CheckedProject> {
  const gitlab = new GitlabClient(world.gitlabUrl, token);
  const user = await userOf(world, gitlab, token);
  const path = /^\d+$/.test(wanted) ? await gitlab.pathOf(wanted) : wanted;
  const known = world.caches.checks.get(`${user} ${path}`);
  if (known !== undefined) return known;
  const project = await gitlab.project(path);
  const checked: CheckedProject = {
    id: Number(project.id.split("/").at(-1)),
    name: project.name,
    path: project.fullPath,
    access_level: accessLevel(project),
    categories: categoriesOf(project.topics).map(({ id }) => id),
  };
  world.caches.checks.set(`${user} ${path}`, checked);
  return checked;
}
