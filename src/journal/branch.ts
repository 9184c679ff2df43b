import { messageOf, SystemError } from "../kernel/errors.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Git } from "../kernel/ports.ts";
import type { LogFile } from "./markdown.ts";

/**
 * A branch that holds the log and nothing of ours else. `git` runs in a bare repository that only we use. Others may push to
 * the branch too: their commits are built upon, never replaced. A branch that no longer holds what we put there was rewritten,
 * and nothing is written until a person has looked.
 */
export interface LogBranch {
  readonly git: Git;
  readonly branch: string;
  /** Where it is pushed to; without it the branch stays in the bare repository. */
  readonly remote?: {
    readonly url: string;
    /** Git's variables that carry the credential: they do not show in the list of processes. */
    readonly env: Readonly<Record<string, string>>;
  };
}

export interface LogCommit {
  readonly files: readonly LogFile[];
  readonly message: string;
  readonly at: Instant;
  /** A commit that the branch must still contain. */
  readonly known: string | undefined;
  /** Is shown a file of the branch as it stands, undefined where there is none, and throws when it must not be built upon. */
  readonly accept: { readonly path: string; judge(text: string | undefined): Promise<void> };
}

/** So often somebody else may push between our look and our push. */
const attempts = 5;

/**
 * Puts files on top of the branch and returns the commit that holds them; the branch's own last one where they are there
 * already. Throws `SystemError` (stop) when the branch was rewritten.
 */
export async function commitToLog(log: LogBranch, commit: LogCommit): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const tip = await tipOf(log);
    await refuseRewritten(log, tip, commit.known);
    await commit.accept.judge(tip === undefined ? undefined : await fileAt(log.git, tip, commit.accept.path));
    const made = await build(log.git, tip, commit);
    if (tip !== undefined && (await treeOf(log.git, tip)) === (await treeOf(log.git, made))) return tip;
    if (await land(log, made, tip, attempt < attempts)) return made;
  }
}

async function tipOf({ git, branch, remote }: LogBranch): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  if (remote === undefined) {
    const line = await git.run(["for-each-ref", "--format=%(objectname)", ref]);
    return line.trim() === "" ? undefined : line.trim();
  }
  const listed = await git.run(["ls-remote", "--", remote.url, ref], { env: remote.env });
  const tip = /^([0-9a-f]{40,64})\t/m.exec(listed)?.[1];
  if (tip !== undefined)
    await git.run(["fetch", "--no-tags", "--quiet", remote.url, `+${ref}:refs/millwright/seen`], { env: remote.env });
  return tip;
}

async function refuseRewritten(log: LogBranch, tip: string | undefined, known: string | undefined): Promise<void> {
  if (known === undefined) return;
  const gone = tip === undefined || !(await contains(log.git, tip, known));
  if (!gone) return;
  const toDo = `find out who did it; then push ${known} back, or name another branch under journal in millwright.server.yaml`;
  throw new SystemError(
    `the log's branch ${log.branch} no longer holds commit ${known.slice(0, 12)}, which was put there: it was ${tip === undefined ? "deleted" : "rewritten"}. Nothing was pushed; ${toDo}`,
    "stop",
  );
}

async function contains(git: Git, tip: string, known: string): Promise<boolean> {
  try {
    await git.run(["merge-base", "--is-ancestor", known, tip]);
    return true;
  } catch {
    return false; // also where the commit is nowhere to be found
  }
}

async function fileAt(git: Git, commit: string, path: string): Promise<string | undefined> {
  const listed = await git.run(["ls-tree", "--format=%(objectname)", commit, "--", path]);
  return listed.trim() === "" ? undefined : git.run(["cat-file", "blob", listed.trim()]);
}

/** One process whatever the number of files, and no index that a kill could leave locked. */
async function build(git: Git, tip: string | undefined, { files, message, at }: LogCommit): Promise<string> {
  const ref = "refs/millwright/next";
  const who = `Millwright <millwright@localhost> ${Math.floor(Date.parse(at) / 1000)} +0000`;
  const lines = [
    `commit ${ref}\ncommitter ${who}\n${data(message)}`,
    tip === undefined ? "" : `from ${tip}\n`,
    ...files.map(({ path, text }) => `M 100644 inline ${safePath(path)}\n${data(text)}`),
    "done\n",
  ];
  // Without the reset the new commit would stand on the last one that was built, pushed or not.
  await git.run(["update-ref", "-d", ref]);
  await git.run(["fast-import", "--quiet", "--done", "--force"], { input: lines.join("") });
  return (await git.run(["rev-parse", "--verify", ref])).trim();
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function safePath(path: string): string {
  if (!/^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/.test(path) || /(?:^|\/)\.\.?(?:\/|$)|(?:^|\/)\.git/i.test(path))
    throw new Error(`${path} is no path for the log`);
  return path;
}

async function treeOf(git: Git, commit: string): Promise<string> {
  return (await git.run(["rev-parse", "--verify", `${commit}^{tree}`])).trim();
}

/** False when somebody else was faster; the lease is what they would have had to leave alone. */
async function land(log: LogBranch, made: string, tip: string | undefined, again: boolean): Promise<boolean> {
  const { git, branch, remote } = log;
  const ref = `refs/heads/${branch}`;
  try {
    if (remote === undefined) await git.run(["update-ref", ref, made, tip ?? "0".repeat(made.length)]);
    else
      await git.run(["push", "--porcelain", `--force-with-lease=${ref}:${tip ?? ""}`, remote.url, `${made}:${ref}`], {
        env: remote.env,
      });
    return true;
  } catch (thrown) {
    if (
      again &&
      /stale info|\[rejected\]|fetch first|cannot lock ref|reference already exists/i.test(messageOf(thrown))
    )
      return false;
    throw thrown;
  }
}
