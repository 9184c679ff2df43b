import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { SystemError } from "../../src/kernel/errors.ts";
import type { LfsObject } from "./encrypted-rows.ts";

/** Below Gitaly's storage: the SHA-256 of the project's number (gitlabhq/gitlabhq app/models/storage/hashed.rb, doc/administration/repository_storage_paths.md). */
function hashedPath(projectId: number): string {
  const hash = createHash("sha256").update(String(projectId)).digest("hex");
  return `@hashed/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}.git`;
}

/** A bare repository for each project with an object of LFS, with a pointer to it (git-lfs docs/spec.md). Those that are there stay. */
export async function fillRepositories(storage: string, lfs: readonly LfsObject[], now: Date): Promise<void> {
  for (const object of lfs) {
    const place = join(storage, hashedPath(object.projectId));
    if (existsSync(place)) continue;
    const draft = `${place}.new`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(dirname(draft), { recursive: true });
    await git(["init", "--quiet", "--bare", "-b", "main", draft], "");
    await git(["-C", draft, "fast-import", "--quiet"], historyOf(object, now));
    renameSync(draft, place);
  }
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

function historyOf({ projectId, oid, content }: LfsObject, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const by = (daysAgo: number): string => `committer Ada Ahlers <ada@example.org> ${seconds - 86_400 * daysAgo} +0000`;
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`;
  return [
    `commit refs/heads/main\n${by(40)}\n${data("A model\n")}M 100644 inline README.md\n${data(`# Model ${projectId}\n`)}`,
    `commit refs/heads/main\n${by(20)}\n${data("Its weights, by LFS\n")}M 100644 inline .gitattributes\n${data("*.bin filter=lfs diff=lfs merge=lfs -text\n")}M 100644 inline weights.bin\n${data(pointer)}`,
    `reset refs/tags/v1\nfrom refs/heads/main\n\n`,
  ].join("");
}

async function git(args: readonly string[], input: string): Promise<void> {
  const env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  const child = spawn("git", args, { env, stdio: ["pipe", "ignore", "pipe"] });
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => void (words += chunk.toString()));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (code !== 0) throw new SystemError(`git ${args.join(" ")}: ${words.trim()}`, "stop");
}
