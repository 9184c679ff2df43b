import { createHash } from "node:crypto";
import { type Feed, isFeed, type Scratch } from "../kernel/backup-ports.ts";
import { InputError, SystemError } from "../kernel/errors.ts";
import type { Part } from "./repository/manifest.ts";
import type { Repository } from "./repository/restic.ts";

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
  const storing = isFeed(source) ? new FedPart(source, moved) : new StreamedPart(source, moved);
  try {
    const stored = await repository.store(file, tags, storing.source, signal, (bytes) => storing.done(bytes));
    return {
      file,
      bytes: stored.bytes,
      added: stored.added,
      ...(await storing.bound(stored.snapshot, repository, signal)),
    };
  } catch (thrown) {
    refuseAborted(signal);
    const { broken } = storing;
    throw broken === undefined ? thrown : broken.thrown; // restic, which was killed then, has nothing to say about it
  }
}

type Bound = Pick<Part, "snapshot" | "sha256" | "tree">;

/** A stream goes through our hands. */
class StreamedPart {
  broken: { readonly thrown: unknown } | undefined;
  readonly #stream: AsyncIterable<Uint8Array>;
  readonly #moved: (bytes: number) => void;
  readonly #sha256 = createHash("sha256");

  constructor(stream: AsyncIterable<Uint8Array>, moved: (bytes: number) => void) {
    this.#stream = stream;
    this.#moved = moved;
  }

  get source(): AsyncIterable<Uint8Array> {
    return this.#counted();
  }

  async *#counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#stream) {
        this.#sha256.update(chunk);
        this.#moved(chunk.length);
        yield chunk;
      }
    } catch (thrown) {
      this.broken = { thrown };
      throw thrown;
    }
  }

  done(_bytes: number): void {}

  async bound(snapshot: string): Promise<Bound> {
    return { snapshot, sha256: this.#sha256.digest("hex") };
  }
}

/** A program's output does not: what restic says of it is all that is known. */
class FedPart {
  broken: { readonly thrown: unknown } | undefined;
  readonly #feed: Feed;
  readonly #moved: (bytes: number) => void;
  #seen = 0;

  constructor(feed: Feed, moved: (bytes: number) => void) {
    this.#feed = feed;
    this.#moved = moved;
  }

  get source(): Feed {
    return {
      call: this.#feed.call,
      whole: async (ended) => {
        try {
          await this.#feed.whole(ended);
        } catch (thrown) {
          this.broken = { thrown };
          throw thrown;
        }
      },
    };
  }

  done(bytes: number): void {
    this.#moved(bytes - this.#seen);
    this.#seen = bytes;
  }

  async bound(snapshot: string, repository: Repository, signal: AbortSignal): Promise<Bound> {
    const { id, tree } = await repository.snapshot(snapshot, signal);
    return { snapshot: id, tree };
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
  const asked = treeOf(repository, part, signal);
  for await (const chunk of repository.dump(part.snapshot, part.file, signal)) {
    if (part.sha256 !== undefined) sha256.update(chunk);
    yield chunk;
  }
  refuseOther(part, { sha256: sha256.digest("hex"), tree: await asked });
}

/** Writes a part into a file of the scratch folder; throws as `readPart`. */
export async function placePart(
  repository: Repository,
  part: Part,
  scratch: Scratch,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Only what has a digest of its bytes has to be seen.
  if (part.sha256 !== undefined) return scratch.write(part.file, readPart(repository, part, signal));
  const asked = treeOf(repository, part, signal);
  await scratch.place(part.file, (path) => repository.dumpInto(path, part.snapshot, part.file, signal));
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
