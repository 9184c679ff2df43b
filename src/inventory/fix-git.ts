import { InputError } from "../kernel/errors.ts";
import type { Git } from "../kernel/ports.ts";
import type { FixCommit } from "./fix-commits.ts";

export interface BranchOptions {
  /** Its short name. */
  readonly branch: string;
  /** What the fixed files were read from, and the first commit's parent. */
  readonly base: string;
  /** A path for an index of our own that does not exist yet; the caller removes it. */
  readonly indexFile: string;
}

export interface Branched {
  readonly branch: string;
  /** The commits made, oldest first; none when the branch has this content already. */
  readonly commits: readonly string[];
}

/**
 * Puts the commits on a new branch. The working tree, the user's index and the branch they are on stay as they are. Throws
 * `InputError` when a file in `base` is not what was fixed, or when the branch exists with other content.
 */
export async function commitOnBranch(
  git: Git,
  commits: readonly FixCommit[],
  options: BranchOptions,
): Promise<Branched> {
  const { branch } = options;
  if (commits.length === 0) return { branch, commits: [] };
  await checkBranchName(git, branch);
  const base = (await git.run(["rev-parse", "--verify", "--end-of-options", `${options.base}^{commit}`])).trim();
  const prefix = (await git.run(["rev-parse", "--show-prefix"])).replace(/\n$/, "");
  const env = { GIT_INDEX_FILE: options.indexFile };
  await git.run(["read-tree", base], { env });
  await checkBase(git, commits, prefix, base);
  const made: string[] = [];
  let tree = "";
  for (const commit of commits) {
    tree = await writeTree(git, commit, prefix, env);
    const parent = made.at(-1) ?? base;
    made.push((await git.run(["commit-tree", tree, "-p", parent, "-F", "-"], { input: commit.message })).trim());
  }
  const existing = await treeOf(git, branch);
  if (existing === tree) return { branch, commits: [] };
  if (existing !== undefined) {
    throw new InputError(
      `The branch ${branch} exists and holds something else. Name another one with --branch, or delete it.`,
    );
  }
  await git.run(["update-ref", `refs/heads/${branch}`, made.at(-1) ?? base, "0".repeat(base.length)]);
  return { branch, commits: made };
}

async function checkBranchName(git: Git, branch: string): Promise<void> {
  await git.run(["check-ref-format", `refs/heads/${branch}`]).catch((cause: unknown) => {
    throw new InputError(`${JSON.stringify(branch)} is no name that Git allows for a branch.`, { cause });
  });
}

/** The files must be in `base` just as they were read: the working tree may hold changes, or other line ends. */
async function checkBase(git: Git, commits: readonly FixCommit[], prefix: string, base: string): Promise<void> {
  const first = new Map<string, Uint8Array>();
  for (const { files } of commits) for (const { file, before } of files) if (!first.has(file)) first.set(file, before);
  for (const [file, before] of first) {
    const stored = await git
      .run(["rev-parse", "--verify", "--end-of-options", `${base}:${prefix}${file}`])
      .catch((cause: unknown) => {
        throw new InputError(
          `${file} is not in ${base.slice(0, 12)}: commit it first, or write the change with --write.`,
          { cause },
        );
      });
    const hash = await git.run(["hash-object", "--stdin"], { input: textOf(before) });
    if (hash.trim() !== stored.trim()) {
      throw new InputError(
        `${file} differs from ${base.slice(0, 12)}: commit your changes to it first, or write the fix with --write.`,
      );
    }
  }
}

async function writeTree(
  git: Git,
  commit: FixCommit,
  prefix: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  for (const { file, after } of commit.files) {
    const blob = (await git.run(["hash-object", "-w", "--stdin"], { input: textOf(after) })).trim();
    const [entry = ""] = (
      await git.run(["ls-files", "--stage", "-z", "--full-name", "--", `:(top,literal)${prefix}${file}`], { env })
    ).split("\0");
    const mode = /^\d{6}/.exec(entry)?.[0] ?? "100644";
    await git.run(["update-index", "-z", "--index-info"], { env, input: `${mode} ${blob}\t${prefix}${file}\0` });
  }
  return (await git.run(["write-tree"], { env })).trim();
}

async function treeOf(git: Git, branch: string): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  const found = await git.run(["for-each-ref", "--format=%(refname) %(tree)", ref]);
  return found
    .split("\n")
    .find((line) => line.startsWith(`${ref} `))
    ?.slice(ref.length + 1);
}

/** Fixed files are UTF-8, a byte order mark included, or they could not have been read. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

/** Writes a file of the audited folder, whole. */
export type WriteFile = (file: string, bytes: Uint8Array) => Promise<void>;

/**
 * Makes the commits in the working tree, on the branch that is checked out. Throws `InputError` before anything is written when
 * one of the files has changes of its own. Changes to other files, staged or not, stay out of the commits.
 */
export async function commitInWorktree(
  git: Git,
  commits: readonly FixCommit[],
  write: WriteFile,
): Promise<readonly string[]> {
  const files = [...new Set(commits.flatMap((commit) => commit.files.map(({ file }) => file)))];
  if (files.length === 0) return [];
  const changed = await git.run([
    "status",
    "--porcelain=v1",
    "-z",
    "--untracked-files=all",
    "--",
    ...files.map(literal),
  ]);
  if (changed !== "") {
    const names = changed
      .split("\0")
      .filter((entry) => entry !== "")
      .map((entry) => entry.slice(3));
    throw new InputError(
      `These files have changes that are not committed: ${names.join(", ")}. Commit them first, or write the fix with --write.`,
    );
  }
  const made: string[] = [];
  for (const commit of commits) {
    for (const { file, after } of commit.files) await write(file, after);
    const paths = commit.files.map(({ file }) => literal(file));
    await git.run(["commit", "--quiet", "--only", "--no-verify", "-F", "-", "--", ...paths], { input: commit.message });
    made.push((await git.run(["rev-parse", "HEAD"])).trim());
  }
  return made;
}

/** A name that begins with `:` or holds a `*` is still only a name. */
function literal(file: string): string {
  return `:(literal)${file}`;
}
