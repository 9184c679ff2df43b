import type { Instant } from "./instant.ts";

/** Where a bucket is and who asks it. */
export interface BucketAddress {
  /** `https://s3.example.org`: buckets are named in the path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  /** As the store gives it, without quotes; some give none. The MD5 of the content only where it has that form, and not always then. */
  readonly etag: string | undefined;
  readonly modified: Instant;
}

/** One of the contents that a key has had. */
export interface ObjectVersion {
  readonly key: string;
  readonly version: string;
  readonly latest: boolean;
  /** A delete marker: since then the key is not there. */
  readonly deleted: boolean;
}

/** What keeps a bucket's objects from being changed. */
export interface ObjectLock {
  readonly enabled: boolean;
  /** For what is put without a date of its own; undefined: such objects are not kept. */
  readonly usual: { readonly mode: "governance" | "compliance"; readonly days: number } | undefined;
}

/** What a question for a content came back with. `changed`: it is no longer the one that was asked for. */
export type ObjectRead =
  | {
      readonly kind: "read";
      /** Of what is read: of the range, where one was asked for. */
      readonly size: number;
      readonly etag: string | undefined;
      readonly version: string | undefined;
      /** Whether the etag can be the MD5 of the content: not of what is kept encrypted by a key of the store's own. */
      readonly etagMayBeMd5: boolean;
      /** Must be read or broken off. Throws `SystemError` to be tried again when it is cut: what is short never looks whole. */
      readonly content: AsyncIterable<Uint8Array>;
    }
  | { readonly kind: "absent" }
  | { readonly kind: "changed" };

/**
 * A bucket of an object store that speaks S3. What is *absent* is an answer; what is refused, or a bucket that is not there, throws
 * `SystemError` with remedy `stop` and the right that is missing; what is cut, too slow, or a store that is busy or broken is asked
 * again some times and then throws with remedy `retry`. No message holds a key.
 */
export interface ObjectBucket {
  /** `https://s3.example.org/bucket` */
  readonly label: string;
  /** Page by page, in the order of the keys. An answer that is no whole list throws: it never looks like an empty one. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly ListedObject[]>;
  /** Of every key, also of those that are deleted. */
  versions(prefix: string, signal?: AbortSignal): AsyncIterable<readonly ObjectVersion[]>;
  isVersioned(): Promise<boolean>;
  /** Needs s3:GetBucketObjectLockConfiguration. */
  objectLock(): Promise<ObjectLock>;
  /** Whether the bucket is there. */
  exists(): Promise<boolean>;
  /** undefined: there is no such object. */
  head(key: string): Promise<ListedObject | undefined>;
  get(key: string, options?: ObjectReadOptions): Promise<ObjectRead>;
  /** In parts of 16 MB when it is longer; a stream that throws leaves nothing. */
  put(key: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** Does nothing where there is none. */
  delete(key: string): Promise<void>;
}

export interface ObjectReadOptions {
  /** Only this very content. */
  readonly etag?: string | undefined;
  /** Bytes from and up to, both included. */
  readonly range?: { readonly from: number; readonly to: number } | undefined;
  readonly signal?: AbortSignal | undefined;
}
