import * as z from "zod";
import type { Fact } from "../../kernel/fact.ts";
import type { KubeReader } from "../../kernel/kube.ts";
import type { CloudNativePgBackups } from "../../platform/server-foreign.ts";
import { type ForeignSeen, newestFirst, newestOf, objectsOf, type Seen } from "./foreign.ts";

/** https://github.com/cloudnative-pg/cloudnative-pg, api/v1/backup_types.go: Backup, BackupPhase. */
const Backup = z.object({
  spec: z.object({ cluster: z.object({ name: z.string() }) }),
  status: z
    .object({
      phase: z.string().default("pending"),
      startedAt: z.string().nullish(),
      stoppedAt: z.string().nullish(),
      error: z.string().optional(),
    })
    .prefault({}),
});
type Backup = z.infer<typeof Backup>;

/** api/v1/cluster_types.go: ClusterConditionType `ContinuousArchiving`. */
const Cluster = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
        .default([]),
      firstRecoverabilityPoint: z.string().optional(),
    })
    .prefault({}),
});

const Scheduled = z.object({
  spec: z.object({ cluster: z.object({ name: z.string() }), suspend: z.boolean().nullish() }),
});

const apiVersion = "postgresql.cnpg.io/v1";

/** The backups of a CloudNativePG cluster. It keeps no size in them. */
export async function readCloudNativePg(
  { namespace, cluster: name }: CloudNativePgBackups,
  cluster: KubeReader,
): Promise<Fact<ForeignSeen>> {
  const [backups, clusters, scheduled] = await Promise.all([
    objectsOf(cluster, { apiVersion, plural: "backups" }, Backup, namespace),
    objectsOf(cluster, { apiVersion, plural: "clusters" }, Cluster, namespace),
    objectsOf(cluster, { apiVersion, plural: "scheduledbackups" }, Scheduled, namespace),
  ]);
  if (backups.kind !== "known") return backups;
  if (clusters.kind === "unknown") return clusters;
  const mine = newestFirst(
    backups.value.filter(({ value }) => value.spec.cluster.name === name),
    startOf,
  );
  const good = mine.filter(({ value }) => value.status.phase === "completed");
  const [newest] = good;
  const itself =
    clusters.kind === "known" ? clusters.value.find(({ object }) => object.metadata.name === name) : undefined;
  const turns =
    scheduled.kind === "known" ? scheduled.value.filter(({ value }) => value.spec.cluster.name === name) : [];
  return {
    ...backups,
    value: {
      newest: newestOf(newest?.object, good.map(endOf)[0], undefined),
      good: good.length,
      faults: [
        ...faultsOf(mine),
        ...(itself === undefined ? [`there is no Cluster ${namespace}/${name}`] : archiving(itself.value)),
      ],
      notes: notesOf(turns, itself?.value),
    },
  };
}

function notesOf(
  turns: readonly Seen<z.infer<typeof Scheduled>>[],
  itself: z.infer<typeof Cluster> | undefined,
): readonly string[] {
  const since = itself?.status.firstRecoverabilityPoint;
  return [
    "CloudNativePG tells no size",
    ...turns
      .filter(({ value }) => value.spec.suspend === true)
      .map(({ object }) => `the schedule ${object.metadata.name} is suspended`),
    ...(since === undefined ? [] : [`recoverable since ${since}`]),
  ];
}

function endOf(one: Seen<Backup>): string | undefined {
  return one.value.status.stoppedAt ?? startOf(one);
}

function startOf({ object, value }: Seen<Backup>): string | undefined {
  return value.status.startedAt ?? object.metadata.creationTimestamp;
}

/** A failure that a later good one followed is over. */
function faultsOf(mine: readonly Seen<Backup>[]): readonly string[] {
  const ended = mine.find(({ value }) => ["completed", "failed", "walArchivingFailing"].includes(value.status.phase));
  if (ended === undefined || ended.value.status.phase === "completed") return [];
  const { phase, error } = ended.value.status;
  return [`${ended.object.metadata.name} is ${phase}${error === undefined ? "" : `: ${error}`}`];
}

/** Without its WAL a base backup brings back nothing newer than itself. */
function archiving({ status }: z.infer<typeof Cluster>): readonly string[] {
  return status.conditions
    .filter(({ type, status: is }) => type === "ContinuousArchiving" && is === "False")
    .map(({ message }) => `its WAL is not archived${message === "" ? "" : `: ${message}`}`);
}
