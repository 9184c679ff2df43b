import { type TarEntry, wholeTar } from "../../proof/tar-reader.ts";

/**
 * The files of a toolbox's archive in their order, by their names without the `./` before them. Read to its end it has read all of the
 * source, which tells its digest there; a reader that stops sooner ends the source. Holds no more than a piece of it.
 */
export async function* archiveFiles(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  for await (const entry of wholeTar(source))
    if (entry.kind === "file") yield { ...entry, name: entry.name.replace(/^\.\//, "") };
}
