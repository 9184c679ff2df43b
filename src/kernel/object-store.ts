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

/**
 * What an object was put with, as headers, their names in lower case: `content-type` (unless it is S3's own `binary/octet-stream`),
 * `cache-control`, `content-disposition`, `content-encoding`, `content-language`, `expires` and `x-amz-meta-…`. Values are as they came:
 * one character a byte.
 */
export type ObjectMetadata = Readonly<Record<string, string>>;

export type ObjectTags = Readonly<Record<string, string>>;

/** What comes with an object's answer beside its content. */
export interface ObjectBeside {
  /** undefined: the store keeps some of it to itself. */
  readonly metadata: ObjectMetadata | undefined;
  /** undefined: the store does not say, or there are none. */
  readonly tagCount: number | undefined;
}

/** One of the contents that a key has had. */
export interface ObjectVersion extends ListedObject {
  /** `null` is what was put while the bucket kept no versions: it alone may be replaced. */
  readonly version: string;
  readonly latest: boolean;
  /** A delete marker, of no size: since then the key is not there. */
  readonly deleted: boolean;
}

/** Suspended: what was kept is kept, and what is put replaces what was put so before. */
export type Versioning = "never" | "enabled" | "suspended";

/** What keeps a bucket's objects from being changed. */
export interface ObjectLock {
  readonly enabled: boolean;
  /** For what is put without a date of its own; undefined: such objects are not kept. */
  readonly usual: { readonly mode: "governance" | "compliance"; readonly days: number } | undefined;
}

/** What a question for a content came back with. `changed`: it is no longer the one that was asked for. */
export type ObjectRead =
  | (ObjectBeside & {
      readonly kind: "read";
      /** Of what is read: of the range, where one was asked for. */
      readonly size: number;
      readonly etag: string | undefined;
      readonly version: string | undefined;
      /** Whether the etag can be the MD5 of the content: not of what is kept encrypted by a key of the store's own. */
      readonly etagMayBeMd5: boolean;
      /** Must be read or broken off. Throws `SystemError` to be tried again when it is cut: what is short never looks whole. */
      readonly content: AsyncIterable<Uint8Array>;
    })
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
  /** Of every key, also of those that are deleted, in the order of the keys and the newest of each first. Needs s3:ListBucketVersions. */
  versions(prefix: string, signal?: AbortSignal): AsyncIterable<readonly ObjectVersion[]>;
  /** Needs s3:GetBucketVersioning. */
  versioning(): Promise<Versioning>;
  /** Needs s3:GetBucketObjectLockConfiguration. */
  objectLock(): Promise<ObjectLock>;
  /** Whether the bucket is there. */
  exists(): Promise<boolean>;
  /** undefined: there is no such object. */
  head(key: string, version?: string): Promise<(ListedObject & ObjectBeside) | undefined>;
  get(key: string, options?: ObjectReadOptions): Promise<ObjectRead>;
  /** In parts of 16 MB when it is longer; a stream that throws leaves nothing. */
  put(key: string, content: AsyncIterable<Uint8Array>, options?: ObjectPutOptions): Promise<void>;
  /** Needs s3:GetObjectTagging. Of what is not there: throws. */
  tags(key: string, version?: string): Promise<ObjectTags>;
  /** Sets all tags of an object. Needs s3:PutObjectTagging. */
  tag(key: string, tags: ObjectTags): Promise<void>;
  /** Does nothing where there is none; a bucket that keeps versions gets a delete marker. */
  delete(key: string): Promise<void>;
}

export interface ObjectReadOptions {
  /** Only this very content. */
  readonly etag?: string | undefined;
  /** Not the newest; `null` is what was put while the bucket kept no versions. */
  readonly version?: string | undefined;
  /** Bytes from and up to, both included. */
  readonly range?: { readonly from: number; readonly to: number } | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectPutOptions {
  /** Nothing of its own when left out: the store gives what it gives. */
  readonly metadata?: ObjectMetadata | undefined;
  readonly signal?: AbortSignal | undefined;
}
