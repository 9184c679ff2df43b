import { type TarEntry, tarEntries } from "../../proof/tar-reader.ts";

/**
 * The files of a toolbox's archive in their order, by their names without the `./` before them. Read to its end it has read all of the
 * source, which tells its digest there; a reader that stops sooner ends the source. Holds no more than a piece of it.
 */
export async function* archiveFiles(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const input = source[Symbol.asyncIterator]();
  const whole = { [Symbol.asyncIterator]: () => input };
  for await (const entry of tarEntries(whole))
    if (entry.kind === "file") yield { ...entry, name: entry.name.replace(/^\.\//, "") };
  for await (const _ of whole);
}
