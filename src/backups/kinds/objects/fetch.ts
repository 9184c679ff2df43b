import { hash } from "node:crypto";
import { SystemError } from "../../../kernel/errors.ts";
import type { ObjectBeside, ObjectBucket, ObjectRead } from "../../../kernel/object-store.ts";
import { type Beside, besideOf } from "./beside.ts";
import type { Listed } from "./order.ts";
import type { Wanted } from "./pack.ts";

/** What copying an object came to. `later`: it is too long to be held, and is read when its turn comes. */
export type Fetched =
  | {
      readonly kind: "held";
      readonly object: Wanted;
      readonly content: Uint8Array;
      readonly opened: Opened;
      readonly beside: Beside;
    }
  | { readonly kind: "later"; readonly object: Wanted }
  | { readonly kind: "gone"; readonly object: Wanted }
  | { readonly kind: "left"; readonly object: Wanted; readonly why: string };

/** What is known of an object once it is being read. */
export interface Opened extends ObjectBeside {
  readonly size: number;
  readonly etag: string | undefined;
  readonly version: string | undefined;
  readonly modified: Listed["modified"];
  /** It is another content than the one that was listed. */
  readonly isChanged: boolean;
  readonly md5: string | undefined;
}

/** Objects up to this many bytes are held whole, so that many come at once. */
const heldBytes = 1024 * 1024;
const atOnce = 24;
const continuations = 5;

/** Fetches objects in their order, the next ones while one is written; at most 24 MB of them are held. */
export async function* fetchAhead(
  bucket: ObjectBucket,
  objects: readonly Wanted[],
  signal: AbortSignal,
): AsyncGenerator<Fetched> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const queue: Promise<Fetched>[] = [];
  let next = 0;
  try {
    while (next < objects.length || queue.length > 0) {
      for (let object = objects[next]; queue.length < atOnce && object !== undefined; object = objects[next]) {
        const one = object.deleted === true ? marker(object) : fetchOne(bucket, object, either);
        one.catch(() => undefined); // it is thrown when its turn comes
        queue.push(one);
        next += 1;
      }
      const first = queue.shift();
      if (first !== undefined) yield await first;
    }
  } finally {
    stop.abort();
  }
}

const tries = 3;

async function fetchOne(bucket: ObjectBucket, object: Wanted, signal: AbortSignal): Promise<Fetched> {
  if (object.size > heldBytes) return { kind: "later", object };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const fetched = await tryOne(bucket, object, signal);
      if (fetched.kind !== "left" || attempt > 1) return fetched;
    } catch (thrown) {
      const why = reasonToLeave(thrown, signal);
      if (why !== undefined) return { kind: "left", object, why };
      if (!(thrown instanceof SystemError) || thrown.remedy === "stop" || attempt === tries) throw thrown;
    }
  }
}

/** A delete marker has no content, and nothing is asked for it. */
async function marker(object: Wanted): Promise<Fetched> {
  const { modified, version } = object;
  const nothing = { etag: undefined, md5: undefined, metadata: undefined, tagCount: undefined };
  const opened = { ...nothing, size: 0, version, modified, isChanged: false };
  return { kind: "held", object, content: new Uint8Array(), opened, beside: {} };
}

async function tryOne(bucket: ObjectBucket, object: Wanted, signal: AbortSignal): Promise<Fetched> {
  const found = await open(bucket, object, signal);
  if (!("content" in found)) return found;
  const { opened } = found;
  if (opened.size > heldBytes) return { kind: "later", object };
  const content = await wholeOf(found.content);
  if (isAsItsEtag(content, opened))
    return { kind: "held", object, content, opened, beside: await besideAt(bucket, object, opened) };
  return { kind: "left", object, why: `its bytes are not those that its ETag ${opened.etag} names` };
}

/** By the version that was listed: where none was, the key may have no right to name one. */
export function besideAt(
  bucket: ObjectBucket,
  { key, version }: Wanted,
  { metadata, tagCount }: Opened,
): Promise<Beside> {
  return besideOf(bucket, { key, version, metadata, tagCount });
}

/** Why one object is left out and the others are not: the store does not give it. */
export function reasonToLeave(thrown: unknown, signal: AbortSignal): string | undefined {
  return thrown instanceof SystemError && thrown.remedy === "stop" && !signal.aborted ? thrown.message : undefined;
}

/** An object that is opened, the content that was listed or, where it was replaced since, the one of now. */
export async function open(
  bucket: ObjectBucket,
  object: Wanted,
  signal: AbortSignal,
): Promise<
  | { readonly opened: Opened; readonly content: AsyncIterable<Uint8Array> }
  | Extract<Fetched, { readonly kind: "gone" | "left" }>
> {
  const { version } = object;
  const read = await bucket.get(object.key, { etag: object.etag, version, signal });
  if (read.kind === "read")
    return { opened: openedOf(read, object, false), content: contentOf(bucket, object, read, signal) };
  const now = read.kind === "absent" ? undefined : await bucket.head(object.key, version);
  if (now === undefined) return { kind: "gone", object };
  const again = await bucket.get(object.key, { etag: now.etag, version, signal });
  if (again.kind === "read")
    return { opened: openedOf(again, now, true), content: contentOf(bucket, object, again, signal) };
  if (again.kind === "absent") return { kind: "gone", object };
  return { kind: "left", object, why: "it was replaced again and again while it was copied" };
}

type Read = Extract<ObjectRead, { readonly kind: "read" }>;

function openedOf(read: Read, { modified }: Pick<Listed, "modified">, isChanged: boolean): Opened {
  const { size, etag, version, metadata, tagCount } = read;
  const md5 = read.etagMayBeMd5 && etag !== undefined && /^[0-9a-f]{32}$/.test(etag) ? etag : undefined;
  return { size, etag, version, modified, isChanged, md5, metadata, tagCount };
}

/** What is cut is gone on with where it ended, as long as it is the same content. */
async function* contentOf(
  bucket: ObjectBucket,
  { key, version }: Wanted,
  { content, size, etag }: Read,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let got = 0;
  let source = content;
  for (let attempt = 1; ; attempt += 1) {
    try {
      for await (const chunk of source) {
        got += chunk.length;
        yield chunk;
      }
      return;
    } catch (thrown) {
      const again = thrown instanceof SystemError && thrown.remedy === "retry" && etag !== undefined;
      if (!again || attempt > continuations || got === size) throw thrown;
      const rest = await bucket.get(key, { etag, version, range: { from: got, to: size - 1 }, signal });
      if (rest.kind !== "read")
        throw new SystemError(`${JSON.stringify(key)} was replaced or deleted while it was read`, "retry", {
          cause: thrown,
        });
      source = rest.content;
    }
  }
}

async function wholeOf(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function isAsItsEtag(content: Uint8Array, { md5 }: Opened): boolean {
  return md5 === undefined || hash("md5", content) === md5;
}
