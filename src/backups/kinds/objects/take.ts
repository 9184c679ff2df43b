import { SystemError } from "../../../kernel/errors.ts";
import type { Instant } from "../../../kernel/instant.ts";
import type { ObjectBucket, Versioning } from "../../../kernel/object-store.ts";
import type { ObjectPlace, ObjectsStore } from "../../../platform/backup-stores.ts";
import type { OwnProving, Taken, Taking } from "../../store-kind.ts";
import type { ObjectsBody } from "./body.ts";
import { Copying } from "./copying.ts";
import { joined } from "./merge.ts";
import { currentOf, Listing } from "./order.ts";
import type { Stay } from "./staying.ts";
import { type Copy, copiesOf, Deleted, lastCopied, type Survey, survey } from "./survey.ts";

/**
 * Copies what is new or other than before; what was copied before stays in its packs. The bucket is listed twice, beside the earlier
 * list as both are sorted: first to learn what it comes to, then to copy. One byte for each object of the earlier list is held.
 */
export async function take(config: ObjectsStore, taking: Taking): Promise<Taken<ObjectsBody>> {
  const bucket = await openPlace(config, taking);
  const takenAt = taking.clock.now();
  const versioning = await versioningOf(bucket);
  const withVersions = config.versions === true && versioning !== "never";
  const listing = new Listing(bucket, config.prefix, taking.signal, withVersions);
  const found = await survey(bucket, config.prefix, listing, taking);
  await found.deleted.refuseLies(bucket, takenAt);
  if (found.listed === 0 && found.deleted.count === 0) await refuseEmpty(bucket, config.prefix);
  tell(found, bucket, taking, withVersions ? "versions" : "objects");
  const copying = new Copying(bucket, found, taking);
  const listed = await copyAll(bucket, listing, found, copying, takenAt);
  const { copied, lefts } = copying;
  if (listed > 0 && lefts.count === listed)
    throw new SystemError(`no object could be copied: ${copied.left[0]?.why}`, "stop");
  const { list, packs, sums } = await copying.writeList();
  const body: ObjectsBody = {
    bucket: bucket.label,
    prefix: config.prefix,
    ...(versioning === undefined ? {} : { versioned: versioning !== "never" }),
    ...sums.current,
    ...(withVersions ? { versions: sums.versions } : {}),
    copied: copying.counts,
    deleted: found.deleted.count,
    changedMeanwhile: copied.changed,
    goneMeanwhile: copied.gone,
    left: { count: lefts.count, first: copied.left },
    lacks: sums.lacks,
    list,
  };
  return { body, takenAt, versions: {}, packs };
}

function tell({ adopted, listed, wanted }: Survey, { label }: ObjectBucket, { progress }: Taking, what: string): void {
  if (adopted > 0) progress(`${adopted} ${what} were copied by a run that did not come to its end`);
  progress(`${label}: ${listed} ${what}, ${wanted} of them to copy`);
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
  for await (const { objects, before } of joined(listing.keys(), sources)) {
    if (currentOf(objects) === undefined) gone.add(lastCopied(before, sources));
    const copies = copiesOf(objects, before).map((copy) => (isThin(copy, thin) ? undefined : copy));
    const stays: Stay[] = [];
    for (const [index, object] of objects.entries()) {
      const copy = copies[index];
      if (copy === undefined) await copying.add({ ...object, behind: stays.length });
      else stays.push({ ...copy, older: object.latest === false });
    }
    if (before !== undefined) copying.keep(before, stays);
    listed += objects.length;
  }
  listing.refuseDisorder();
  if (gone.count !== deleted.count) await gone.refuseLies(bucket, since);
  await copying.flush();
  return listed;
}

function isThin(copy: Copy | undefined, thin: ReadonlySet<string>): boolean {
  return copy !== undefined && thin.has(copy.kept.pack.snapshot);
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

/** undefined: the store does not say. */
export async function versioningOf(bucket: ObjectBucket): Promise<Versioning | undefined> {
  try {
    return await bucket.versioning();
  } catch (thrown) {
    if (thrown instanceof SystemError) return undefined;
    throw thrown;
  }
}
