import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./backup-world.ts";

/*
 * One repository as gitaly-backup leaves it and makes it anew, in the layout `manifest` (gitaly internal/backup/backup.go, locator.go
 * @v16.11.8; held against the program by `npm run contract -- gitaly`). One without refs has no bundle, one without hooks no tar of them.
 */

const storageName = "default";

/** `path`: below the storage; `id` names the backup. */
export async function backUpRepository(storage: string, path: string, folder: string, id: string): Promise<void> {
  const at = join(storage, path);
  const git = (...args: readonly string[]): Promise<string> => run("git", ["-C", at, ...args]);
  const step = join(storageName, path, id, "001");
  mkdirSync(dirname(join(folder, step)), { recursive: true });
  const refs = listOf(await git("for-each-ref", "--format=%(HEAD)%(objectname) %(refname)"));
  writeFileSync(join(folder, `${step}.refs`), refs);
  if (refs !== "") await git("bundle", "create", "--quiet", join(folder, `${step}.bundle`), "--all");
  if (existsSync(join(at, hooks))) await run("tar", ["-C", at, "-cf", join(folder, `${step}.${hooks}.tar`), hooks]);
  const manifest = [
    `object_format = '${(await git("rev-parse", "--show-object-format")).trim()}'`,
    `head_reference = '${(await git("symbolic-ref", "HEAD")).trim()}'`,
    "",
    "[[steps]]",
    `bundle_path = '${step}.bundle'`,
    `ref_path = '${step}.refs'`,
    `custom_hooks_path = '${step}.${hooks}.tar'`,
    "",
  ].join("\n");
  for (const called of [id, "+latest"]) {
    const file = manifestOf(folder, path, called);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, manifest);
  }
}

const hooks = "custom_hooks";

const manifestOf = (folder: string, path: string, called: string): string =>
  join(folder, "manifests", storageName, path, `${called}.toml`);

/** As `git show-ref --head` has it, HEAD first where it names a branch that is there. */
function listOf(refs: string): string {
  const head = /^\*(\S+) /m.exec(refs)?.[1];
  return `${head === undefined ? "" : `${head} HEAD\n`}${refs.replace(/^[* ]/gm, "")}`;
}

/** Where none of its name lies. */
export async function makeRepositoryAnew(storage: string, path: string, folder: string): Promise<void> {
  const text = readFileSync(manifestOf(folder, path, "+latest"), "utf8");
  const told = (name: string): string => new RegExp(`^${name} = '([^']+)'$`, "m").exec(text)?.[1] ?? "";
  const place = join(storage, path);
  await run("git", ["init", "--quiet", "--bare", `--object-format=${told("object_format")}`, place]);
  const bundle = join(folder, told("bundle_path"));
  if (existsSync(bundle)) await run("git", ["-C", place, "fetch", "--quiet", bundle, "+refs/*:refs/*"]);
  await run("git", ["-C", place, "symbolic-ref", "HEAD", told("head_reference")]);
  const tar = join(folder, told("custom_hooks_path"));
  if (existsSync(tar)) await run("tar", ["-C", place, "-xpf", tar]);
}
