import { InputError } from "../../kernel/errors.ts";
import { type Canary, type GitRemote, nameOf, type Writing } from "./ports.ts";
import type { CanaryProject } from "./project.ts";

/** The branch that is pushed. */
const branch = "millwright";

/**
 * Clones, pushes one commit and pulls it back, over Git's own protocol. The commit's every byte follows from the run and from
 * what was cloned, so that one made again is the same commit, and a second push has nothing to do.
 */
export async function pushAndPull(canary: Canary, project: CanaryProject, writing: Writing): Promise<string> {
  return canary.git(project.path, async (remote) => {
    const refs = `refs/canary/${writing.runId}`;
    try {
      await fetchInto(remote, refs);
      const head = await headOf(remote, refs);
      const commit = await commitOf(remote, head, writing);
      if ((await revision(remote, `${refs}/${branch}`)) !== commit) {
        await writing.fence();
        await run(remote, ["push", "--quiet", remote.url, `${commit}:refs/heads/${branch}`]);
      }
      await fetchInto(remote, refs);
      const back = await revision(remote, `${refs}/${branch}`);
      if (back === commit) return commit;
      throw new InputError(
        `Of ${project.path} the branch ${branch} came back as ${back ?? "nothing"}, not as the commit ${commit} that was pushed.`,
      );
    } finally {
      await forget(remote, refs);
    }
  });
}

function run(
  { git, env }: GitRemote,
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
) {
  return git.run(args, { ...options, env: { ...env, ...options.env } });
}

function fetchInto(remote: GitRemote, refs: string): Promise<string> {
  return run(remote, [
    "fetch",
    "--quiet",
    "--no-tags",
    "--prune",
    "--no-write-fetch-head",
    remote.url,
    `+refs/heads/*:${refs}/*`,
  ]);
}

/** What the clone's other branch is at; undefined for an empty repository. */
async function headOf(remote: GitRemote, refs: string): Promise<string | undefined> {
  const listed = await run(remote, ["for-each-ref", "--format=%(refname) %(objectname)", `${refs}/`]);
  const lines = listed.split("\n").filter((line) => line !== "" && !line.startsWith(`${refs}/${branch} `));
  return lines[0]?.split(" ")[1];
}

async function revision(remote: GitRemote, ref: string): Promise<string | undefined> {
  const listed = await run(remote, ["for-each-ref", "--format=%(objectname)", ref]);
  return listed.trim() === "" ? undefined : listed.trim();
}

async function commitOf(remote: GitRemote, head: string | undefined, { runId, startedAt }: Writing): Promise<string> {
  const blob = (await run(remote, ["hash-object", "-w", "--stdin"], { input: `${nameOf(runId)}\n` })).trim();
  const tree = (await run(remote, ["mktree"], { input: `100644 blob ${blob}\tmillwright.txt\n` })).trim();
  const at = `${Math.floor(Date.parse(startedAt) / 1000)} +0000`;
  const who = { NAME: "Millwright", EMAIL: "millwright@localhost", DATE: at };
  const env = Object.fromEntries(
    Object.entries(who).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const message = `Test that pushing works\n\nMillwright-Run: ${runId}\n`;
  const parents = head === undefined ? [] : ["-p", head];
  return (await run(remote, ["commit-tree", tree, ...parents], { input: message, env })).trim();
}

/** What was cloned is not kept. */
async function forget(remote: GitRemote, refs: string): Promise<void> {
  const listed = await run(remote, ["for-each-ref", "--format=%(refname)", `${refs}/`]);
  const input = listed
    .split("\n")
    .filter((ref) => ref !== "")
    .map((ref) => `delete ${ref}\n`)
    .join("");
  if (input !== "") await run(remote, ["update-ref", "--stdin"], { input });
}
