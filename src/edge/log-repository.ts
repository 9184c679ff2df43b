import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "../kernel/ports.ts";
import { openGit, runGit } from "./git.ts";

/** How the log's branch is pushed. */
export interface LogCredential {
  /** `https://…`, `ssh://…`, `git@host:path` or, for a repository on this machine, `file://…`. */
  readonly url: string;
  /** A token (https) or a private key (SSH), for that branch alone; none for `file://`. */
  readonly secret: string | undefined;
}

/** No Git of ours runs longer than two minutes: a lock of that age was left by one that was killed. */
const staleMillis = 600_000;

/**
 * The bare repository that the log's commits are made in, kept in `folder` for one process; made where there is none. It may be
 * lost. Locks that a killed Git left in it are removed.
 */
export async function openLogRepository(folder: string): Promise<Git> {
  if (!existsSync(join(folder, "HEAD"))) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await runGit(folder, ["init", "--quiet", "--bare", "."]);
  }
  await removeStaleLocks(folder);
  return openGit(folder, { protocols: ["https", "http", "ssh", "file"], timeoutMs: 120_000 });
}

async function removeStaleLocks(folder: string): Promise<void> {
  const names = await readdir(join(folder, "refs"), { recursive: true });
  const files = [...names.map((name) => join("refs", name)), "packed-refs.lock", "HEAD.lock", "config.lock"];
  for (const file of files.filter((name) => name.endsWith(".lock")).map((name) => join(folder, name))) {
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > staleMillis) await rm(file, { force: true });
  }
}

/**
 * Git's variables for pushing with a credential. It is never part of an argument or of the URL, both of which every process of
 * the machine can read; redirects, which would carry it elsewhere, are not followed.
 */
export async function pushVariables(
  folder: string,
  { url, secret }: LogCredential,
): Promise<Readonly<Record<string, string>>> {
  if (secret === undefined) return {};
  if (/^https?:/.test(url)) {
    const basic = Buffer.from(`oauth2:${secret.trim()}`).toString("base64");
    return {
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "http.extraHeader",
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
      GIT_CONFIG_KEY_1: "http.followRedirects",
      GIT_CONFIG_VALUE_1: "false",
    };
  }
  const key = join(folder, "push-key");
  await writeFile(key, secret.endsWith("\n") ? secret : `${secret}\n`, { mode: 0o600 });
  await chmod(key, 0o600);
  const quoted = `'${key.replaceAll("'", `'\\''`)}'`;
  return { GIT_SSH_COMMAND: `ssh -i ${quoted} -oIdentitiesOnly=yes -oBatchMode=yes -oStrictHostKeyChecking=yes` };
}
