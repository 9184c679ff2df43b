import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { databaseWith, dump, folder, gitlabTables } from "./prove.test-support.ts";

const dir = folder();

/** What GitLab's own backup has of the database. */
export async function gitlabDump(more = ""): Promise<Buffer> {
  const file = dump(
    await databaseWith(`${gitlabTables}${more}`),
    join(folder(), "gitlab.sql"),
    "--clean",
    "--if-exists",
  );
  return gzipSync(readFileSync(file));
}

/** A bundle of one repository, as Gitaly makes it, with these files beside its own. */
export function bundle(files: Readonly<Record<string, string>> = {}): Buffer {
  const at = join(folder(), "repository");
  const git = (...args: readonly string[]): void => {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    execFileSync("git", ["-C", at, ...who, ...args], { stdio: "pipe" });
  };
  mkdirSync(at);
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(at, "model.py"), "answer = 42\n".repeat(1000));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
  git("add", ".");
  git("commit", "--quiet", "--message", "a model");
  git("bundle", "create", "--quiet", "all.bundle", "--all");
  return readFileSync(join(at, "all.bundle"));
}

let number = 0;

/** A tar in the shape of GitLab's own backup, of these files. */
export function gitlabTar(files: Readonly<Record<string, Uint8Array>>, skipped = ""): string {
  number += 1;
  const inside = join(dir, `inside-${number}`);
  mkdirSync(join(inside, "db"), { recursive: true });
  writeFileSync(
    join(inside, "backup_information.yml"),
    `---\n:db_version: 20260912081500\n:backup_created_at: 2026-11-19 12:00:00 Z\n:gitlab_version: 18.5.1\n:tar_version: tar (GNU tar) 1.34\n:installation_type: gitlab-helm-chart\n:skipped: "${skipped}"\n`,
  );
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(inside, name)), { recursive: true });
    writeFileSync(join(inside, name), content);
  }
  const file = join(dir, `${number}.tar`);
  execFileSync("tar", ["-C", inside, "-b", "2000", "-cf", file, ...readdirSync(inside)]);
  return file;
}
