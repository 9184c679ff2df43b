import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { inGit } from "../repository/git.ts";
import { backendEnvironment, readHead } from "../servers/git-backend.ts";
import { type SeenProject, seenProjects } from "./projects.ts";
import { type Caller, callerOf } from "./tokens.ts";
import { type GitlabWorld, Refused } from "./world.ts";

/*
 * The repositories of the projects that are made while the lab runs, by the real `git http-backend`; those that it begins with
 * have none. Who may: doc/user/profile/personal_access_tokens.md (scopes), doc/user/permissions.md (Guest clones nothing private,
 * Developer pushes).
 */

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** A project's repository, with a first commit on `main`. */
export async function makeRepository(world: GitlabWorld, id: number, readme: boolean): Promise<void> {
  const folder = folderOf(world, id);
  if (folder === undefined) return;
  mkdirSync(dirname(folder), { recursive: true });
  await inGit(dirname(folder), ["init", "--quiet", "--bare", "-b", "main", folder]);
  await inGit(folder, ["config", "http.receivepack", "true"]);
  if (!readme) return;
  const who = { name: "GitLab", email: "gitlab@example.org", at: world.now().toISOString() };
  const commit = (await inGit(folder, ["commit-tree", emptyTree, "-m", "Initial commit"], who)).trim();
  await inGit(folder, ["update-ref", "refs/heads/main", commit]);
}

export function removeRepository(world: GitlabWorld, id: number): void {
  const folder = folderOf(world, id);
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

/** By id, as a project may be renamed. */
function folderOf({ repositories }: GitlabWorld, id: number): string | undefined {
  return repositories === undefined ? undefined : join(repositories, `${id}.git`);
}

/** Git over HTTP; undefined: it is no such request. */
export async function gitRoute(world: GitlabWorld, request: Request): Promise<Response | undefined> {
  const asked = new URL(request.url);
  const [, path, rest] = /^\/(.+)\.git(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/.exec(asked.pathname) ?? [];
  if (path === undefined || rest === undefined) return undefined;
  const caller = await basicCaller(world, request);
  const found = await withRepository(world, caller, decodeURIComponent(path));
  if (found === undefined) return said(404, "could not be found");
  const { project, folder } = found;
  const pushes = rest === "/git-receive-pack" || asked.searchParams.get("service") === "git-receive-pack";
  if (!may(pushes, project, caller)) return said(403, `is not yours to ${pushes ? "push to" : "download"}`);
  asked.pathname = `/${project.id}.git${rest}`;
  const answer = await backend(dirname(folder), asked, request, caller.username);
  if (rest === "/git-receive-pack") world.ledger.add(world.name, "pushed", { project: path });
  return answer;
}

async function withRepository(
  world: GitlabWorld,
  caller: Caller,
  path: string,
): Promise<{ readonly project: SeenProject; readonly folder: string } | undefined> {
  const [project] = await seenProjects(world.database, caller, { path });
  const folder = project === undefined ? undefined : folderOf(world, Number(project.id));
  return project === undefined || folder === undefined || !existsSync(folder) ? undefined : { project, folder };
}

function said(status: number, words: string): Response {
  return new Response(`The project ${words}.\n`, { status });
}

function may(pushes: boolean, { access, visibility_level }: SeenProject, caller: Caller): boolean {
  return pushes
    ? access >= 30 && mayBy(caller, "write_repository")
    : (access >= 20 || visibility_level > 0) && mayBy(caller, "read_repository", "write_repository");
}

function mayBy({ scopes }: Caller, ...enough: readonly string[]): boolean {
  return scopes.some((scope) => ["api", ...enough].includes(scope));
}

/** The password is the token, whatever the name. */
async function basicCaller(world: GitlabWorld, request: Request): Promise<Caller> {
  const basic = /^basic\s+(.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  const token = Buffer.from(basic, "base64")
    .toString("utf8")
    .replace(/^[^:]*:/, "");
  const carrying = new Request(request.url, { headers: token === "" ? {} : { "private-token": token } });
  const caller = await callerOf(world, carrying).catch(() => undefined);
  if (caller !== undefined) return caller;
  throw new Refused(401, "HTTP Basic: Access denied", { "www-authenticate": 'Basic realm="GitLab"' });
}

async function backend(folder: string, asked: URL, request: Request, user: string): Promise<Response> {
  const body = Buffer.from(await request.arrayBuffer());
  const header = (name: string): string =>
    name === "content-length" ? (body.length === 0 ? "" : String(body.length)) : (request.headers.get(name) ?? "");
  const child = spawn("git", ["http-backend"], {
    env: backendEnvironment({ folder, asked, user, method: request.method, header }),
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(body);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  const end = whole.indexOf("\r\n\r\n");
  if (end < 0) return new Response("Internal Server Error\n", { status: 500 });
  const { status, headers } = readHead(whole.subarray(0, end));
  return new Response(whole.subarray(end + 4), { status, headers });
}
