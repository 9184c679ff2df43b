import * as z from "zod";
import type { Instant } from "../kernel/instant.ts";
import type { KubeObject } from "../kernel/kube.ts";
import type { Row, Section } from "../reports/assess/assessment.ts";
import type { LiveCluster } from "./live.ts";
import { ageOf, counted, hoursSince, placed, section } from "./section.ts";
import {
  cnpgBackups,
  cnpgScheduledBackups,
  cronJobs,
  statefulSets,
  veleroBackups,
  veleroSchedules,
  volumeSnapshots,
} from "./types.ts";

/** A daily backup may be a day and a bit old. */
const staleHours = 36;

const looksLikeBackup = /back-?up|dump|restic|snapshot|velero|barman|pgbackrest|wal-g|kopia/i;

const CronJob = z.object({
  spec: z.object({
    schedule: z.string().default(""),
    suspend: z.boolean().optional(),
    jobTemplate: z.object({
      spec: z.object({
        template: z.object({
          spec: z.object({ containers: z.array(z.object({ image: z.string().default("") })).default([]) }),
        }),
      }),
    }),
  }),
  status: z.object({ lastSuccessfulTime: z.string().optional(), lastScheduleTime: z.string().optional() }).prefault({}),
});

/**
 * How old the last backup of each kind is, as far as the cluster shows it. That one was made says nothing about whether it can
 * be restored: only a restore does.
 */
export function backupSection(live: LiveCluster, now: Instant): Section {
  const rows = [
    ...live.read(cronJobs, CronJob).flatMap(({ object, value }) => cronRow(object, value, now)),
    ...veleroRows(live, now),
    ...cnpgRows(live, now),
    ...live.read(volumeSnapshots, Snapshot).map(({ object, value }) => snapshotRow(object, value, now)),
  ];
  const stores = live.items(statefulSets).length;
  return section({
    id: "backups",
    title: "Backups",
    columns: ["Backup", "By", "Last good, ago", "Schedule"],
    rows: rows.length === 0 && stores > 0 ? [noneRow(stores)] : rows,
    unseen: live.unseen(cronJobs, veleroBackups, veleroSchedules, cnpgBackups, cnpgScheduledBackups, volumeSnapshots),
    none: "No backup is visible, and nothing here that keeps data in a volume of its own.",
    fine: (count) => `${counted(count, "backup")} ran lately. Whether they can be restored, only a restore tells.`,
    faulty: {
      bad: (count) => `${counted(count, "backup")} missing, late or failed`,
      warn: (count) => `${counted(count, "backup")} worth a look`,
    },
  });
}

function noneRow(stores: number): Row {
  return {
    mark: "bad",
    cells: ["none", "", "", ""],
    why: `${counted(stores, "StatefulSet")} keep data, and the cluster shows no backup: no CronJob, Velero, CloudNativePG or snapshot.`,
    next: "Set one up (the kit has CronJobs for GitLab, PostgreSQL and MLflow in kit/backups), or note where it is made.",
  };
}

function cronRow(object: KubeObject, { spec, status }: z.infer<typeof CronJob>, now: Instant): readonly Row[] {
  const { name, namespace = "default", labels = {} } = object.metadata;
  const images = spec.jobTemplate.spec.template.spec.containers.map(({ image }) => image);
  if (![name, ...images, ...Object.values(labels)].some((text) => looksLikeBackup.test(text))) return [];
  const cells = [placed(object.metadata), "CronJob", ageOf(status.lastSuccessfulTime, now) ?? "never", spec.schedule];
  const next = `\`kubectl get jobs -n ${namespace}\`, then the log of the last one of ${name}.`;
  if (spec.suspend === true)
    return [
      { mark: "bad", cells, why: "It is suspended.", next: "Set `suspend: false` in Git, if it is not on purpose." },
    ];
  const judged = ageMark(status.lastSuccessfulTime, intervalHours(spec.schedule), now);
  return [judged.mark === "good" ? { ...judged, cells } : { ...judged, cells, next }];
}

/** The time between two runs of a schedule, in hours, as far as its shape tells; a day for what is not understood. */
export function intervalHours(schedule: string): number {
  const text = nicknames[schedule] ?? schedule;
  if (/^\S+ \S+ \d+ /.test(text)) return 744;
  if (/^\S+ \S+ \* \S+ \w{1,3}$/.test(text)) return 168;
  if (/^\S+ \* /.test(text)) return 1;
  return Number(/^\S+ \*\/(\d+) /.exec(text)?.[1] ?? 24);
}

const nicknames: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
};

