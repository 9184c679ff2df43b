import * as z from "zod";
import type { Fact } from "../../kernel/fact.ts";
import type { KubeReader } from "../../kernel/kube.ts";
import type { VolumeSnapshotBackups } from "../../platform/server-foreign.ts";
import { type ForeignSeen, newestFirst, newestOf, objectsOf, type Seen } from "./foreign.ts";

/*
 * https://kubernetes.io/docs/concepts/storage/volume-snapshots/; fields: kubernetes-csi/external-snapshotter,
 * client/apis/volumesnapshot/v1/types.go.
 */
const Snapshot = z.object({
  spec: z.object({ source: z.object({ persistentVolumeClaimName: z.string().nullish() }) }),
  status: z
    .object({
      boundVolumeSnapshotContentName: z.string().nullish(),
      creationTime: z.string().nullish(),
      readyToUse: z.boolean().nullish(),
      restoreSize: z.string().nullish(),
      error: z.object({ message: z.string().nullish() }).nullish(),
    })
    .nullish()
    .transform((status) => status ?? {}),
});
type Snapshot = z.infer<typeof Snapshot>;

/** `restoreSize` is in bytes here, and a quantity in the snapshot. */
const Content = z.object({
  spec: z.object({ deletionPolicy: z.string() }),
  status: z
    .object({ restoreSize: z.number().nullish(), snapshotHandle: z.string().nullish() })
    .nullish()
    .transform((status) => status ?? {}),
});

const apiVersion = "snapshot.storage.k8s.io/v1";

/** CSI snapshots of a claim's volume. `restoreSize` is how large a volume has to be to take it: no size of what is stored. */
export async function readVolumeSnapshots(
  { namespace, claim }: VolumeSnapshotBackups,
  cluster: KubeReader,
): Promise<Fact<ForeignSeen>> {
  const [snapshots, contents] = await Promise.all([
    objectsOf(cluster, { apiVersion, plural: "volumesnapshots" }, Snapshot, namespace),
    objectsOf(cluster, { apiVersion, plural: "volumesnapshotcontents" }, Content),
  ]);
  if (snapshots.kind !== "known") return snapshots;
  const mine = newestFirst(
    snapshots.value.filter(({ value }) => value.spec.source.persistentVolumeClaimName === claim),
    atOf,
  );
  const known = new Map(
    contents.kind === "known" ? contents.value.map((one) => [one.object.metadata.name, one.value]) : [],
  );
  const contentOf = ({ value }: Seen<Snapshot>) => known.get(value.status.boundVolumeSnapshotContentName ?? "");
  // A snapshot whose content is gone has nothing behind it.
  const isGood = (one: Seen<Snapshot>): boolean =>
    one.value.status.readyToUse === true && (contents.kind !== "known" || contentOf(one) !== undefined);
  const good = mine.filter(isGood);
  const [newest] = good;
  const behind = newest === undefined ? undefined : contentOf(newest);
  return {
    ...snapshots,
    value: {
      newest: newestOf(newest?.object, good.map(atOf)[0], behind?.status.restoreSize ?? undefined),
      good: good.length,
      faults: mine.slice(0, 1).flatMap((first) => faultsOf(first, isGood(first))),
      notes: notesOf(behind, contents.kind === "unknown" ? contents.why : undefined),
    },
  };
}

function notesOf(behind: z.infer<typeof Content> | undefined, unseen: string | undefined): readonly string[] {
  return [
    "a snapshot lies beside its volume unless its driver copies it away: with the storage, both are lost",
    ...(behind?.spec.deletionPolicy === "Delete"
      ? ["it goes with its VolumeSnapshot (deletionPolicy Delete), and that with its namespace"]
      : []),
    ...(unseen === undefined ? [] : [`what lies behind it is not known: ${unseen}`]),
  ];
}

function atOf({ object, value }: Seen<Snapshot>): string | undefined {
  return value.status.creationTime ?? object.metadata.creationTimestamp;
}

function faultsOf({ object, value }: Seen<Snapshot>, isGood: boolean): readonly string[] {
  const { name } = object.metadata;
  const { error, readyToUse } = value.status;
  const said = error?.message ?? undefined;
  if (said !== undefined) return [`${name}: ${said}`];
  return readyToUse === true && !isGood ? [`${name} has nothing behind it: its VolumeSnapshotContent is gone`] : [];
}
