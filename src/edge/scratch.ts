import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chown, lstat, mkdir, readdir, rm, statfs } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { RunAs, Scratch, ScratchFolders } from "../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import { codeOf } from "./folder-entries.ts";
import { processStart } from "./process-start.ts";

/*
 * A folder's name says which process made it, by number and by the moment it began, so that a number used again is not taken
 * for it. Whose process is gone, whose folder is debris.
 */
const nameOf = /^millwright-proof-(\d+)-(\d+)-[0-9a-f]{12}$/;

/** Folders for restored data, below a folder that others may share. Nothing is followed or removed that is not ours. */
export const scratchFolders: ScratchFolders = {
  async make(parent, user) {
    const removed = await removeDebris(parent, user);
    const name = `millwright-proof-${process.pid}-${processStart(process.pid) ?? 0}-${randomBytes(6).toString("hex")}`;
    const folder = join(parent, name);
    try {
      await mkdir(folder, { mode: 0o700 });
      if (user !== undefined) await chown(folder, user.uid, user.gid);
    } catch (thrown) {
      throw new InputError(`no folder can be made in ${parent}: ${messageOf(thrown)}; name another by --scratch`, {
        cause: thrown,
      });
    }
    return { scratch: open(folder, user), removed };
  },
};

function open(folder: string, user: RunAs | undefined): Scratch {
  return {
    folder,
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    write(name, content) {
      return this.place(name, (file) =>
        pipeline(Readable.from(content, { objectMode: false }), createWriteStream(file, { flags: "wx", mode: 0o600 })),
      );
    },
    async place(name, make) {
      if (name !== basename(name) || name.startsWith(".")) throw new InputError(`${name} is no plain file name`);
      const file = join(folder, name);
      try {
        await make(file);
        if (user !== undefined) await chown(file, user.uid, user.gid);
      } catch (thrown) {
        if (codeOf(thrown) !== "EEXIST") await rm(file, { force: true });
        if (codeOf(thrown) === "ENOSPC")
          throw new SystemError(`the disk of ${folder} is full`, "stop", { cause: thrown });
        throw thrown;
      }
    },
    async inner() {
      const inside = join(folder, `unpacked-${randomBytes(6).toString("hex")}`);
      await mkdir(inside, { mode: 0o700 });
      if (user !== undefined) await chown(inside, user.uid, user.gid);
      return open(inside, user);
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

async function removeDebris(parent: string, user: RunAs | undefined): Promise<number> {
  const mine = new Set([process.getuid?.(), user?.uid]);
  let removed = 0;
  for (const name of await namesIn(parent)) {
    const [, pid, started] = nameOf.exec(name) ?? [];
    if (pid === undefined || processStart(Number(pid)) === started) continue;
    const folder = join(parent, name);
    const stats = await lstat(folder).catch(() => undefined);
    if (stats === undefined || !stats.isDirectory() || !mine.has(stats.uid)) continue;
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    removed += 1;
  }
  return removed;
}

async function namesIn(parent: string): Promise<readonly string[]> {
  try {
    return await readdir(parent);
  } catch (thrown) {
    throw new InputError(
      `the folder ${parent} cannot be used for restored data: ${messageOf(thrown)}; name another by --scratch`,
      { cause: thrown },
    );
  }
}
