import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "./folder-entries.ts";

/** A file of the built console by its path below the build's folder; undefined when there is none. */
export type ConsoleFile = (path: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;

/**
 * Reads the built console: `console/` beside the bundle, otherwise the checkout's `dist-console/`. `home` is the folder of the
 * running program. Files are read when they are asked for, so that a build made meanwhile counts at once.
 */
export function openConsole(home: string): ConsoleFile {
  const folders = [join(home, "console"), join(home, "..", "..", "dist-console")];
  return async (path) => {
    // Names of our own build: no dot at a beginning, so none leads out of the folder.
    if (!/^\w[\w.-]*(?:\/\w[\w.-]*)*$/.test(path)) return undefined;
    for (const folder of folders) {
      const found = await read(join(folder, path));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

async function read(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readFile(file);
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(codeOf(thrown) ?? "")) return undefined;
    throw thrown;
  }
}
