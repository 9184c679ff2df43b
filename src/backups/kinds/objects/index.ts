import { counted } from "../../../kernel/count.ts";
import type { ObjectsStore } from "../../../platform/backup-stores.ts";
import type { OwnProving, SealedBody, StoreKind } from "../../store-kind.ts";
import { ObjectsBody } from "./body.ts";
import { openList } from "./list.ts";
import { prove } from "./prove.ts";
import { restoreObjects } from "./restore-kind.ts";
import { take } from "./take.ts";

/** A bucket of an object store: what is new or other than before is copied. */
export const objects: StoreKind<ObjectsStore, ObjectsBody> = {
  id: "objects",
  turn: "objects",
  body: ObjectsBody,
  take,
  prove,
  restore: restoreObjects,
  lists: {
    where: ({ bucket, prefix }) => ({ kind: "bucket", bucket: bucket.slice(bucket.lastIndexOf("/") + 1), prefix }),
    async *keys({ body }: SealedBody<ObjectsBody>, { readPart }: OwnProving) {
      for await (const { key, older, deleted } of (await openList(readPart(body.list))).entries)
        if (older !== true && deleted !== true) yield key;
    },
  },
  summary: ({ objects: count, bytes, versions }) =>
    `${counted(count, "object")}, ${bytes} bytes${versions === undefined ? "" : `, ${counted(versions.older, "older version")}`}`,
  facts: ({ bucket, prefix, copied, deleted, changedMeanwhile, goneMeanwhile, left, ...body }) => [
    ["bucket", `${bucket}${prefix === "" ? "" : `, keys that begin with ${prefix}`}`],
    ["copied", `${counted(copied.objects, "object")}, ${copied.bytes} bytes; the rest lies in earlier packs`],
    ["deleted", `${deleted} since the backup before`],
    ["meanwhile", `${changedMeanwhile.length} replaced, ${goneMeanwhile.length} deleted`],
    [
      "left out",
      left.count === 0
        ? "none"
        : `${left.count}: ${left.first
            .map(({ key }) => key)
            .slice(0, 5)
            .join(", ")}`,
    ],
    ["versions", versionsOf(body)],
  ],
  doesNotCover: [
    "the bucket's own settings: policy, lifecycle, versioning",
    "of objects their rights, locks and storage class, and tags that were changed after the copy or that the store does not count",
  ],
};

function versionsOf({ versioned, versions }: Pick<ObjectsBody, "versioned" | "versions">): string {
  if (versions !== undefined)
    return `${counted(versions.older, "older version")} (${versions.bytes} bytes) and ${counted(versions.markers, "delete marker")} beside the objects`;
  return versioned === true ? "kept by the bucket; the newest of each is in the backup" : "not kept by the bucket";
}
