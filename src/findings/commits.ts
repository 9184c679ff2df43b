import { manifestsIn } from "../inventory/facts/manifests.ts";
import { readers } from "../inventory/readers/index.ts";
import { readRepository } from "../inventory/repository.ts";
import type { ParsedFile } from "../inventory/source-file.ts";
import type { FileEntry, Git, Tree } from "../kernel/ports.ts";
import type { PlatformConfig } from "../platform/config.ts";
import type { Change, System } from "../systems/contract.ts";
import { type JudgeMove, movesBetween, type Side, touchesBetween } from "./change.ts";

export interface HistoryInput {
  readonly git: Git;
  /** A revision's files, below the audited folder. */
  readonly open: (revision: string) => Promise<Tree>;
  readonly config: PlatformConfig;
  readonly systems: readonly System[];
  readonly judgeMove: JudgeMove;
}

/** More commits than this are judged as one change: nobody reviews them one by one either. */
const mostCommits = 200;

/** What each commit between two revisions touches; merges add nothing of their own. undefined when there are too many. */
export async function commitsBetween(
  base: string,
  head: string,
  input: HistoryInput,
): Promise<Change["commits"] | undefined> {
  const listing = await input.git.run([
    "log",
    "--no-merges",
    "--format=%H%x00%P%x00%s",
    "--end-of-options",
    `${base}..${head}`,
    "--",
    ".",
  ]);
  const lines = listing.split("\n").filter((line) => line !== "");
  if (lines.length > mostCommits) return undefined;
  const commits: Change["commits"][number][] = [];
  for (const line of lines) {
    const [id = "", parent = "", title = ""] = line.split("\0");
    const touches = parent === "" ? [] : await touchesOf(id, parent, input);
    commits.push({ id, title, touches });
  }
  return commits;
}

async function touchesOf(
  commit: string,
  parent: string,
  input: HistoryInput,
): Promise<Change["commits"][number]["touches"]> {
  const [before, after] = [await input.open(parent), await input.open(commit)];
  const [old, now] = [await before.list(), await after.list()];
  const differs = (files: readonly FileEntry[], others: readonly FileEntry[]): readonly FileEntry[] => {
    const versions = new Map(others.map((file) => [file.path, file.version]));
    return files.filter((file) => versions.get(file.path) !== file.version);
  };
  const base = await sideOf(before, differs(old.files, now.files), input);
  const head = await sideOf(after, differs(now.files, old.files), input);
  return touchesBetween(base, head, movesBetween(base, head, input.judgeMove));
}

/** A side made of the changed files alone. */
async function sideOf(tree: Tree, files: readonly FileEntry[], input: HistoryInput): Promise<Side> {
  const parsed: ParsedFile[] = [];
  const part: Tree = {
    label: tree.label,
    list: () => Promise.resolve({ files, skipped: [] }),
    read: (wanted) => tree.read(wanted),
  };
  const { config, systems } = input;
  const repository = await readRepository(part, { config, systems, readers, onFile: (file) => void parsed.push(file) });
  return {
    pins: repository.pins,
    components: repository.components,
    files: parsed,
    manifests: parsed.flatMap((file) => manifestsIn(file, config)),
  };
}
