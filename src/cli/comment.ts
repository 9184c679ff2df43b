import * as z from "zod";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { HttpRequest } from "../kernel/ports.ts";
import type { Shell } from "./shell.ts";

type Forge = "gitlab" | "github";

/** Marks our comment, so that the next run finds and replaces it instead of adding another. */
const marker = "<!-- millwright audit -->";

interface Thread {
  /** Where comments are listed and added. */
  readonly list: string;
  readonly update: (id: number) => string;
  readonly updateMethod: "PUT" | "PATCH";
  readonly headers: Readonly<Record<string, string>>;
}

const Comments = z.array(z.object({ id: z.number(), body: z.string().nullable() }));
const perPage = 100;
const mostPages = 20;
/** GitHub refuses a longer comment (65,536 characters), GitLab one of a million. */
const longest = 60_000;

/**
 * Keeps exactly one comment of ours on the merge request of the CI job that runs this. The token comes from
 * `MILLWRIGHT_FORGE_TOKEN` (GitHub: also `GITHUB_TOKEN`) and goes into a header only.
 */
export async function keepComment(forge: Forge, markdown: string, shell: Shell): Promise<void> {
  const thread = forge === "gitlab" ? gitlabThread(shell) : githubThread(shell);
  const body = JSON.stringify({ body: `${marker}\n${shortened(markdown)}` });
  const existing = await ours(thread, shell);
  if (existing === undefined) await send(thread.list, { method: "POST", body }, thread, shell);
  else await send(thread.update(existing), { method: thread.updateMethod, body }, thread, shell);
}

/** Cut between lines, so that a table stays one. */
function shortened(markdown: string): string {
  if (markdown.length <= longest) return markdown;
  const end = markdown.lastIndexOf("\n", longest);
  return `${markdown.slice(0, end)}\n\nCut here: the whole is longer than a comment may be. The job's own output has it.\n`;
}

/** https://docs.gitlab.com/api/notes/#merge-requests; the variables are GitLab CI's predefined ones. */
function gitlabThread(shell: Shell): Thread {
  const api = needed("CI_API_V4_URL", shell);
  const notes = `${api}/projects/${encodeURIComponent(needed("CI_PROJECT_ID", shell))}/merge_requests/${encodeURIComponent(needed("CI_MERGE_REQUEST_IID", shell))}/notes`;
  return {
    list: notes,
    update: (id) => `${notes}/${id}`,
    updateMethod: "PUT",
    headers: { "private-token": needed("MILLWRIGHT_FORGE_TOKEN", shell) },
  };
}

/** https://docs.github.com/en/rest/issues/comments; the variables are GitHub Actions' default ones. */
function githubThread(shell: Shell): Thread {
  const issues = `${shell.variable("GITHUB_API_URL") ?? "https://api.github.com"}/repos/${needed("GITHUB_REPOSITORY", shell)}/issues`;
  const number = /^refs\/pull\/(\d+)\//.exec(needed("GITHUB_REF", shell))?.[1];
  if (number === undefined)
    throw new InputError(
      "--comment github: this job does not run for a pull request (GITHUB_REF is not refs/pull/N/…).",
    );
  const token = shell.variable("MILLWRIGHT_FORGE_TOKEN") ?? needed("GITHUB_TOKEN", shell);
  return {
    list: `${issues}/${number}/comments`,
    update: (id) => `${issues}/comments/${id}`,
    updateMethod: "PATCH",
    headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
  };
}

function needed(name: string, shell: Shell): string {
  const value = shell.variable(name);
  if (value === undefined || value === "")
    throw new InputError(
      `--comment needs the variable ${name}, which is not set. Run it in the CI job of a merge request.`,
    );
  return value;
}

async function ours(thread: Thread, shell: Shell): Promise<number | undefined> {
  for (let page = 1; page <= mostPages; page += 1) {
    const url = `${thread.list}?per_page=${perPage}&page=${page}`;
    const comments = commentsIn(await send(url, {}, thread, shell), url);
    const found = comments.find((comment) => comment.body?.startsWith(marker));
    if (found !== undefined) return found.id;
    if (comments.length < perPage) return undefined;
  }
  return undefined;
}

/** A proxy's or a login page answers 200 too. */
function commentsIn(body: string, url: string): z.infer<typeof Comments> {
  try {
    return Comments.parse(JSON.parse(body));
  } catch (thrown) {
    const said = `Reading the comments: GET ${url} answered with something else than a list of comments. Is the address the API's?`;
    throw new SystemError(said, "stop", { cause: thrown });
  }
}

async function send(url: string, request: HttpRequest, thread: Thread, shell: Shell): Promise<string> {
  const reply = await shell.http.fetch(url, {
    ...request,
    headers: { "content-type": "application/json", ...thread.headers },
  });
  if (reply.status >= 200 && reply.status < 300) return reply.body;
  const right = reply.status === 401 || reply.status === 403 ? " The token needs the right to write comments." : "";
  throw new SystemError(
    `Writing the comment: ${request.method ?? "GET"} ${url} answered ${reply.status}.${right}`,
    reply.status >= 500 ? "retry" : "stop",
  );
}
