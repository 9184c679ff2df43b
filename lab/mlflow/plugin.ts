import * as z from "zod";
import { html } from "./errors.ts";
import type { Owned } from "./store.ts";
import type { Call, MlflowWorld } from "./world.ts";

const Checked = z.object({ id: z.number(), access_level: z.number(), categories: z.array(z.string()) });

/** The collection of models: SHARINGHUB_STAC_COLLECTION of the charts. */
const collection = "ai-model";

/** What SharingHub's refusal of the token makes of the whole answer. */
export class NotAuthenticated extends Error {}

/** A project's address before MLflow's own path: csgroup-oss/mlflow-sharinghub @0.2.0 app.py. */
export function takeApart(request: Request): Call {
  const { pathname: asked, searchParams } = new URL(request.url);
  // What the ingress of the real platform takes off, and ours leaves on (facts/platform.md §1: prefix stripped).
  const pathname = asked.replace(/^\/mlflow(?=\/|$)/, "") || "/";
  const [, project, path] = /^\/(.+?)\/tracking(\/.*)$/.exec(pathname) ?? [];
  return {
    request,
    path: path ?? pathname,
    query: searchParams,
    project: project === undefined ? undefined : decodeURIComponent(project),
  };
}

/** Open without a login: _internal/server.py @0.2.0. */
export function isUnprotected(path: string): boolean {
  return ["/health", "/version", "/auth", "/static-files/static", "/static-files/favicon.ico"].some((one) =>
    path.startsWith(one),
  );
}

/** What the caller shows to SharingHub: the bearer token, or SharingHub's own cookie. */
function carried(request: Request): Record<string, string> | undefined {
  const token = /^bearer\s+(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token !== undefined) return { "x-gitlab-token": token };
  const cookie = /(?:^|;\s*)(sharinghub-session=[^;]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
  return cookie === undefined ? undefined : { cookie };
}

/** SharingHub's auth/info takes any token: this proves nothing but that one was sent. Throws when SharingHub is away. */
export async function isAuthenticated(world: MlflowWorld, request: Request): Promise<boolean> {
  const headers = carried(request);
  if (headers === undefined) return false;
  const reply = await fetch(`${world.sharinghubUrl}/api/auth/info`, { headers, signal: AbortSignal.timeout(10_000) });
  await reply.arrayBuffer();
  return reply.status === 200;
}

/** 0 none, 1 guest, 2 reporter, 3 developer, 4 maintainer; with the project's id in GitLab. */
async function accessTo(
  world: MlflowWorld,
  request: Request,
  project: string,
): Promise<{ readonly level: number; readonly id: number }> {
  const url = `${world.sharinghubUrl}/api/check/${encodeURIComponent(project)}?info=true`;
  const reply = await fetch(url, { headers: carried(request) ?? {}, signal: AbortSignal.timeout(30_000) });
  if (reply.status === 404) return { level: 0, id: 0 };
  if (reply.status === 401) throw new NotAuthenticated();
  if (reply.status !== 200) throw new Error(`SharingHub's check answers ${reply.status}`);
  const found = Checked.parse(await reply.json());
  return { level: found.categories.includes(collection) ? found.access_level : 0, id: found.id };
}

/** Whether the caller may read what belongs to a project; what belongs to none is nobody's. */
export async function mayRead(world: MlflowWorld, call: Call, owned: Owned): Promise<boolean> {
  if (world.sharinghubUrl === undefined) return true;
  const { project } = owned;
  if (project === undefined || (call.project !== undefined && call.project !== project)) return false;
  return (await accessTo(world, call.request, project)).level >= 1;
}

export async function mayChange(world: MlflowWorld, call: Call, owned: Owned): Promise<boolean> {
  if (world.sharinghubUrl === undefined) return true;
  const { project } = owned;
  if (project === undefined || (call.project !== undefined && call.project !== project)) return false;
  return (await accessTo(world, call.request, project)).level >= 3;
}

/** Only within a project's address, by a developer, under a name that ends with the project's id in brackets. */
export async function mayCreate(world: MlflowWorld, call: Call, name: string): Promise<boolean> {
  if (world.sharinghubUrl === undefined) return true;
  if (call.project === undefined) return false;
  const { level, id } = await accessTo(world, call.request, call.project);
  return level >= 3 && /\s+(\(.+\))$/.exec(name)?.[1] === `(${id})`;
}

/** What may be read of a list, in its order. */
export async function readable(world: MlflowWorld, call: Call, found: readonly Owned[]): Promise<readonly Owned[]> {
  const kept: Owned[] = [];
  for (const one of found) if (await mayRead(world, call, one)) kept.push(one);
  return kept;
}

export function forbidden(): Response {
  return html("Permission denied.", 403);
}

/** For MLflow's own client the words, for a browser the login page; both with 401. */
export function unauthorized(world: MlflowWorld, request: Request): Response {
  if (/mlflow/i.test(request.headers.get("user-agent") ?? "")) {
    const words =
      "You are not authenticated. Please use the Authorization header for bearer auth, if you are using the MLflow client set MLFLOW_TRACKING_TOKEN.";
    const reply = html(words, 401);
    reply.headers.set("www-authenticate", 'Bearer realm="mlflow"');
    return reply;
  }
  return html(
    `<!doctype html>\n<html><head><title>MLflow SharingHub</title></head><body><p>MLflow integrated with <a href="${world.sharinghubUrl}">SharingHub</a></p><a class="btn login" href="/auth/login">Login</a></body></html>\n`,
    401,
  );
}
