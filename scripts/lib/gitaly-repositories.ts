import { hash } from "node:crypto";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gitEnvironment } from "../../lab/repository/git.ts";
import { lfsObjectsOf } from "../../lab/stores/encrypted-rows.ts";
import { fillRepositories } from "../../lab/stores/repositories.ts";
import { said } from "./program.ts";

/* Repositories of every shape that GitLab has, what is pushed to them, and what is seen of them and of archives of them. */

const env = gitEnvironment({ name: "Ada", email: "ada@example.org", at: new Date().toISOString() });

async function git(at: string, ...args: readonly string[]): Promise<string> {
  return (await said("git", ["-C", at, ...args], { env })).trim();
}

export interface Repositories {
  /** With branches, tags, requests to merge, kept commits, a HEAD of its own, pointers of LFS and custom hooks. */
  readonly full: string;
  /** Of a few commits. */
  readonly plain: string;
  readonly wiki: string;
  readonly empty: string;
  /** Whose HEAD names a branch that is not there. */
  readonly unborn: string;
  /** With ids in SHA-256. */
  readonly long: string;
}

/** By the path that a project of this number has. */
function hashed(id: number, end = ""): string {
  const of = hash("sha256", String(id));
  return `@hashed/${of.slice(0, 2)}/${of.slice(2, 4)}/${of}${end}.git`;
}

export async function makeRepositories(storage: string): Promise<Repositories> {
  const lfs = lfsObjectsOf(7, 2);
  const [one = 0, two = 0] = [...new Set(lfs.map(({ projectId }) => projectId))];
  await fillRepositories(storage, lfs, new Date("2026-11-20T01:00:00Z"));
  const names: Repositories = {
    full: hashed(one),
    plain: hashed(two),
    wiki: hashed(one, ".wiki"),
    empty: hashed(9001),
    unborn: hashed(9002),
    long: hashed(9003),
  };
  const full = join(storage, names.full);
  await git(full, "tag", "-a", "-m", "a tag", "v2", "main");
  await git(full, "update-ref", "refs/merge-requests/1/head", "main~1");
  await git(full, "update-ref", `refs/keep-around/${await git(full, "rev-parse", "main~1")}`, "main~1");
  await git(full, "update-ref", "refs/heads/develop", await commitOn(full, "main"));
  await git(full, "update-ref", "refs/heads/größe/2", "main~1");
  await git(full, "symbolic-ref", "HEAD", "refs/heads/develop");
  mkdirSync(join(full, "custom_hooks", "pre-receive.d"), { recursive: true });
  writeFileSync(join(full, "custom_hooks", "pre-receive.d", "one"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  for (const [name, format] of [
    [names.wiki, "sha1"],
    [names.empty, "sha1"],
    [names.unborn, "sha1"],
    [names.long, "sha256"],
  ] as const) {
    const at = join(storage, name);
    mkdirSync(dirname(at), { recursive: true });
    await said("git", ["init", "--quiet", "--bare", "-b", "main", `--object-format=${format}`, at], { env });
    if (name !== names.empty) await git(at, "update-ref", "refs/heads/main", await commitOn(at));
  }
  await git(join(storage, names.unborn), "symbolic-ref", "HEAD", "refs/heads/not-there");
  return names;
}

let commits = 0;

/** A commit of its own, with a file of its own. */
async function commitOn(at: string, parent?: string): Promise<string> {
  commits += 1;
  const blob = (await said("git", ["-C", at, "hash-object", "-w", "--stdin"], { env, input: `${commits}\n` })).trim();
  const listed = `100644 blob ${blob}\tfile\n`;
  const tree = (await said("git", ["-C", at, "mktree"], { env, input: listed })).trim();
  return git(at, "commit-tree", "-m", `${commits}`, ...(parent === undefined ? [] : ["-p", parent]), tree);
}

/** Pushes to some: to the full one something new, a branch set back and one deleted; to the empty one its first. */
export async function pushMore(storage: string, { full, plain, empty, long }: Repositories): Promise<void> {
  const at = join(storage, full);
  for (const name of [full, plain, long]) {
    const main = await commitOn(join(storage, name), "main");
    await git(join(storage, name), "update-ref", "refs/heads/main", main);
  }
  await git(at, "update-ref", "refs/heads/develop", "main~1");
  await git(at, "update-ref", `refs/heads/new-${commits}`, await commitOn(at, "develop"));
  await git(at, "update-ref", "-d", "refs/merge-requests/1/head");
  await git(join(storage, empty), "update-ref", "refs/heads/main", await commitOn(join(storage, empty)));
}

/** Pushes a branch with a history of its own to one, and nothing else. */
export async function pushOwnHistory(storage: string, name: string): Promise<void> {
  const at = join(storage, name);
  await git(at, "update-ref", "refs/heads/pages", await commitOn(at));
}

/** What somebody who clones it would find, and its hooks; undefined: it is not there. */
export async function seenOf(storage: string, name: string): Promise<unknown> {
  const at = join(storage, name);
  if (!existsSync(at)) return undefined;
  await git(at, "fsck", "--strict", "--connectivity-only");
  const hooks = globSync("custom_hooks/**", { cwd: at }).toSorted();
  return {
    refs: await refsIn(storage, name),
    head: await git(at, "symbolic-ref", "HEAD"),
    format: await git(at, "rev-parse", "--show-object-format"),
    hooks: hooks.map((path) => [path, statSync(join(at, path)).mode]),
  };
}

/** Its refs by name: `ID NAME`. */
export async function refsIn(storage: string, name: string): Promise<readonly string[]> {
  const listed = await git(join(storage, name), "for-each-ref", "--format=%(objectname) %(refname)");
  return listed.split("\n").filter((line) => line !== "");
}

/** What an archive holds, file by file: bundles by their heads and objects, tars by their files, others by their text. */
export async function seenInArchive(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const name of globSync("**", { cwd: folder }).toSorted()) {
    const file = join(folder, name);
    if (statSync(file).isDirectory()) continue;
    if (name.endsWith(".bundle")) found[name] = await seenInBundle(file);
    else if (name.endsWith(".tar"))
      found[name] = (await said("tar", ["-tf", file])) + (await said("tar", ["-xOf", file]));
    else found[name] = readFileSync(file, "utf8");
  }
  return found;
}

async function seenInBundle(file: string): Promise<string> {
  const bytes = readFileSync(file);
  const head = bytes.subarray(0, bytes.indexOf("\n\n")).toString();
  const place = mkdtempSync(join(dirname(file), "opened-"));
  try {
    const format = head.includes("@object-format=sha256") ? "sha256" : "sha1";
    await said("git", ["init", "--quiet", "--bare", `--object-format=${format}`, place], { env });
    await git(place, "bundle", "unbundle", file);
    const objects = await git(place, "cat-file", "--batch-all-objects", "--batch-check");
    return [...head.split("\n").toSorted(), objects].join("\n");
  } finally {
    rmSync(place, { recursive: true });
  }
}
