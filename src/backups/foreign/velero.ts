import * as z from "zod";
import type { Fact } from "../../kernel/fact.ts";
import type { KubeReader } from "../../kernel/kube.ts";
import type { VeleroBackups } from "../../platform/server-foreign.ts";
import { type ForeignSeen, newestFirst, newestOf, objectsOf, type Seen } from "./foreign.ts";

/** https://velero.io/docs/v1.19/api-types/backup/; phases: pkg/apis/velero/v1/backup_types.go, BackupPhase. */
const Backup = z.object({
  spec: z
    .object({
      includedNamespaces: z.array(z.string()).nullish(),
      excludedNamespaces: z.array(z.string()).nullish(),
      storageLocation: z.string().default("default"),
      snapshotVolumes: z.boolean().nullish(),
      defaultVolumesToFsBackup: z.boolean().nullish(),
      includedResources: z.array(z.string()).nullish(),
      labelSelector: z.record(z.string(), z.unknown()).nullish(),
      orLabelSelectors: z.array(z.unknown()).nullish(),
    })
    .prefault({}),
  status: z
    .object({
      phase: z.string().default("New"),
      startTimestamp: z.string().nullish(),
      completionTimestamp: z.string().nullish(),
      errors: z.number().default(0),
      warnings: z.number().default(0),
      failureReason: z.string().default(""),
    })
    .prefault({}),
});
type Backup = z.infer<typeof Backup>;

/** https://velero.io/docs/v1.19/api-types/backupstoragelocation/: Available, Unavailable. */
const Location = z.object({
  status: z.object({ phase: z.string().optional(), message: z.string().optional() }).prefault({}),
});

const failed = new Set(["Failed", "PartiallyFailed", "FailedValidation", "FinalizingPartiallyFailed"]);
/** Labels of a backup that a schedule made: pkg/apis/velero/v1/labels_annotations.go, ScheduleNameLabel. */
const scheduleLabel = "velero.io/schedule-name";

/** Velero's backups of a namespace. It keeps no size in them. */
export async function readVelero(declared: VeleroBackups, cluster: KubeReader): Promise<Fact<ForeignSeen>> {
  const { namespace } = declared;
  const backups = await objectsOf(cluster, { apiVersion: "velero.io/v1", plural: "backups" }, Backup, namespace);
  if (backups.kind !== "known") return backups;
  const places = await objectsOf(
    cluster,
    { apiVersion: "velero.io/v1", plural: "backupstoragelocations" },
    Location,
    namespace,
  );
  const mine = newestFirst(
    backups.value.filter((one) => isMeant(one, declared)),
    startOf,
  );
  const good = mine.filter(({ value }) => value.status.phase === "Completed");
  const [newest] = good;
  return {
    ...backups,
    value: {
      newest: newestOf(newest?.object, good.map(startOf)[0], undefined),
      good: good.length,
      faults: [...faultsOf(mine), ...(places.kind === "known" ? outOfReach(mine, places.value) : [])],
      notes: [
        "Velero tells no size",
        ...(places.kind === "unknown" ? [`whether its storage can be reached is not known: ${places.why}`] : []),
        ...(newest !== undefined && newest.value.status.warnings > 0
          ? [`${newest.value.status.warnings} warnings in ${newest.object.metadata.name}`]
          : []),
        ...(newest === undefined ? [] : leftOut(newest)),
      ],
    },
  };
}

/** What is in the cluster was read after this moment. */
function startOf({ object, value }: Seen<Backup>): string | undefined {
  return value.status.startTimestamp ?? object.metadata.creationTimestamp;
}

function isMeant({ object, value }: Seen<Backup>, { schedule, saves }: VeleroBackups): boolean {
  if (schedule !== undefined && object.metadata.labels?.[scheduleLabel] !== schedule) return false;
  const { includedNamespaces: included, excludedNamespaces: excluded } = value.spec;
  if ((excluded ?? []).includes(saves)) return false;
  return (included ?? []).length === 0 || (included ?? []).some((one) => one === "*" || one === saves);
}

/** What a good backup leaves out of its namespace by what it was asked for. */
function leftOut({ object, value: { spec } }: Seen<Backup>): readonly string[] {
  const { name } = object.metadata;
  const resources = (spec.includedResources ?? []).filter((one) => one !== "*");
  const selected = Boolean(spec.labelSelector ?? spec.orLabelSelectors);
  return [
    ...(spec.snapshotVolumes === false && spec.defaultVolumesToFsBackup !== true
      ? [`${name} has no snapshots of volumes: of their data only what pods name by annotation is in it`]
      : []),
    ...(resources.length > 0 ? [`${name} has only ${resources.join(", ")}`] : []),
    ...(selected ? [`${name} has only what its label selector selects`] : []),
  ];
}

/** A failure that a later good one followed is over. */
function faultsOf(mine: readonly Seen<Backup>[]): readonly string[] {
  const ended = mine.find(({ value }) => value.status.phase === "Completed" || failed.has(value.status.phase));
  if (ended === undefined || !failed.has(ended.value.status.phase)) return [];
  const { phase, errors, failureReason } = ended.value.status;
  return [
    `${ended.object.metadata.name} ended as ${phase} with ${errors} errors${failureReason === "" ? "" : `: ${failureReason}`}`,
  ];
}

function outOfReach(
  mine: readonly Seen<Backup>[],
  places: readonly Seen<z.infer<typeof Location>>[],
): readonly string[] {
  const used = new Set(mine.map(({ value }) => value.spec.storageLocation));
  return places
    .filter(({ object, value }) => used.has(object.metadata.name) && value.status.phase === "Unavailable")
    .map(
      ({ object, value }) =>
        `the storage ${object.metadata.name} is unavailable${value.status.message === undefined ? "" : `: ${value.status.message}`}`,
    );
}
