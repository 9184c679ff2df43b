import { SystemError } from "../../../kernel/errors.ts";
import type { ListedObject, ObjectBucket, ObjectVersion } from "../../../kernel/object-store.ts";
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

/** An object as it is listed; or one of the versions that a key has had, or a delete marker. */
export type Listed = ListedObject & Partial<Pick<ObjectVersion, "version" | "latest" | "deleted">>;

/** What a key has now; nothing where it is deleted. */
export function currentOf(versions: readonly Listed[]): Listed | undefined {
  return versions.find(({ latest = true, deleted = false }) => latest && !deleted);
}

/** A bucket's list, asked for anew each time: key by key in their order, of each its object, or its versions, the oldest first. */
export class Listing {
  readonly #bucket: ObjectBucket;
  readonly #prefix: string;
  readonly #signal: AbortSignal;
  readonly #withVersions: boolean;
  #held: readonly (readonly Listed[])[] | undefined;
  /** A store that lists otherwise is held in memory whole; known once it was listed to its end. */
  inOrder = true;

  constructor(bucket: ObjectBucket, prefix: string, signal: AbortSignal, withVersions = false) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#signal = signal;
    this.#withVersions = withVersions;
  }

  /** Ends where it is found to be out of order: look at `inOrder` then. Holds the versions of one key. */
  async *keys(): AsyncGenerator<readonly Listed[]> {
    if (this.#held !== undefined) {
      yield* this.#held;
      return;
    }
    let group: Listed[] = [];
    for await (const object of this.#listed()) {
      const order = group[0] === undefined ? 1 : byKey(object.key, group[0].key);
      if (order < 0) {
        this.inOrder = false;
        return;
      }
      if (order > 0 && group.length > 0) {
        yield group.reverse();
        group = [];
      }
      if (order > 0 || this.#withVersions) group.push(object);
    }
    if (group.length > 0) yield group.reverse();
  }

  async *#listed(): AsyncGenerator<Listed> {
    const pages: AsyncIterable<readonly Listed[]> = this.#withVersions
      ? this.#bucket.versions(this.#prefix, this.#signal)
      : this.#bucket.list(this.#prefix, this.#signal);
    for await (const page of pages) {
      refuseAborted(this.#signal);
      yield* page;
    }
  }

  /** From here on each list is this one. */
  async hold(): Promise<void> {
    const all = new Map<string, Listed[]>();
    for await (const object of this.#listed()) {
      const there = all.get(object.key);
      if (there === undefined || !this.#withVersions) all.set(object.key, [object]);
      else there.push(object);
    }
    this.#held = [...all].toSorted(([a], [b]) => byKey(a, b)).map(([, versions]) => versions.reverse());
    this.inOrder = true;
  }

  refuseDisorder(): void {
    if (this.inOrder) return;
    throw new SystemError(`${this.#bucket.label} listed its keys in order before, and now it does not`, "retry");
  }
}
