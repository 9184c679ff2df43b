import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, chown, type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { KeyFiles } from "../kernel/backup-ports.ts";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { codeOf } from "./folder-entries.ts";

const named = /^[0-9a-f]{64}$/;
const longest = 64 * 1024;

/** The key files of a repository in a folder (restic.readthedocs.io/en/stable/design.html, "Repository Layout"). */
export function openKeys(repository: string): KeyFiles {
  // As restic sees it, which is started there (programs.ts).
  const folder = join(resolve("/", repository), "keys");
  return {
    list: () => asked(folder, async () => (await entries(folder)).map(({ name }) => name)),
    read: (name) => asked(join(folder, name), () => read(join(folder, name))),
    write: (name, content) => asked(join(folder, name), () => write(folder, name, content)),
  };
}

async function asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof SystemError) throw thrown;
    throw new SystemError(`${what}: ${messageOf(thrown)}`, "stop", { cause: thrown });
  }
}

interface Entry {
  readonly name: string;
  readonly changedAt: number;
}

async function entries(folder: string): Promise<readonly Entry[]> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (codeOf(thrown) === "ENOENT") return [];
    throw thrown;
  });
  const found = await Promise.all(
    names
      .filter((name) => named.test(name))
      .map(async (name): Promise<Entry> => ({ name, changedAt: (await stat(join(folder, name))).mtimeMs })),
  );
  return found.toSorted((a, b) => b.changedAt - a.changedAt);
}

async function read(file: string): Promise<Uint8Array | undefined> {
  let opened: FileHandle;
  try {
    // What is no file, a pipe for one, would wait for ever.
    opened = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
  try {
    const found = await opened.stat();
    if (!found.isFile() || found.size > longest) throw new Error("it is no key file: no file, or longer than one");
    return await opened.readFile();
  } finally {
    await opened.close();
  }
}

/**
 * As restic writes one: beside it, on the disk, then under its name. It belongs to whom the others belong, and may be read by whom
 * they may: restic gives up at a key file that it may not read.
 */
async function write(folder: string, name: string, content: Uint8Array): Promise<void> {
  const file = join(folder, name);
  const others = await entries(folder);
  if (others.some((other) => other.name === name)) return;
  const like = await stat(join(folder, others[0]?.name ?? "."));
  const unfinished = join(folder, `.${randomBytes(8).toString("hex")}-tmp`);
  try {
    const target = await open(unfinished, "wx", 0o600);
    try {
      await target.writeFile(content);
      await target.sync();
      const { uid, gid } = await target.stat();
      if (uid !== like.uid || gid !== like.gid) await chown(unfinished, like.uid, like.gid);
    } finally {
      await target.close();
    }
    await chmod(unfinished, like.mode & (others.length === 0 ? 0o600 : 0o666));
    await rename(unfinished, file);
  } catch (thrown) {
    await rm(unfinished, { force: true });
    throw thrown;
  }
  const above = await open(folder, constants.O_RDONLY);
  await above.sync().finally(() => above.close());
}
