import { createHash } from "node:crypto";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { Part } from "./repository/manifest.ts";
import type { Repository } from "./repository/restic.ts";

/**
 * Stores a stream and says what it was. When the stream throws, restic is killed before it sees an end, and the stream's own
 * words are thrown. `moved` hears of each piece.
 */
export async function storePart(
  repository: Repository,
  { file, tags }: { readonly file: string; readonly tags: readonly string[] },
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<Part> {
  const sha256 = createHash("sha256");
  let bytes = 0;
  let broken: { readonly thrown: unknown } | undefined;
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream) {
        sha256.update(chunk);
        bytes += chunk.length;
        moved(chunk.length);
        yield chunk;
      }
    } catch (thrown) {
      broken = { thrown };
      throw thrown;
    }
  }
  try {
    const { snapshot, added } = await repository.store(file, tags, counted(), signal);
    return { snapshot, file, bytes, sha256: sha256.digest("hex"), added };
  } catch (thrown) {
    refuseAborted(signal);
    throw broken === undefined ? thrown : broken.thrown; // restic, which was killed then, has nothing to say about it
  }
}

/**
 * A part's bytes; throws `InputError` at their end when they are not those that the manifest names. With the signal the reading ends
 * at once.
 */
export async function* readPart(
  repository: Repository,
  part: Part,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const sha256 = createHash("sha256");
  for await (const chunk of repository.dump(part.snapshot, part.file, signal)) {
    sha256.update(chunk);
    yield chunk;
  }
  if (sha256.digest("hex") !== part.sha256)
    throw new InputError(`the bytes of ${part.file} are not those that the manifest names`);
}

export async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Throws the signal's own reason where it is an error of ours. */
export function refuseAborted(
  signal: AbortSignal,
  words = "the backup was broken off; what it left is no backup",
): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof SystemError || signal.reason instanceof InputError) throw signal.reason;
  throw new SystemError(words, "stop");
}
