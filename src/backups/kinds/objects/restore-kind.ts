import { counted } from "../../../kernel/count.ts";
import { InputError } from "../../../kernel/errors.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { ObjectsStore } from "../../../platform/backup-stores.ts";
import type { KindRestore, RestoreTarget, Restoring, StorePlan, StoreRestored } from "../../restore/contract.ts";
import type { SealedBody } from "../../store-kind.ts";
import type { ObjectsBody } from "./body.ts";
import { type ObjectsRestore, type ObjectsTarget, planRestore, restore, type Some } from "./restore.ts";
import { openPlace } from "./take.ts";

type Sealed = SealedBody<ObjectsBody>;

/** A bucket gets what it lacks or has otherwise; nothing of it is deleted. */
export const restoreObjects: KindRestore<ObjectsStore, ObjectsBody> = {
  readsWhatLacks: true,
  targets: ["in-place", "bucket"],
  async plan(sealed, config, target, restoring) {
    const to = await targetOf(config, target, restoring);
    if (!(await to.bucket.exists())) return noBucket(to.bucket);
    const planned = await planRestore(sealed, sparing(to, target), restoring);
    return worded(planned, to, target, sealed);
  },
  async run(sealed, config, target, restoring) {
    const to = await targetOf(config, target, restoring);
    const planned = await planRestore(sealed, sparing(to, target), restoring);
    // Another store may have come into it since its plan.
    const [refused] = inTheWay(planned, to);
    if (refused !== undefined) throw new InputError(`${refused}; nothing was changed`);
    await restore(sealed, to, planned, restoring);
    return compared(sealed, to, planned, restoring);
  },
  async undo(config, safety, restoring) {
    if (safety === undefined) throw new InputError("no backup was made of the bucket before: what was put there stays");
    const to = await targetOf(config, { kind: "in-place" }, restoring);
    const planned = await planRestore(safety, to, restoring);
    await restore(safety, to, planned, restoring);
    return [
      `${counted(planned.put.count, "object")} of ${to.bucket.label} ${planned.put.count === 1 ? "is" : "are"} again as before; ${counted(planned.extra.count, "object")} that the restore had put there stay: ${some(planned.extra)}`,
    ];
  },
};

async function targetOf(config: ObjectsStore, target: RestoreTarget, restoring: Restoring): Promise<ObjectsTarget> {
  const { restoreAccessKey: accessKey = config.accessKey, restoreSecretKey: secretKey = config.secretKey } = config;
  const place = { ...config, accessKey, secretKey };
  const only = restoring.prefix === "" ? config.prefix : restoring.prefix;
  if (target.kind === "bucket")
    return { bucket: await openPlace({ ...place, bucket: target.bucket }, restoring), only, as: target.prefix };
  return { bucket: await openPlace(place, restoring), only, as: only };
}

function noBucket({ label }: ObjectBucket): StorePlan {
  const refuses = [`${label} is not there: make the bucket first, with its own settings`];
  return { does: [], loses: [], refuses, notes: [], isThere: false };
}

function worded(planned: ObjectsRestore, to: ObjectsTarget, target: RestoreTarget, sealed: Sealed): StorePlan {
  const { bucket } = to;
  const { body } = sealed;
  const { put, same, extra } = planned;
  const inPlace = target.kind === "in-place";
  return {
    does: [`${putInto(planned, bucket.label)}: ${some(put)}; ${same} are there as they were`],
    loses:
      inPlace && put.count > 0 && !planned.withVersions
        ? ["what those objects hold now, where they are there: it is in the backup made before"]
        : [],
    refuses: [...inTheWay(planned, to), ...noneOf(sealed, planned, to)],
    notes: [
      ...(extra.count === 0
        ? []
        : [
            `${counted(extra.count, "object")} ${extra.count === 1 ? "is" : "are"} there and not in the backup; nothing deletes them: ${some(extra)}`,
          ]),
      ...versionNotes(planned, body),
      ...unknownMetadata(body),
    ],
    isThere: inPlace,
  };
}

/** No backup is made of another bucket: nothing in it is replaced, nor mixed with what comes. What was broken off is gone on with. */
function sparing(to: ObjectsTarget, { kind }: RestoreTarget): ObjectsTarget {
  return { ...to, spares: kind !== "in-place" };
}

function inTheWay({ taken }: ObjectsRestore, { bucket }: Pick<ObjectsTarget, "bucket">): readonly string[] {
  if (taken.count === 0) return [];
  return [`${bucket.label} is not empty: ${some(taken)}; name another bucket or a prefix of its own`];
}

/** To put nothing would look like having restored what was asked for. */
function noneOf({ id, body }: Sealed, { put, same }: ObjectsRestore, { only }: ObjectsTarget): readonly string[] {
  if (body.objects === 0 || put.count + same > 0) return [];
  return [`no key in ${id} begins with ${JSON.stringify(only)}: it holds those of ${JSON.stringify(body.prefix)}`];
}

function putInto({ put, markers, withVersions }: ObjectsRestore, label: string): string {
  if (withVersions)
    return `put ${counted(put.count - markers, "version")} and ${counted(markers, "delete marker")} into ${label} that are missing`;
  return `put ${counted(put.count, "object")} into ${label} that ${put.count === 1 ? "is" : "are"} missing or different`;
}

function versionNotes({ put, withVersions }: ObjectsRestore, { versions }: ObjectsBody): readonly string[] {
  if (versions === undefined) return [];
  if (withVersions)
    return put.count === 0 ? [] : ["versions come back in their order, with new ids and times: the store gives them"];
  const what = `${counted(versions.older, "older version")} and ${counted(versions.markers, "delete marker")}`;
  return [
    `the bucket keeps no versions, or does not say so: only the newest of each object comes back, without ${what}`,
  ];
}

async function compared(
  sealed: Sealed,
  to: ObjectsTarget,
  { put, markers, same, withVersions }: ObjectsRestore,
  restoring: Restoring,
): Promise<StoreRestored> {
  // What was put in parts has another ETag than at first; its digest was held while it was put.
  const { extra, wrong, untagged } = await planRestore(sealed, to, restoring);
  return {
    did: [
      withVersions
        ? `${counted(put.count - markers, "version")} and ${counted(markers, "delete marker")} put into ${to.bucket.label}, ${counted(same, "key")} were as they were`
        : `${counted(put.count, "object")} put into ${to.bucket.label}, ${same} were there`,
    ],
    differences: wrong.count === 0 ? [] : [`${counted(wrong.count, "object")} did not arrive: ${some(wrong)}`],
    notes: [
      ...(extra.count === 0
        ? []
        : [`${counted(extra.count, "object")} there that the backup does not have: ${some(extra)}`]),
      ...(untagged.count === 0
        ? []
        : [
            `${counted(untagged.count, "object")} without their tags, which need s3:PutObjectTagging: ${some(untagged)}`,
          ]),
      ...unknownMetadata(sealed.body),
    ],
  };
}

function unknownMetadata({ lacks, objects }: ObjectsBody): readonly string[] {
  const count = lacks?.metadata ?? objects;
  return count === 0
    ? []
    : [`${counted(count, "object")} of the backup without content type and other metadata: they were not recorded`];
}

function some({ count, first }: Some): string {
  if (count === 0) return "none";
  return `${first.map((key) => JSON.stringify(key)).join(", ")}${count > first.length ? ", …" : ""}`;
}
