import * as z from "zod";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { ask, read } from "./ask.ts";
import { type Canary, nameOf, type Writing } from "./ports.ts";

/*
 * REST v4 of GitLab: docs.gitlab.com/api/groups/, docs.gitlab.com/api/projects/ and lib/api/projects.rb. A project that is deleted
 * goes at once on the free tier before 18.0. Since then, and before it on paid tiers, it is marked, renamed to
 * `…-deletion_scheduled-ID` (`…-deleted-ID` before 17.x was over) and listed until its time is over, or until it is deleted again
 * with `permanently_remove` and its new path, which an instance may forbid (`immediately_delete_project_error`).
 */

const Group = z.object({ id: z.number().int(), full_path: z.string() });

const Project = z.object({
  id: z.number().int().positive(),
  path: z.string(),
  path_with_namespace: z.string(),
  description: z.string().nullish(),
  topics: z.array(z.string()).default([]),
  marked_for_deletion_on: z.string().nullish(),
});

/** The project of a run. */
export interface CanaryProject {
  readonly id: number;
  /** With its group: `millwright-canary/millwright-0123`. */
  readonly path: string;
  readonly topics: readonly string[];
  /** GitLab deletes it by itself when its time is over. */
  readonly leaving: boolean;
}

function descriptionOf(runId: string): string {
  return `Made by Millwright to test the platform (run ${runId}). It deletes it again.`;
}

/** The run's project; undefined when there is none. Throws `InputError` for one of that name that is not its own. */
export async function findProject(canary: Canary, runId: string): Promise<CanaryProject | undefined> {
  const { gitlab, group } = canary;
  const name = nameOf(runId);
  const path = `/api/v4/groups/${encodeURIComponent(group)}/projects?search=${name}&per_page=100`;
  const listed = read(gitlab, "list of projects", await ask(gitlab, { path }), z.array(Project));
  const named = listed.filter(
    ({ path: own, path_with_namespace }) =>
      path_with_namespace === `${group}/${own}` && (own === name || /^-delet[a-z_]+-\d+$/.test(own.slice(name.length))),
  );
  const [found] = named.filter((one) => one.path.startsWith(name));
  if (found === undefined) return undefined;
  if (found.description !== descriptionOf(runId))
    throw new InputError(
      `${found.path_with_namespace} does not say that this run made it: it is left alone. Look at it, and delete it by hand if it may go.`,
    );
  const { id, path_with_namespace, topics, marked_for_deletion_on } = found;
  const leaving = found.path !== name || (marked_for_deletion_on ?? "") !== "";
  return { id, path: path_with_namespace, topics, leaving };
}

/** The run's project, to be written to. */
export async function neededProject(canary: Canary, runId: string): Promise<CanaryProject> {
  const found = await findProject(canary, runId);
  if (found !== undefined && !found.leaving) return found;
  throw new InputError(
    `${canary.group}/${nameOf(runId)} is not there: the project of this run was not made, or is deleted.`,
  );
}

/** Makes the run's project, unless it is there. Private, with one commit, in the canary's group. */
export async function makeProject(canary: Canary, { runId, fence }: Writing): Promise<CanaryProject> {
  const there = await findProject(canary, runId);
  if (there !== undefined) return there;
  const { gitlab, group, topic } = canary;
  const asked = await ask(gitlab, { path: `/api/v4/groups/${encodeURIComponent(group)}` });
  const { id, full_path } = read(gitlab, "group", asked, Group);
  if (full_path !== group)
    throw new InputError(`${gitlab.name} gives the group ${full_path} for ${group}; declare it by that path.`);
  await fence();
  const body = {
    name: nameOf(runId),
    path: nameOf(runId),
    namespace_id: id,
    description: descriptionOf(runId),
    topics: [topic],
    visibility: "private",
    initialize_with_readme: true,
  };
  // Only what the group lists afterwards counts: an answer may be lost, or say what is not so.
  await ask(gitlab, { method: "POST", path: "/api/v4/projects", body });
  const made = await findProject(canary, runId);
  if (made === undefined)
    throw new SystemError(`${gitlab.name} was asked to make ${group}/${nameOf(runId)} and does not list it.`, "retry");
  return made;
}

/** Deletes the run's project, as far as GitLab allows at once. */
export async function removeProject(canary: Canary, { runId, fence }: Writing): Promise<string> {
  const { gitlab } = canary;
  const found = await findProject(canary, runId);
  if (found === undefined) return "The project is gone.";
  if (!found.leaving) {
    await fence();
    await ask(gitlab, { method: "DELETE", path: `/api/v4/projects/${found.id}` }, [404]);
  }
  const marked = await findProject(canary, runId);
  if (marked === undefined) return "The project is gone.";
  if (!marked.leaving)
    throw new SystemError(`${gitlab.name} was asked to delete ${marked.path} and still lists it.`, "retry");
  await fence();
  const path = `/api/v4/projects/${marked.id}?permanently_remove=true&full_path=${encodeURIComponent(marked.path)}`;
  const answer = await ask(gitlab, { method: "DELETE", path }, [400, 404]);
  return answer === undefined
    ? `GitLab keeps ${marked.path} for as long as it keeps what is deleted, then it is gone.`
    : "The project is gone.";
}