/** Late by half its interval is late. */
function ageMark(last: string | undefined, interval: number, now: Instant): Pick<Row, "mark" | "why"> {
  const hours = hoursSince(last, now);
  if (hours === undefined) return { mark: "bad", why: "It has never ended well, as far as the cluster knows." };
  if (hours > interval * 1.5)
    return { mark: "bad", why: `The last good one is older than its schedule allows (${interval} h).` };
  return { mark: "good" };
}

const VeleroSchedule = z.object({
  spec: z.object({ schedule: z.string().default(""), paused: z.boolean().optional() }),
  status: z.object({ lastBackup: z.string().optional() }).prefault({}),
});

const VeleroBackup = z.object({
  status: z
    .object({
      phase: z.string().default(""),
      completionTimestamp: z.string().optional(),
      expiration: z.string().optional(),
      errors: z.number().optional(),
    })
    .prefault({}),
});

/** A schedule's backups carry its name (velero pkg/apis/velero/v1/labels_annotations.go, ScheduleNameLabel). */
function veleroRows(live: LiveCluster, now: Instant): readonly Row[] {
  const backups = live.read(veleroBackups, VeleroBackup);
  return live.read(veleroSchedules, VeleroSchedule).map(({ object, value }): Row => {
    const own = backups
      .filter((one) => one.object.metadata.labels?.["velero.io/schedule-name"] === object.metadata.name)
      .sort((a, b) => created(b.object).localeCompare(created(a.object)));
    const last = own.find((one) => one.value.status.phase === "Completed")?.value.status.completionTimestamp;
    const cells = [placed(object.metadata), "Velero", ageOf(last, now) ?? "never", value.spec.schedule];
    if (value.spec.paused === true)
      return { mark: "bad", cells, why: "It is paused.", next: "Unpause it in Git, if it is not on purpose." };
    const judged = failedVelero(own[0]?.value) ?? ageMark(last, intervalHours(value.spec.schedule), now);
    if (judged.mark === "good") return { ...judged, cells };
    const newest = own[0]?.object.metadata.name ?? "NAME";
    return { ...judged, cells, next: `\`velero backup describe ${newest} --details\`` };
  });
}

function failedVelero(newest: z.infer<typeof VeleroBackup> | undefined): Pick<Row, "mark" | "why"> | undefined {
  if (newest === undefined || !newest.status.phase.includes("Failed")) return undefined;
  return { mark: "bad", why: `The newest ended as ${newest.status.phase} (${newest.status.errors ?? "?"} errors).` };
}

const CnpgBackup = z.object({
  spec: z.object({ cluster: z.object({ name: z.string() }) }),
  status: z
    .object({ phase: z.string().default(""), stoppedAt: z.string().optional(), error: z.string().optional() })
    .prefault({}),
});

/** One row for each CloudNativePG cluster that has backups. */
function cnpgRows(live: LiveCluster, now: Instant): readonly Row[] {
  const clusters = new Map<string, { readonly object: KubeObject; readonly value: z.infer<typeof CnpgBackup> }[]>();
  for (const one of live.read(cnpgBackups, CnpgBackup)) {
    const key = `${one.object.metadata.namespace}/${one.value.spec.cluster.name}`;
    clusters.set(key, [...(clusters.get(key) ?? []), one]);
  }
  return [...clusters].map(([cluster, backups]): Row => {
    const done = backups
      .filter(({ value }) => value.status.phase === "completed")
      .map(({ value }) => value.status.stoppedAt ?? "");
    const last = done.sort().at(-1);
    const cells = [cluster, "CloudNativePG", ageOf(last, now) ?? "never", ""];
    const broken = backups.find(({ value }) => value.status.phase === "failed");
    const next = `\`kubectl describe backups.postgresql.cnpg.io -n ${cluster.split("/")[0]}\``;
    const judged = ageMark(last, staleHours / 1.5, now);
    if (judged.mark === "good" && broken !== undefined && created(broken.object) > (last ?? ""))
      return { mark: "warn", cells, why: broken.value.status.error ?? "The newest one failed.", next };
    return judged.mark === "good" ? { ...judged, cells } : { ...judged, cells, next };
  });
}

const Snapshot = z.object({
  status: z.object({ readyToUse: z.boolean().optional(), creationTime: z.string().optional() }).prefault({}),
});

function snapshotRow(object: KubeObject, { status }: z.infer<typeof Snapshot>, now: Instant): Row {
  const cells = [placed(object.metadata), "VolumeSnapshot", ageOf(status.creationTime, now) ?? "?", ""];
  if (status.readyToUse === true) return { mark: "note", cells, why: "A snapshot beside its volume is lost with it." };
  return {
    mark: "warn",
    cells,
    why: "It is not ready to use.",
    next: `\`kubectl describe volumesnapshot -n ${object.metadata.namespace} ${object.metadata.name}\``,
  };
}

function created({ metadata }: KubeObject): string {
  return metadata.creationTimestamp ?? "";
}
