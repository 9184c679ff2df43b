import { createHash } from "node:crypto";
import { type Feed, isFeed, type Scratch, type StoredFiles } from "../kernel/backup-ports.ts";
import { InputError, SystemError } from "../kernel/errors.ts";
import { whileGrowing } from "./progress/growing.ts";
import type { Part } from "./repository/manifest.ts";
import type { Repository } from "./repository/restic.ts";
import { onceMore } from "./repository/restic-dump.ts";

/** What is stored: a stream, or what a program prints without our seeing it. */
export type Source = AsyncIterable<Uint8Array> | Feed;

/**
 * Stores a stream or a program's output and says what it was. When the source throws, restic is killed before it sees an end, and
 * the source's own words are thrown. `moved` hears of bytes as they go.
 */
export async function storePart(
  repository: Repository,
  { file, tags }: { readonly file: string; readonly tags: readonly string[] },
  source: Source,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<Part> {
  let broken: { readonly thrown: unknown } | undefined;
  const breaks = (thrown: unknown): never => {
    broken = { thrown };
    throw thrown;
  };
  const into = { repository, file, tags, signal, moved };
  try {
    return isFeed(source)
      ? await storeFed(into, { ...source, whole: (ended) => source.whole(ended).catch(breaks) })
      : await storeStream(into, source, breaks);
  } catch (thrown) {
    refuseAborted(signal);
    throw broken === undefined ? thrown : broken.thrown; // restic, which was killed then, has nothing to say about it
  }
}

interface Into {
  readonly repository: Repository;
  readonly file: string;
  readonly tags: readonly string[];
  readonly signal: AbortSignal;
  readonly moved: (bytes: number) => void;
}

/** A stream goes through our hands. */
async function storeStream(
  { repository, file, tags, signal, moved }: Into,
  stream: AsyncIterable<Uint8Array>,
  breaks: (thrown: unknown) => never,
): Promise<Part> {
  const sha256 = createHash("sha256");
  async function* seen(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream) {
        sha256.update(chunk);
        moved(chunk.length);
        yield chunk;
      }
    } catch (thrown) {
      breaks(thrown);
    }
  }
  const { snapshot, bytes, added } = await repository.store(file, tags, seen(), signal);
  return { snapshot, file, bytes, sha256: sha256.digest("hex"), added };
}

/** A program's output does not: what restic says of it is all that is known. */
async function storeFed({ repository, file, tags, signal, moved }: Into, feed: Feed): Promise<Part> {
  let seen = 0;
  const { snapshot, bytes, added } = await repository.store(file, tags, feed, signal, (done) => {
    moved(done - seen);
    seen = done;
  });
  const { id, tree } = await repository.snapshot(snapshot, signal);
  return { snapshot: id, file, bytes, tree, added };
}

/** Hears how far a part is read. */
export type Seen = (part: Part, position: number) => void;

/**
 * A part's bytes; throws `InputError` at their end when they are not those that the manifest names. With the signal the reading ends
 * at once.
 */
export async function* readPart(
  repository: Repository,
  part: Part,
  signal: AbortSignal | undefined,
  seen: Seen = () => undefined,
): AsyncGenerator<Uint8Array> {
  const sha256 = createHash("sha256");
  const asked = treeOf(repository, part, signal);
  let position = 0;
  for await (const chunk of repository.dump(part.snapshot, part.file, signal)) {
    if (part.sha256 !== undefined) sha256.update(chunk);
    position += chunk.length;
    seen(part, position);
    yield chunk;
  }
  refuseOther(part, { sha256: sha256.digest("hex"), tree: await asked });
}

/** Writes a part into a file of the scratch folder; throws as `readPart`. What grows there is looked at by `watch`. */
export async function placePart(
  repository: Repository,
  part: Part,
  scratch: Scratch,
  signal: AbortSignal | undefined,
  watch?: { readonly seen: Seen; readonly files: Pick<StoredFiles, "look"> },
): Promise<void> {
  // Only what has a digest of its bytes has to be seen.
  if (part.sha256 !== undefined) return scratch.write(part.file, readPart(repository, part, signal, watch?.seen));
  const asked = treeOf(repository, part, signal);
  const place = async (path: string): Promise<void> => {
    const dump = (): Promise<void> => repository.dumpInto(path, part.snapshot, part.file, signal);
    if (watch === undefined) return dump();
    await whileGrowing(path, watch.files, (bytes) => watch.seen(part, bytes), dump);
    watch.seen(part, part.bytes);
  };
  await onceMore(() => scratch.place(part.file, place));
  refuseOther(part, { tree: await asked });
}

function refuseOther(part: Part, found: Pick<Part, "sha256" | "tree">): void {
  const isThat = part.sha256 === undefined ? found.tree === part.tree : found.sha256 === part.sha256;
  if (!isThat) throw new InputError(`the bytes of ${part.file} are not those that the manifest names`);
}

/** Of a part that is bound by it; asked beside its reading, which tells better why there is none. */
function treeOf(
  repository: Repository,
  { tree, snapshot }: Part,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (tree === undefined) return Promise.resolve(undefined);
  const asked = repository.snapshot(snapshot, signal).then((found) => found.tree);
  asked.catch(() => undefined);
  return asked;
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
