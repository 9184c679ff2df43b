import { createHash } from "node:crypto";
import { InputError } from "../../../kernel/errors.ts";
import { tarEntries } from "../../proof/tar-reader.ts";
import { Passing } from "../passing.ts";

/** What an archive holds, one line of JSON each, in its order; of files the digest of their content. */
export interface Listed {
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** Seconds since 1970. */
  readonly changedAt: number;
  readonly sha256?: string;
}

export interface Listing {
  readonly files: number;
  /** Of the files' content. */
  readonly bytes: number;
  readonly entries: number;
}

/** Hears each entry as it goes by; the archive waits meanwhile. */
export type Heard = (entry: Listed) => Promise<void> | void;

/**
 * Passes an archive on and lists it meanwhile; nothing of the list is kept. `listed` throws `InputError` when the archive ends early or
 * is damaged, and so does the stream.
 */
export function listing(
  source: AsyncIterable<Uint8Array>,
  heard: Heard,
): {
  readonly stream: AsyncGenerator<Uint8Array>;
  readonly listed: Promise<Listing>;
} {
  const passing = new Passing();
  const listed = listOf(passing.pieces(), heard).finally(() => passing.stop());
  listed.catch(() => undefined); // the stream throws the same
  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) {
        await passing.put(chunk);
        yield chunk;
      }
      passing.end();
      await listed;
    } catch (thrown) {
      passing.end();
      await listed.catch(() => undefined);
      throw thrown;
    }
  }
  return { stream: stream(), listed };
}

/** An entry in the backup's list. */
export function lineOf(entry: Listed): string {
  return `${JSON.stringify(entry)}\n`;
}

async function listOf(archive: AsyncIterable<Uint8Array>, heard: Heard): Promise<Listing> {
  let [files, bytes, entries] = [0, 0, 0];
  for await (const { name, kind, size, changedAt, content } of tarEntries(archive)) {
    const sha256 = createHash("sha256");
    let read = 0;
    for await (const chunk of content) {
      sha256.update(chunk);
      read += chunk.length;
    }
    const entry: Listed = { path: name, kind, size, changedAt };
    entries += 1;
    if (kind === "file") {
      files += 1;
      bytes += read;
    }
    await heard(kind === "file" ? { ...entry, sha256: sha256.digest("hex") } : entry);
  }
  // Behind the end stands nothing but filling.
  for await (const chunk of archive)
    if (chunk.some((byte) => byte !== 0)) throw new InputError("the tar goes on behind its end");
  return { files, bytes, entries };
}
