import { createHash, hash } from "node:crypto";
import { SystemError } from "../../../kernel/errors.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { Beside } from "./beside.ts";
import type { Left, ObjectEntry } from "./body.ts";
import { besideAt, type Fetched, fetchAhead, type Opened, open, reasonToLeave } from "./fetch.ts";
import type { Listed } from "./order.ts";
import { tarEnd, tarHeader, tarPadding } from "./tar-writer.ts";

/** An object that is to be copied, and how many versions of its key that were copied earlier come before it. */
export type Wanted = Listed & { readonly behind?: number };

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
  objects: readonly Wanted[],
  pack: number,
  copied: Copied,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let place = 0;
  for await (const fetched of fetchAhead(bucket, objects, signal)) {
    const written = yield* writeOne(bucket, fetched, place, copied, signal);
    if (written === undefined) continue;
    copied.entries.push(entryOf(fetched.object, written, pack, place));
    if (written.opened.isChanged) copied.changed.push(fetched.object.key);
    place += 1;
  }
  yield tarEnd;
}

interface Written {
  readonly opened: Opened;
  readonly sha256: string;
  readonly beside: Beside;
}

function entryOf(
  { key, version: listed, latest, deleted, behind }: Wanted,
  { opened, sha256, beside }: Written,
  pack: number,
  place: number,
): ObjectEntry {
  const { size, etag, modified, version = listed } = opened;
  return {
    key,
    size,
    ...(etag === undefined ? {} : { etag }),
    modified,
    ...(version === undefined ? {} : { version }),
    ...(latest === false ? { older: true } : {}),
    ...(deleted === true ? { deleted } : {}),
    ...(behind === undefined || behind === 0 ? {} : { behind }),
    sha256,
    ...beside,
    pack,
    place,
  };
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
      const { opened, content, beside } = fetched;
      yield Buffer.concat([headerOf(key, place, opened), content, tarPadding(opened.size)]);
      return { opened, sha256: hash("sha256", content), beside };
    }
    case "later": {
      const found = await openLarge(bucket, fetched.object, signal);
      if ("content" in found) {
        const { opened, content } = found;
        const sha256 = yield* streamed(key, place, opened, content);
        return { opened, sha256, beside: await besideAt(bucket, fetched.object, opened) };
      }
      return yield* writeOne(bucket, found, place, copied, signal);
    }
  }
}

async function openLarge(bucket: ObjectBucket, object: Wanted, signal: AbortSignal): ReturnType<typeof open> {
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
): AsyncGenerator<Uint8Array, string> {
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
  return sha256.digest("hex");
}

function headerOf(key: string, place: number, { size, modified }: Opened): Uint8Array {
  return tarHeader(`${place}/${key}`, size, Date.parse(modified) / 1000);
}
