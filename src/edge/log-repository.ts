import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "../kernel/ports.ts";
import { openGit, runGit } from "./git.ts";

/** How a repository is fetched, or the log's branch pushed. */
export interface GitCredential {
  /** `https://…`, `ssh://…`, `git@host:path` or, for a repository on this machine, `file://…`. */
  readonly url: string;
  /** A token (https) or a private key (SSH), for what is done with it alone; none for `file://`. */
  readonly secret: string | undefined;
}

/** No Git of ours runs longer than two minutes: a lock of that age was left by one that was killed. */
const staleMillis = 600_000;
const keyPrefix = "key-";

/**
 * A bare repository of our own, kept in `folder` for one process; made where there is none. It may be lost. Locks that a killed
 * Git left in it are removed, and keys that we did not come to remove.
 */
export async function openLogRepository(folder: string): Promise<Git> {
  if (!existsSync(join(folder, "HEAD"))) await makeBare(folder);
  await removeStale(folder);
  return openGit(folder, { protocols: ["https", "http", "ssh", "file"], timeoutMs: 120_000 });
}

/** Beside it first: two processes may be about to make it at once, and neither may meet what the other has half made. */
async function makeBare(folder: string): Promise<void> {
  const draft = `${folder}.${randomBytes(6).toString("hex")}`;
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    await runGit(draft, ["init", "--quiet", "--bare", "."]);
    await rename(draft, folder);
  } catch (thrown) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw thrown;
    if (!existsSync(join(folder, "HEAD"))) await runGit(folder, ["init", "--quiet", "--bare", "."]);
  }
}

async function removeStale(folder: string): Promise<void> {
  const refs = await readdir(join(folder, "refs"), { recursive: true });
  const names = [...refs.map((name) => join("refs", name)), ...(await readdir(folder))];
  const left = names.filter((name) => name.endsWith(".lock") || name.startsWith(keyPrefix) || name === "push-key");
  for (const file of left.map((name) => join(folder, name))) {
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > staleMillis) await rm(file, { force: true });
  }
}

/**
 * Does `work` with Git's variables for a credential. It is never part of an argument or of the URL, both of which every process
 * of the machine can read; redirects, which would carry it elsewhere, are not followed. A private key, which SSH reads from a
 * file, is one in `folder` for as long as the work takes.
 */
export async function withCredential<T>(
  folder: string,
  { url, secret }: GitCredential,
  work: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (secret === undefined) return work({});
  if (/^https?:/.test(url)) return work(headerVariables(secret));
  const key = join(folder, `${keyPrefix}${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(key, secret.endsWith("\n") ? secret : `${secret}\n`, { mode: 0o600, flag: "wx" });
    const quoted = `'${key.replaceAll("'", `'\\''`)}'`;
    return await work({
      GIT_SSH_COMMAND: `ssh -i ${quoted} -oIdentitiesOnly=yes -oBatchMode=yes -oStrictHostKeyChecking=yes`,
    });
  } finally {
    await rm(key, { force: true });
  }
}

function headerVariables(secret: string): Readonly<Record<string, string>> {
  const basic = Buffer.from(`oauth2:${secret.trim()}`).toString("base64");
  return {
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "http.extraHeader",
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    GIT_CONFIG_KEY_1: "http.followRedirects",
    GIT_CONFIG_VALUE_1: "false",
  };
}
