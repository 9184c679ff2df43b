import { createHash } from "node:crypto";
import { InputError } from "../../../kernel/errors.ts";
import { tarEntries } from "../../proof/tar-reader.ts";

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
  readonly lines: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

/**
 * Passes an archive on and lists it meanwhile; some 200 bytes of each entry are kept. `listed` throws `InputError` when the archive
 * ends early or is damaged, and so does the stream.
 */
export function listing(source: AsyncIterable<Uint8Array>): {
  readonly stream: AsyncGenerator<Uint8Array>;
  readonly listed: Promise<Listing>;
} {
  const relay = new Relay();
  const listed = listOf(relay).finally(() => relay.close());
  listed.catch(() => undefined); // the stream throws the same
  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) {
        await relay.pass(chunk);
        yield chunk;
      }
      relay.end();
      await listed;
    } catch (thrown) {
      relay.end();
      await listed.catch(() => undefined);
      throw thrown;
    }
  }
  return { stream: stream(), listed };
}

async function listOf(archive: AsyncIterable<Uint8Array>): Promise<Listing> {
  const lines: string[] = [];
  let [files, bytes] = [0, 0];
  for await (const { name, kind, size, changedAt, content } of tarEntries(archive)) {
    const sha256 = createHash("sha256");
    let read = 0;
    for await (const chunk of content) {
      sha256.update(chunk);
      read += chunk.length;
    }
    if (kind === "file") {
      files += 1;
      bytes += read;
    }
    const line: Listed = { path: name, kind, size, changedAt };
    lines.push(JSON.stringify(kind === "file" ? { ...line, sha256: sha256.digest("hex") } : line));
  }
  // Behind the end stands nothing but filling.
  for await (const chunk of archive)
    if (chunk.some((byte) => byte !== 0)) throw new InputError("the tar goes on behind its end");
  return { lines, files, bytes };
}

/** A piece at a time from one who writes to one who reads; whoever reads no more gets the rest thrown away. */
class Relay implements AsyncIterable<Uint8Array> {
  #ready: ((result: IteratorResult<Uint8Array, undefined>) => void) | undefined;
  #taken: (() => void) | undefined;
  #waiting: Uint8Array | undefined;
  #isOver = false;

  pass(chunk: Uint8Array): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    const ready = this.#ready;
    if (ready !== undefined) {
      this.#ready = undefined;
      ready({ value: chunk, done: false });
      return Promise.resolve();
    }
    this.#waiting = chunk;
    return new Promise((resolve) => {
      this.#taken = resolve;
    });
  }

  end(): void {
    this.#isOver = true;
    this.#ready?.({ value: undefined, done: true });
    this.#ready = undefined;
  }

  /** Nobody reads any more. */
  close(): void {
    this.end();
    this.#waiting = undefined;
    this.#taken?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return {
      next: () => {
        const value = this.#waiting;
        if (value !== undefined) {
          this.#waiting = undefined;
          this.#taken?.();
          return Promise.resolve({ value, done: false });
        }
        if (this.#isOver) return Promise.resolve({ value: undefined, done: true });
        return new Promise((resolve) => {
          this.#ready = resolve;
        });
      },
    };
  }
}
