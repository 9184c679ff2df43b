import { InputError, messageOf } from "../kernel/errors.ts";
import type { FileEntry, Skipped, Tree } from "../kernel/ports.ts";
import { showBytes } from "./folder-entries.ts";
import { runGit } from "./git.ts";

export interface RevisionOptions {
  /** A folder inside `repoDir`; the whole of `repoDir` by default. */
  readonly path?: string;
  /** A larger file is skipped with its size. */
  readonly maxBytes?: number;
}

/**
 * The files of `rev` below `repoDir` (which may itself lie inside the repository), without a checkout: nothing is written and
 * nothing of the repository runs. The versions of its files are blob ids. Throws `InputError` when there is no such revision.
 */
export async function openRevision(repoDir: string, rev: string, options: RevisionOptions = {}): Promise<Tree> {
  const path = options.path ?? "";
  const tree = await resolveTree(repoDir, rev, path);
  const maxBytes = options.maxBytes ?? 5_000_000;
  let blobs: Promise<Listing> | undefined;
  const listing = (): Promise<Listing> => (blobs ??= listTree(repoDir, tree, maxBytes));
  return {
    label: path === "" ? rev : `${rev}:${path}`,
    list: async () => {
      const { files, skipped } = await listing();
      return { files, skipped };
    },
    read: (files) => readBlobs(repoDir, files),
  };
}

/** The commit a revision names, as 40 (or 64) hex digits. Throws `InputError` when there is none. */
export async function resolveRevision(repoDir: string, rev: string): Promise<string> {
  refuseStrangeRevision(rev);
  const found = await runGit(repoDir, ["rev-parse", "--verify", "--end-of-options", `${rev}^{commit}`]).catch(
    (thrown) => {
      throw noSuchRevision(repoDir, rev, thrown);
    },
  );
  return found.toString("utf8").trim();
}

function refuseStrangeRevision(rev: string): void {
  if (rev === "" || rev.startsWith("-") || /[:\0\n]/.test(rev)) {
    throw new InputError(`${JSON.stringify(rev)} is no Git revision: name a commit, a tag or a branch.`);
  }
}

async function resolveTree(repoDir: string, rev: string, path: string): Promise<string> {
  const commit = await resolveRevision(repoDir, rev);
  if (path.startsWith("/") || path.split("/").includes("..")) {
    throw new InputError(`${JSON.stringify(path)} leads outside ${repoDir}: name a folder inside it.`);
  }
  const bare = (await runGit(repoDir, ["rev-parse", "--is-bare-repository"])).toString("utf8").trim() === "true";
  const place = `${commit}:${bare ? "" : "./"}${path}`;
  const found = await runGit(repoDir, ["rev-parse", "--verify", "--end-of-options", `${place}^{tree}`])
    .catch(() => runGit(repoDir, ["rev-parse", "--verify", "--end-of-options", place]))
    .catch((thrown) => {
      throw new InputError(`${rev} has no folder ${path === "" ? "where this one is" : path}.`, { cause: thrown });
    });
  return found.toString("utf8").trim();
}

function noSuchRevision(repoDir: string, rev: string, thrown: unknown): Error {
  if (thrown instanceof InputError) return thrown;
  const words = messageOf(thrown);
  if (/not a git repository/i.test(words)) {
    return new InputError(`${repoDir} is in no Git repository, so it has no revision ${rev}.`, { cause: thrown });
  }
  if (/dubious ownership/i.test(words)) {
    return new InputError(
      `Git refuses ${repoDir} because another user owns it. If you trust it: git config --global --add safe.directory ${repoDir}`,
      { cause: thrown },
    );
  }
  return new InputError(
    `${repoDir} has no revision ${rev}. In a shallow clone (CI), fetch it first: git fetch origin ${rev}`,
    { cause: thrown },
  );
}

interface Listing {
  readonly files: readonly FileEntry[];
  readonly skipped: readonly Skipped[];
}

async function listTree(repoDir: string, tree: string, maxBytes: number): Promise<Listing> {
  const output = await runGit(repoDir, ["ls-tree", "-r", "-z", "-l", "--full-tree", tree]);
  const files: FileEntry[] = [];
  const skipped: Skipped[] = [];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start);
    const found = readLine(output.subarray(start, end === -1 ? output.length : end), maxBytes);
    if ("reason" in found) skipped.push(found);
    else files.push(found);
    start = end === -1 ? output.length : end + 1;
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, skipped };
}

/** `<mode> <type> <id> <size>\t<path>`, the size padded with blanks, `-` for a submodule, `BAD` for a missing blob. */
function readLine(line: Buffer, maxBytes: number): FileEntry | Skipped {
  const tab = line.indexOf(9);
  const [mode = "", type = "", id = "", sizeText = ""] = line.toString("latin1", 0, tab).split(/ +/);
  const name = line.subarray(tab + 1);
  const path = name.toString("utf8");
  if (!Buffer.from(path, "utf8").equals(name)) return { file: showBytes(name), reason: "its name is not UTF-8" };
  if (type === "commit") return { file: path, reason: "a submodule; its own repository holds its files" };
  if (mode === "120000") return { file: path, reason: "a link; its target is read at its own path" };
  const size = Number(sizeText);
  if (!Number.isInteger(size)) return { file: path, reason: "not in this partial clone; fetch it first" };
  if (size > maxBytes) {
    return { file: path, reason: `larger than ${maxBytes / 1_000_000} MB (${(size / 1_000_000).toFixed(1)} MB)` };
  }
  return { path, size, version: id };
}

async function readBlobs(repoDir: string, files: readonly FileEntry[]): Promise<readonly (Uint8Array | Skipped)[]> {
  if (files.length === 0) return [];
  if (files.some((file) => !/^[0-9a-f]{40,64}$/.test(file.version))) {
    throw new Error("A file of another tree was asked from a Git revision.");
  }
  const input = files.map((file) => `${file.version}\n`).join("");
  const output = await runGit(repoDir, ["cat-file", "--batch", "--buffer"], { input });
  const contents: (Uint8Array | Skipped)[] = [];
  let start = 0;
  for (const file of files) {
    const lineEnd = output.indexOf(10, start);
    const [, type, sizeText] = output.toString("latin1", start, lineEnd).split(" ");
    if (type !== "blob") {
      contents.push({ file: file.path, reason: "not in this partial clone; fetch it first" });
      start = lineEnd + 1;
      continue;
    }
    const size = Number(sizeText);
    contents.push(output.subarray(lineEnd + 1, lineEnd + 1 + size));
    start = lineEnd + 1 + size + 1;
  }
  return contents;
}
