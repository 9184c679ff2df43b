import { accessSync, constants, createReadStream, statSync } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RunAs, StoredFile, StoredFiles } from "../kernel/backup-ports.ts";
import { messageOf, SystemError } from "../kernel/errors.ts";
import { codeOf } from "./folder-entries.ts";

/** Files of this machine, read only. What cannot be read throws `SystemError`. */
export const storedFiles: StoredFiles = {
  async look(path) {
    try {
      return described(path, await stat(path));
    } catch (thrown) {
      if (codeOf(thrown) === "ENOENT" || codeOf(thrown) === "ENOTDIR") return undefined;
      throw refused(path, thrown);
    }
  },
  async list(folder) {
    try {
      const names = await readdir(folder);
      return await Promise.all(
        names.sort().map(async (name) => described(join(folder, name), await lstat(join(folder, name)))),
      );
    } catch (thrown) {
      throw refused(folder, thrown);
    }
  },
  async *read(path) {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) yield chunk as Uint8Array;
    } catch (thrown) {
      throw refused(path, thrown);
    }
  },
  readableBy,
};

interface Stats {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  readonly size: number;
  readonly mtimeMs: number;
}

function described(path: string, stats: Stats): StoredFile {
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "folder" : stats.isSymbolicLink() ? "link" : "other";
  return { path, kind, size: stats.size, changedAt: stats.mtimeMs };
}

function refused(path: string, thrown: unknown): SystemError {
  const words: Readonly<Record<string, string>> = { EACCES: "we may not read it", EIO: "the disk fails to read it" };
  return new SystemError(`${path}: ${words[codeOf(thrown) ?? ""] ?? messageOf(thrown)}`, "stop", { cause: thrown });
}

function readableBy(path: string, user: RunAs | undefined): boolean {
  try {
    if (user === undefined) {
      accessSync(path, constants.R_OK);
      return true;
    }
    if (!allows(path, user, 0o4)) return false;
    for (let here = dirname(path); ; here = dirname(here)) {
      if (!allows(here, user, 0o1)) return false;
      if (here === dirname(here)) return true;
    }
  } catch {
    return false;
  }
}

function allows(path: string, user: RunAs, right: number): boolean {
  const { uid, gid, mode } = statSync(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return (mode & (right << shift)) !== 0;
}
