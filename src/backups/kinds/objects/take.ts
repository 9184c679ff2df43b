import { SystemError } from "../../../kernel/errors.ts";
import type { ListedObject, ObjectBucket } from "../../../kernel/object-store.ts";
import type { ObjectPlace, ObjectsStore } from "../../../platform/backup-stores.ts";
import { refuseAborted } from "../../parts.ts";
import type { Part } from "../../repository/manifest.ts";
import type { OwnProving, Taken, Taking } from "../../store-kind.ts";
import type { ObjectEntry, ObjectsBody } from "./body.ts";
import { type Earlier, earlierOf, indexEnding, isSame, type Kept, nameOf, thinned } from "./earlier.ts";
import { writeList } from "./list.ts";
import { type Copied, packed, packsOf } from "./pack.ts";

/** Copies what is new or other than before; what was copied before stays in its packs. */
export async function take(config: ObjectsStore, taking: Taking): Promise<Taken<ObjectsBody>> {
  const bucket = await openPlace(config, taking);
  const earlier = await earlierOf(taking, bucket.label, config.prefix);
  if (earlier.adopted > 0)
    taking.progress(`${earlier.adopted} objects were copied by a run that did not come to its end`);
  const takenAt = taking.clock.now();
  const listed = await listOf(bucket, config.prefix, taking.signal);
  const deleted = await refuseLies(bucket, config.prefix, listed, earlier.before);
  const { kept, wanted } = parted(listed, earlier);
  taking.progress(`${bucket.label}: ${listed.size} objects, ${wanted.length} of them to copy`);
  const packs: Part[] = [];
  const copied: Copied = { entries: [], changed: [], gone: [], left: [] };
  await copyAll(bucket, wanted, packs, copied, taking);
  if (listed.size > 0 && copied.left.length === listed.size)
    throw new SystemError(`no object could be copied: ${copied.left[0]?.why}`, "stop");
  const entries = [...copied.entries, ...numbered(kept, packs)].sort((a, b) => (a.key < b.key ? -1 : 1));
  const list = await taking.storePart("objects.jsonl", writeList({ packs, entries }));
  const body: ObjectsBody = {
    bucket: bucket.label,
    prefix: config.prefix,
    ...(await versioningOf(bucket)),
    objects: entries.length,
    bytes: sum(entries),
    copied: { objects: copied.entries.length, bytes: sum(copied.entries) },
    deleted,
    changedMeanwhile: copied.changed,
    goneMeanwhile: copied.gone,
    left: { count: copied.left.length, first: copied.left.slice(0, 100) },
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

async function listOf(
  bucket: ObjectBucket,
  prefix: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListedObject>> {
  const listed = new Map<string, ListedObject>();
  for await (const page of bucket.list(prefix, signal)) {
    refuseAborted(signal);
    for (const object of page) listed.set(object.key, object);
  }
  return listed;
}

const asked = 16;

/**
 * Says how many objects were deleted since the backup before. A list that leaves out what is there, or is empty where versions are
 * not, throws: some objects that it no longer names are asked for by their keys.
 */
async function refuseLies(
  bucket: ObjectBucket,
  prefix: string,
  listed: ReadonlyMap<string, ListedObject>,
  before: readonly string[],
): Promise<number> {
  const gone = before.filter((key) => !listed.has(key));
  for (let index = 0; index < Math.min(asked, gone.length); index += 1) {
    const key = gone[Math.floor((index * gone.length) / Math.min(asked, gone.length))] ?? "";
    if ((await bucket.head(key)) !== undefined)
      throw new SystemError(
        `${bucket.label} does not list ${JSON.stringify(key)}, and has it: the list is not to be trusted`,
        "retry",
      );
  }
  if (listed.size === 0 && before.length === 0) await refuseEmpty(bucket, prefix);
  return gone.length;
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

function parted(
  listed: ReadonlyMap<string, ListedObject>,
  { entries }: Earlier,
): { readonly kept: readonly Kept[]; readonly wanted: readonly ListedObject[] } {
  const same = [...listed.values()].flatMap((object) => {
    const found = entries.get(object.key);
    return found !== undefined && isSame(object, found) ? [found] : [];
  });
  const thin = thinned(same);
  const kept = same.filter(({ entry }) => !thin.has(entry.key));
  const keys = new Set(kept.map(({ entry }) => entry.key));
  return { kept, wanted: [...listed.values()].filter(({ key }) => !keys.has(key)) };
}

/** Pack by pack; each has an index of its own once it is whole, so that the next run goes on where this one ends. */
async function copyAll(
  bucket: ObjectBucket,
  wanted: readonly ListedObject[],
  packs: Part[],
  copied: Copied,
  taking: Taking,
): Promise<void> {
  for (const group of packsOf(wanted)) {
    refuseAborted(taking.signal);
    const own: Copied = { ...copied, entries: [] };
    const number = String(packs.length + 1).padStart(5, "0");
    const name = `${nameOf(bucket.label)}${number}`;
    const pack = await taking.storePack(
      `${name}.tar`,
      packed(bucket, group, packs.length, own, taking.signal),
      taking.signal,
    );
    if (own.entries.length === 0) continue;
    const alone = own.entries.map((entry) => ({ ...entry, pack: 0 }));
    await taking.storePack(`${name}${indexEnding}`, writeList({ packs: [pack], entries: alone }), taking.signal);
    packs.push(pack);
    copied.entries.push(...own.entries);
    taking.progress(`${copied.entries.length} of ${wanted.length} objects are copied`);
  }
}

/** Entries of earlier packs, which are added to the list's own. */
function numbered(kept: readonly Kept[], packs: Part[]): readonly ObjectEntry[] {
  const numbers = new Map<string, number>();
  return kept.map(({ entry, pack }) => {
    const number = numbers.get(pack.snapshot) ?? packs.push(pack) - 1;
    numbers.set(pack.snapshot, number);
    return { ...entry, pack: number };
  });
}

async function versioningOf(bucket: ObjectBucket): Promise<{ readonly versioned?: boolean }> {
  try {
    return { versioned: await bucket.isVersioned() };
  } catch (thrown) {
    if (thrown instanceof SystemError) return {};
    throw thrown;
  }
}

function sum(entries: readonly ObjectEntry[]): number {
  return entries.reduce((all, { size }) => all + size, 0);
}
