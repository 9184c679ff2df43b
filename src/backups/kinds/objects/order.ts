import { SystemError } from "../../../kernel/errors.ts";
import type { ListedObject, ObjectBucket } from "../../../kernel/object-store.ts";
import { refuseAborted } from "../../parts.ts";

/** The order of keys' UTF-8 bytes, in which S3 lists (docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html). */
export function byKey(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

/** Halves of characters beyond U+FFFF come after all others. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** A bucket's list, asked for anew each time, in the order of keys and no key twice. */
export class Listing {
  readonly #bucket: ObjectBucket;
  readonly #prefix: string;
  readonly #signal: AbortSignal;
  #held: readonly ListedObject[] | undefined;
  /** A store that lists otherwise is held in memory whole; known once it was listed to its end. */
  inOrder = true;

  constructor(bucket: ObjectBucket, prefix: string, signal: AbortSignal) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#signal = signal;
  }

  /** Ends where it is found to be out of order: look at `inOrder` then. */
  async *objects(): AsyncGenerator<ListedObject> {
    if (this.#held !== undefined) {
      yield* this.#held;
      return;
    }
    let last: string | undefined;
    for await (const page of this.#bucket.list(this.#prefix, this.#signal)) {
      refuseAborted(this.#signal);
      for (const object of page) {
        const order = last === undefined ? 1 : byKey(object.key, last);
        if (order < 0) {
          this.inOrder = false;
          return;
        }
        if (order > 0) yield object;
        last = object.key;
      }
    }
  }

  /** From here on each list is this one. */
  async hold(): Promise<void> {
    const all = new Map<string, ListedObject>();
    for await (const page of this.#bucket.list(this.#prefix, this.#signal)) {
      refuseAborted(this.#signal);
      for (const object of page) all.set(object.key, object);
    }
    this.#held = [...all.values()].toSorted((a, b) => byKey(a.key, b.key));
    this.inOrder = true;
  }

  refuseDisorder(): void {
    if (this.inOrder) return;
    throw new SystemError(`${this.#bucket.label} listed its keys in order before, and now it does not`, "retry");
  }
}
