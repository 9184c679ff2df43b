import { SystemError } from "../../../kernel/errors.ts";
import type { Instant } from "../../../kernel/instant.ts";
import type { ListedObject, ObjectBucket } from "../../../kernel/object-store.ts";
import type { ObjectPlace, ObjectsStore } from "../../../platform/backup-stores.ts";
import type { OwnProving, Taken, Taking } from "../../store-kind.ts";
import type { ObjectsBody } from "./body.ts";
import { Copying } from "./copying.ts";
import { type Before, joined } from "./merge.ts";
import { Listing } from "./order.ts";
import { Deleted, lastCopied, type Survey, sameAt, survey } from "./survey.ts";

/**
 * Copies what is new or other than before; what was copied before stays in its packs. The bucket is listed twice, beside the earlier
 * list as both are sorted: first to learn what it comes to, then to copy. One byte for each object of the earlier list is held.
 */
export async function take(config: ObjectsStore, taking: Taking): Promise<Taken<ObjectsBody>> {
  const bucket = await openPlace(config, taking);
  const takenAt = taking.clock.now();
  const listing = new Listing(bucket, config.prefix, taking.signal);
  const found = await survey(bucket, config.prefix, listing, taking);
  if (found.adopted > 0) taking.progress(`${found.adopted} objects were copied by a run that did not come to its end`);
  await found.deleted.refuseLies(bucket, takenAt);
  if (found.listed === 0 && found.deleted.count === 0) await refuseEmpty(bucket, config.prefix);
  taking.progress(`${bucket.label}: ${found.listed} objects, ${found.wanted} of them to copy`);
  const copying = new Copying(bucket, found, taking);
  const listed = await copyAll(bucket, listing, found, copying, takenAt);
  const { copied, lefts } = copying;
  if (listed > 0 && lefts.count === listed)
    throw new SystemError(`no object could be copied: ${copied.left[0]?.why}`, "stop");
  const { list, packs, objects, bytes } = await copying.writeList();
  const body: ObjectsBody = {
    bucket: bucket.label,
    prefix: config.prefix,
    ...(await versioningOf(bucket)),
    objects,
    bytes,
    copied: copying.counts,
    deleted: found.deleted.count,
    changedMeanwhile: copied.changed,
    goneMeanwhile: copied.gone,
    left: { count: lefts.count, first: copied.left },
    list,
  };
  return { body, takenAt, versions: {}, packs };
}

/** The bucket of a place, its keys resolved. */
export async function openPlace(
  { endpoint, bucket, region, accessKey, secretKey }: ObjectPlace,
  { ports, secret }: Pick<OwnProving, "ports" | "secret">,
): Promise<ObjectBucket> {
  return ports.openBucket({
    endpoint,
    bucket,
    region,
    accessKey: await secret(accessKey),
    secretKey: await secret(secretKey),
  });
}

/** Says how many objects were listed. */
async function copyAll(
  bucket: ObjectBucket,
  listing: Listing,
  { sources, thin, deleted }: Survey,
  copying: Copying,
  since: Instant,
): Promise<number> {
  let listed = 0;
  const gone = new Deleted();
  for await (const { object, before } of joined(listing.objects(), sources)) {
    const kept = keptOf(object, before, thin);
    if (before !== undefined) copying.keep(kept, before);
    if (object === undefined) {
      gone.add(lastCopied(before, sources));
      continue;
    }
    listed += 1;
    if (kept === undefined) await copying.add(object);
  }
  listing.refuseDisorder();
  if (gone.count !== deleted.count) await gone.refuseLies(bucket, since);
  await copying.flush();
  return listed;
}

/** Whose earlier copy of an object stays. */
function keptOf(
  object: ListedObject | undefined,
  before: Before | undefined,
  thin: ReadonlySet<string>,
): number | undefined {
  const same = object === undefined ? -1 : sameAt(object, before);
  const pack = before?.kept[same]?.pack;
  return pack === undefined || thin.has(pack.snapshot) ? undefined : same;
}

/** A second way to ask whether there is nothing; a store that does not have it, or does not let us, has the first word. */
async function refuseEmpty(bucket: ObjectBucket, prefix: string): Promise<void> {
  try {
    for await (const page of bucket.versions(prefix)) {
      const there = page.find(({ latest, deleted }) => latest && !deleted);
      if (there === undefined) continue;
      throw new SystemError(
        `${bucket.label} lists nothing, and has ${JSON.stringify(there.key)} among its versions: the list is not to be trusted`,
        "retry",
      );
    }
  } catch (thrown) {
    if (!(thrown instanceof SystemError) || thrown.remedy === "retry") throw thrown;
  }
}

async function versioningOf(bucket: ObjectBucket): Promise<{ readonly versioned?: boolean }> {
  try {
    return { versioned: await bucket.isVersioned() };
  } catch (thrown) {
    if (thrown instanceof SystemError) return {};
    throw thrown;
  }
}
