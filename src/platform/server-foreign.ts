import * as z from "zod";
import { PodSelector } from "./backup-stores.ts";
import { Name } from "./name.ts";

/*
 * Backups that others make and Millwright only looks at, as `millwright.server.yaml` says. They count for the store they are
 * said to cover; none of them counts as proven.
 */

const covers = {
  component: Name.describe("Whose store they cover: mlflow"),
  store: Name,
  maxAgeHours: z.number().positive().max(8784).default(26).describe("An older newest one is a finding"),
};

const Velero = z.strictObject({
  ...covers,
  by: z.literal("velero"),
  namespace: Name.default("velero").describe("Where Velero keeps its own objects"),
  saves: Name.describe("The namespace that has to be in the backup"),
  schedule: Name.optional().describe("Only this schedule's; all when left out"),
});
export type VeleroBackups = z.infer<typeof Velero>;

const CloudNativePg = z.strictObject({
  ...covers,
  by: z.literal("cloudnative-pg"),
  namespace: Name,
  cluster: Name.describe("The Cluster of postgresql.cnpg.io"),
});
export type CloudNativePgBackups = z.infer<typeof CloudNativePg>;

const VolumeSnapshots = z.strictObject({
  ...covers,
  by: z.literal("volume-snapshot"),
  namespace: Name,
  claim: z.string().min(1).max(253).describe("The PersistentVolumeClaim"),
});
export type VolumeSnapshotBackups = z.infer<typeof VolumeSnapshots>;

const PgBackRest = z
  .strictObject({
    ...covers,
    by: z.literal("pgbackrest"),
    pod: PodSelector.optional().describe(
      "Asked by exec: pgbackrest info, in the database's pod or the repository host's",
    ),
    stanza: Name.optional().describe("All of them when left out"),
    cronJob: z
      .strictObject({ namespace: Name, name: Name })
      .optional()
      .describe("Where nothing may be run in a pod: the CronJob that backs up; tells no size"),
  })
  .refine(({ pod, cronJob }) => (pod === undefined) !== (cronJob === undefined), "name either pod or cronJob");
export type PgBackRestBackups = z.infer<typeof PgBackRest>;

export const ForeignBackup = z.discriminatedUnion("by", [Velero, CloudNativePg, VolumeSnapshots, PgBackRest]);
export type ForeignBackup = z.infer<typeof ForeignBackup>;
