import { SystemError } from "../../../kernel/errors.ts";
import type { ObjectBucket, ObjectMetadata } from "../../../kernel/object-store.ts";
import { ahead } from "./ahead.ts";
import type { ObjectEntry } from "./body.ts";

/** What lies beside an object's content, as an entry has it. */
export type Beside = Pick<ObjectEntry, "metadata" | "tags">;

/** What was asked of one object. */
interface Asked {
  readonly key: string;
  readonly version: string | undefined;
  readonly metadata: ObjectMetadata | undefined;
  readonly tagCount: number | undefined;
}

/** Its tags cost a question, which is asked where the store says that there are any. One that is refused is no fault of the object. */
export async function besideOf(bucket: ObjectBucket, { key, version, metadata, tagCount = 0 }: Asked): Promise<Beside> {
  const known = metadata === undefined ? {} : { metadata };
  if (tagCount === 0) return known;
  try {
    return { ...known, tags: await bucket.tags(key, version) };
  } catch (thrown) {
    if (!(thrown instanceof SystemError) || thrown.remedy === "retry") throw thrown;
    return { ...known, tags: "refused" };
  }
}

/** Questions that go on at once. */
export const atOnce = 24;
/** Objects of earlier lists that are asked for in one run: each costs a HEAD, once. */
const mostAsked = 200_000;

/** Entries as they come; one of an earlier list that lacks what lies beside its content has it, as long as the bucket has that very object. */
export function completed(entries: AsyncIterable<ObjectEntry>, bucket: ObjectBucket): AsyncGenerator<ObjectEntry> {
  let asked = 0;
  return ahead(entries, atOnce, async (entry) => {
    if (!isLacking(entry) || asked === mostAsked) return entry;
    asked += 1;
    try {
      return { ...entry, ...(await askFor(entry, bucket)) };
    } catch (thrown) {
      if (thrown instanceof SystemError) return entry; // it stays unknown, and is said to be
      throw thrown;
    }
  });
}

function isLacking({ metadata, tags, deleted }: ObjectEntry): boolean {
  return deleted !== true && (metadata === undefined || tags === "refused");
}

/** The newest is asked for by its key: to name a version needs a right of its own. */
async function askFor(entry: ObjectEntry, bucket: ObjectBucket): Promise<Beside> {
  const { key, size, etag, modified } = entry;
  const version = entry.older === true ? entry.version : undefined;
  const found = await bucket.head(key, version);
  // The answer tells the time to the second.
  const isSame = found?.size === size && found.etag === etag && toSecond(found.modified) === toSecond(modified);
  return isSame ? besideOf(bucket, { ...found, version }) : {};
}

function toSecond(instant: string): number {
  return Math.floor(Date.parse(instant) / 1000);
}
