import { InputError } from "../../../kernel/errors.ts";
import type { TarEntry } from "../../proof/tar-reader.ts";
import { archiveFiles } from "./archive-files.ts";

/* Files of one repository in an archive, by their names below this folder. */

export const folder = "repositories/";

/** Opens the archive from its beginning. */
export type Open = () => AsyncIterable<Uint8Array>;

/** Hands on one of its files, and reads the archive to its end then: throws where that is not what was backed up. */
export async function readArchived<T>(
  open: Open,
  { name, file }: { readonly name: string; readonly file: string },
  use: (content: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const used: T[] = [];
  await passArchived(open, { name, files: [file] }, async (_, { content }) => void used.push(await use(content)));
  return used[0] as T;
}

/** The same for several, in the order in which they pass. */
export async function passArchived(
  open: Open,
  { name, files }: { readonly name: string; readonly files: readonly string[] },
  see: (file: string, entry: TarEntry) => Promise<void>,
): Promise<void> {
  const left = new Set(files);
  for await (const entry of archiveFiles(open())) {
    const file = entry.name.slice(folder.length);
    if (entry.name.startsWith(folder) && left.delete(file)) await see(file, entry);
  }
  const [missing] = left;
  if (missing !== undefined) throw new InputError(`${missing} of ${name} is not in the archive any more`);
}
