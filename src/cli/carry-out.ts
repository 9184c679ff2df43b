import { join } from "node:path";
import { commitsFor } from "../inventory/fix-commits.ts";
import type { FileFix } from "../inventory/fix-files.ts";
import { commitInWorktree, commitOnBranch } from "../inventory/fix-git.ts";
import type { Repository } from "../inventory/repository.ts";
import { counted } from "../kernel/count.ts";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { ExitCode, Shell } from "./shell.ts";

export interface FixToDo {
  readonly where: string;
  readonly files: readonly FileFix[];
  /** Pins that are not pinned, and whose version is not known. */
  readonly unknown: number;
  readonly repository: Repository;
  readonly options: { readonly write?: boolean; readonly commit?: boolean; readonly branch?: string };
  readonly shell: Shell;
}

export interface FixDone {
  /** What was done, or why nothing was; empty for a mere diff. */
  readonly sentence: string;
  /** 1 when it was told to act and could not, for want of versions. */
  readonly code: ExitCode;
  /** The branch has the change already: nothing is left to show. */
  readonly again: boolean;
}

/** Writes the fixes where it was told to: the files, commits here, or commits on a branch. */
export async function carryOut(todo: FixToDo): Promise<FixDone> {
  const { options } = todo;
  const acts = options.write === true || options.commit === true || options.branch !== undefined;
  if (todo.files.length === 0) return nothing(todo.unknown, acts);
  if (!acts) return did("");
  if (options.branch !== undefined) return onBranch(options.branch, todo);
  return options.commit === true ? inCommits(todo) : inFiles(todo);
}

function did(sentence: string, again = false): FixDone {
  return { sentence, code: 0, again };
}

function nothing(unknown: number, acts: boolean): FixDone {
  if (unknown === 0) return did(acts ? "Nothing was written: every pin names one release." : "");
  const what = `of ${counted(unknown, "pin")} no version is known here`;
  const how = "Run 'millwright outdated' with access to the releases first, or say the version with --to.";
  return {
    sentence: `${acts ? "Nothing was written" : "Nothing to write"}: ${what}. ${how}`,
    code: acts ? 1 : 0,
    again: false,
  };
}

async function onBranch(branch: string, { where, files, repository, shell }: FixToDo): Promise<FixDone> {
  const indexFile = await shell.temporaryFile("index");
  try {
    const commits = commitsFor(files, repository.components);
    const made = await commitOnBranch(shell.git(where), commits, { branch, base: "HEAD", indexFile });
    return made.commits.length === 0
      ? did(`Nothing was written: the branch ${branch} has this change already.`, true)
      : did(`Branch ${branch}: ${counted(made.commits.length, "commit")}.`);
  } finally {
    await shell.removeFile(indexFile);
  }
}

async function inCommits({ where, files, repository, shell }: FixToDo): Promise<FixDone> {
  const git = shell.git(where);
  try {
    await git.run(["rev-parse", "--is-inside-work-tree"]);
  } catch (cause) {
    if (!(cause instanceof SystemError)) throw cause;
    const message = `${where} is in no Git repository, so nothing can be committed there: write the fix with --write.`;
    throw new InputError(message, { cause });
  }
  const write = (file: string, bytes: Uint8Array): Promise<void> => shell.writeBytes(join(where, file), bytes);
  const made = await commitInWorktree(git, commitsFor(files, repository.components), write);
  return did(`Made ${counted(made.length, "commit")}.`);
}

async function inFiles({ where, files, shell }: FixToDo): Promise<FixDone> {
  for (const { file, after } of files) await shell.writeBytes(join(where, file), after);
  return did(`Wrote ${counted(files.length, "file")}.`);
}
