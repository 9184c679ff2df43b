import { createHash, hash } from "node:crypto";
import { SystemError } from "../../../kernel/errors.ts";
import type { ListedObject, ObjectBucket } from "../../../kernel/object-store.ts";
import type { Left, ObjectEntry } from "./body.ts";
import { type Fetched, fetchAhead, type Opened, open, reasonToLeave } from "./fetch.ts";
import { tarEnd, tarHeader, tarPadding } from "./tar-writer.ts";

/** What became of the objects that were to be copied. */
export interface Copied {
  readonly entries: ObjectEntry[];
  readonly changed: string[];
  readonly gone: string[];
  readonly left: Left[];
}

const packBytes = 256 * 1024 * 1024;
const packObjects = 20_000;

/** Whether a pack of so many objects has no place for one more; one that is larger than a pack has one for itself. */
export function isFull(objects: number, bytes: number, more: number): boolean {
  return objects === packObjects || (objects > 0 && bytes + more > packBytes);
}

/** What is written at once: small objects by the hundred, so that each does not make the way to restic alone. */
const lotBytes = 256 * 1024;

/** Objects as a tar whose files are named by their place and key; tells `copied` of each, in the order of the tar. */
export async function* packed(...all: Parameters<typeof files>): AsyncGenerator<Uint8Array> {
  let lot: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of files(...all)) {
    lot.push(chunk);
    bytes += chunk.length;
    if (bytes < lotBytes) continue;
    yield Buffer.concat(lot, bytes);
    [lot, bytes] = [[], 0];
  }
  yield Buffer.concat(lot, bytes);
}

async function* files(
  bucket: ObjectBucket,
  objects: readonly ListedObject[],
  pack: number,
  copied: Copied,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let place = 0;
  for await (const fetched of fetchAhead(bucket, objects, signal)) {
    const written = yield* writeOne(bucket, fetched, place, copied, signal);
    if (written === undefined) continue;
    const { key } = fetched.object;
    const { size, etag, version, modified, isChanged } = written.opened;
    copied.entries.push({
      key,
      size,
      ...(etag === undefined ? {} : { etag }),
      modified,
      ...(version === undefined ? {} : { version }),
      sha256: written.sha256,
      pack,
      place,
    });
    if (isChanged) copied.changed.push(key);
    place += 1;
  }
  yield tarEnd;
}

interface Written {
  readonly opened: Opened;
  readonly sha256: string;
}

async function* writeOne(
  bucket: ObjectBucket,
  fetched: Fetched,
  place: number,
  copied: Copied,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, Written | undefined> {
  const { key } = fetched.object;
  switch (fetched.kind) {
    case "gone":
      copied.gone.push(key);
      return undefined;
    case "left":
      copied.left.push({ key, why: fetched.why });
      return undefined;
    case "held": {
      const { opened, content } = fetched;
      yield Buffer.concat([headerOf(key, place, opened), content, tarPadding(opened.size)]);
      return { opened, sha256: hash("sha256", content) };
    }
    case "later": {
      const found = await openLarge(bucket, fetched.object, signal);
      if ("content" in found) return yield* streamed(key, place, found.opened, found.content);
      return yield* writeOne(bucket, found, place, copied, signal);
    }
  }
}

async function openLarge(bucket: ObjectBucket, object: ListedObject, signal: AbortSignal): ReturnType<typeof open> {
  try {
    return await open(bucket, object, signal);
  } catch (thrown) {
    const why = reasonToLeave(thrown, signal);
    if (why === undefined) throw thrown;
    return { kind: "left", object, why };
  }
}

async function* streamed(
  key: string,
  place: number,
  opened: Opened,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, Written> {
  const sha256 = createHash("sha256");
  const md5 = opened.md5 === undefined ? undefined : createHash("md5");
  yield headerOf(key, place, opened);
  for await (const chunk of content) {
    sha256.update(chunk);
    md5?.update(chunk);
    yield chunk;
  }
  if (md5?.digest("hex") !== opened.md5)
    throw new SystemError(`${JSON.stringify(key)}: its bytes are not those that its ETag names`, "retry");
  yield tarPadding(opened.size);
  return { opened, sha256: sha256.digest("hex") };
}

function headerOf(key: string, place: number, { size, modified }: Opened): Uint8Array {
  return tarHeader(`${place}/${key}`, size, Date.parse(modified) / 1000);
}
