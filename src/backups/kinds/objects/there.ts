import { SystemError } from "../../../kernel/errors.ts";
import type { ObjectBucket, ObjectTags } from "../../../kernel/object-store.ts";
import type { ObjectEntry } from "./body.ts";
import type { Listed } from "./order.ts";

/** What of a copied object is otherwise where it is restored to. */
export interface Other {
  /** By size and ETag: what was put in parts has another ETag than at first. */
  readonly content: boolean;
  readonly size: boolean;
  readonly metadata: boolean;
  /** Not where they may not be read. */
  readonly tags: boolean;
}

export const nothing: Other = { content: false, size: false, metadata: false, tags: false };
const all: Other = { content: true, size: true, metadata: true, tags: false };

/** Compares without reading the content. `isUntouched`: nobody wrote to the object since it was copied, so that no question is due. */
export async function otherThan(
  entry: ObjectEntry,
  object: Listed | undefined,
  bucket: ObjectBucket,
  isUntouched: boolean,
): Promise<Other> {
  if (object?.size !== entry.size) return all;
  const { tags } = entry;
  return {
    content: entry.etag === undefined || object.etag !== entry.etag,
    size: false,
    metadata: !isUntouched && (await hasOtherMetadata(entry, object, bucket)),
    tags: tags !== undefined && tags !== "refused" && !isEqual(tags, (await tagsAt(bucket, object)) ?? tags),
  };
}

/** What was not recorded is not compared. */
async function hasOtherMetadata(
  { metadata }: ObjectEntry,
  { key, version }: Listed,
  bucket: ObjectBucket,
): Promise<boolean> {
  if (metadata === undefined) return false;
  const found = await bucket.head(key, version);
  return found?.metadata === undefined || !isEqual(metadata, found.metadata);
}

async function tagsAt(bucket: ObjectBucket, { key, version }: Listed): Promise<ObjectTags | undefined> {
  try {
    return await bucket.tags(key, version);
  } catch (thrown) {
    if (thrown instanceof SystemError && thrown.remedy === "stop") return undefined;
    throw thrown;
  }
}

function isEqual(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
