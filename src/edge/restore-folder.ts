import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { RestoreFolder } from "../kernel/backup-ports.ts";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import { codeOf } from "./folder-entries.ts";

/** A folder for what is restored; only its owner may enter what we make. */
export async function openFolder(folder: string): Promise<RestoreFolder> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw new InputError(`${folder} cannot be made: ${messageOf(thrown)}`, { cause: thrown });
  }
  return {
    folder,
    isEmpty: async () => (await readdir(folder)).length === 0,
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    write: (names, content) => write(placeOf(folder, names), content),
    async inner(names) {
      const place = placeOf(folder, names);
      await mkdir(place, { recursive: true, mode: 0o700 });
      return place;
    },
    rename: (from, to) => rename(placeOf(folder, from), placeOf(folder, to)),
    remove: (names) => rm(placeOf(folder, names), { recursive: true, force: true }),
  };
}

function placeOf(folder: string, names: readonly string[]): string {
  const strange = names.find((name) => name === "" || name === "." || name === ".." || /[/\0]/.test(name));
  if (strange !== undefined || names.length === 0)
    throw new InputError(`${JSON.stringify(names.join("/"))} is no name for a file`);
  return join(folder, ...names);
}

/** What breaks leaves nothing that looks whole. */
async function write(file: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  let made = false;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const target = createWriteStream(file, { flags: "wx", mode: 0o600 });
    target.once("open", () => {
      made = true;
    });
    await pipeline(Readable.from(content, { objectMode: false }), target);
  } catch (thrown) {
    if (made) await rm(file, { force: true });
    const code = codeOf(thrown);
    if (code === "ENOSPC") throw new SystemError(`the disk of ${file} is full`, "stop", { cause: thrown });
    if (code === "EEXIST" || code === "ENOTDIR" || code === "ENAMETOOLONG")
      throw new InputError(`${file} cannot be written: ${messageOf(thrown)}`, { cause: thrown });
    throw thrown;
  }
}
