import * as z from "zod";
import { cronOf, strikes } from "../cron.ts";
import type { Events } from "./events.ts";
import { ownedBy } from "./rollout.ts";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

/*
 * CronJobs, as kubernetes.io/docs/concepts/workloads/controllers/cron-jobs has them and
 * kubernetes/kubernetes pkg/controller/cronjob/cronjob_controllerv2.go does it: of the times that were missed the last one runs,
 * unless `startingDeadlineSeconds` are over; a Job's name is the CronJob's with the minutes since 1970 behind it. With `Forbid` the
 * time waits until the earlier Job has ended; `Replace` deletes that one. `suspend` starts nothing. Of what has ended three that
 * succeeded and one that failed are kept.
 */

const Spec = z.object({
  schedule: z.string(),
  timeZone: z.string().optional(),
  suspend: z.boolean().default(false),
  concurrencyPolicy: z.enum(["Allow", "Forbid", "Replace"]).default("Allow"),
  startingDeadlineSeconds: z.number().optional(),
  successfulJobsHistoryLimit: z.number().default(3),
  failedJobsHistoryLimit: z.number().default(1),
  jobTemplate: z.looseObject({
    metadata: z
      .object({
        labels: z.record(z.string(), z.string()).optional(),
        annotations: z.record(z.string(), z.string()).optional(),
      })
      .optional(),
    spec: z.looseObject({}),
  }),
});
type Spec = z.infer<typeof Spec>;

const Status = z.object({ lastScheduleTime: z.string().optional(), lastSuccessfulTime: z.string().optional() });

const minuteMs = 60_000;
/** Beyond it nobody looks for a time that was missed. */
const lookBackMs = 7 * 24 * 60 * minuteMs;

interface Watched {
  /** Up to here the schedule was asked. */
  readonly checked: number;
  /** A time that has come and whose Job is not there yet. */
  readonly due: number | undefined;
}

export class CronJobs {
  readonly #store: ObjectStore;
  readonly #events: Events;
  readonly #watched = new Map<string, Watched>();

  constructor(store: ObjectStore, events: Events) {
    this.#store = store;
    this.#events = events;
  }

  step(): void {
    const all = this.#store.all("CronJob");
    for (const cronJob of all) this.#stepOne(cronJob);
    const known = new Set(all.map(({ metadata }) => metadata.uid));
    for (const uid of this.#watched.keys()) if (!known.has(uid)) this.#watched.delete(uid);
  }

  #stepOne(cronJob: Stored): void {
    const read = Spec.safeParse(cronJob["spec"]);
    if (!read.success) return;
    const jobs = this.#store.all("Job").filter((job) => ownedBy(job, cronJob));
    this.#forget(cronJob, jobs, read.data);
    const { due, checked } = this.#look(cronJob, read.data);
    const started = due === undefined || read.data.suspend ? undefined : this.#begin(cronJob, read.data, jobs, due);
    if (started !== undefined) this.#watched.set(cronJob.metadata.uid ?? "", { checked, due: undefined });
    this.#report(cronJob, started, due);
  }

  /** The last time that has come since the CronJob was made, or last ran. */
  #look(cronJob: Stored, spec: Spec): Watched {
    const uid = cronJob.metadata.uid ?? "";
    const now = Math.floor(Date.parse(this.#store.now()) / minuteMs) * minuteMs;
    const was = this.#watched.get(uid) ?? { checked: this.#earliest(cronJob, now), due: undefined };
    if (now <= was.checked) return was;
    const watched = { checked: now, due: this.#lastBetween(cronJob, spec, was.checked, now) ?? was.due };
    this.#watched.set(uid, watched);
    return watched;
  }

  #earliest(cronJob: Stored, now: number): number {
    const { lastScheduleTime } = Status.parse(cronJob["status"] ?? {});
    const since = Date.parse(lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? this.#store.now());
    return Math.max(since, now - lookBackMs);
  }

  #lastBetween(cronJob: Stored, spec: Spec, after: number, until: number): number | undefined {
    try {
      const cron = cronOf(spec.schedule);
      for (let at = until; at > after; at -= minuteMs) if (strikes(cron, at, spec.timeZone)) return at;
    } catch (thrown) {
      const words = thrown instanceof Error ? thrown.message : String(thrown);
      this.#events.tell(cronJob, "Warning", "UnparseableSchedule", `unparseable schedule: ${spec.schedule}: ${words}`);
    }
    return undefined;
  }

  /** The Job's name, when it was begun or given up; undefined: it has to wait. */
  #begin(cronJob: Stored, spec: Spec, jobs: readonly Stored[], due: number): string | undefined {
    const name = `${cronJob.metadata.name}-${due / minuteMs}`;
    const { startingDeadlineSeconds: deadline } = spec;
    if (deadline !== undefined && Date.parse(this.#store.now()) > due + deadline * 1000) {
      const at = new Date(due).toUTCString();
      this.#events.tell(cronJob, "Warning", "MissSchedule", `Missed scheduled time to start a job: ${at}`);
      this.#watched.set(cronJob.metadata.uid ?? "", { checked: due, due: undefined });
      return undefined;
    }
    const active = jobs.filter((job) => endOf(job) === undefined);
    if (active.length > 0 && spec.concurrencyPolicy === "Forbid") {
      const words = "Not starting job because prior execution is running and concurrency policy is Forbid";
      this.#events.tell(cronJob, "Normal", "JobAlreadyActive", words);
      return undefined;
    }
    if (spec.concurrencyPolicy === "Replace") for (const job of active) this.#remove(cronJob, job);
    this.#create(cronJob, spec, name, due);
    return name;
  }

  #create(cronJob: Stored, { jobTemplate }: Spec, name: string, due: number): void {
    const { namespace = "default", name: owner, uid = "" } = cronJob.metadata;
    const served = this.#store.typeOfObject({ apiVersion: "batch/v1", kind: "Job" });
    if (this.#store.get(served, namespace, name) !== undefined) return;
    const scheduled = new Date(due).toISOString().replace(".000Z", "Z");
    this.#store.create(served, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {
        namespace,
        name,
        ...(jobTemplate.metadata?.labels === undefined ? {} : { labels: jobTemplate.metadata.labels }),
        annotations: {
          ...jobTemplate.metadata?.annotations,
          "batch.kubernetes.io/cronjob-scheduled-timestamp": scheduled,
        },
        ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: owner, uid, controller: true }],
      },
      spec: jobTemplate.spec,
    });
    this.#events.tell(cronJob, "Normal", "SuccessfulCreate", `Created job ${name}`);
  }

  #remove(cronJob: Stored, job: Stored): void {
    this.#store.delete(this.#store.typeOfObject(job), job);
    this.#events.tell(cronJob, "Normal", "SuccessfulDelete", `Deleted job ${job.metadata.name}`);
  }

  /** Of those that have ended, the oldest beyond what is kept. */
  #forget(cronJob: Stored, jobs: readonly Stored[], spec: Spec): void {
    const kept = { Complete: spec.successfulJobsHistoryLimit, Failed: spec.failedJobsHistoryLimit } as const;
    for (const end of ["Complete", "Failed"] as const) {
      const ended = jobs.filter((job) => endOf(job) === end).toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
      for (const job of ended.slice(0, Math.max(0, ended.length - kept[end]))) this.#remove(cronJob, job);
    }
  }

  #report(cronJob: Stored, started: string | undefined, due: number | undefined): void {
    const jobs = this.#store.all("Job").filter((job) => ownedBy(job, cronJob));
    const was = Status.parse(cronJob["status"] ?? {});
    const active = jobs
      .filter((job) => endOf(job) === undefined)
      .map(({ metadata: { name, namespace, uid } }) => ({ apiVersion: "batch/v1", kind: "Job", namespace, name, uid }));
    const succeeded = jobs.flatMap((job) => completionOf(job) ?? []).sort();
    const lastScheduleTime =
      started === undefined || due === undefined
        ? was.lastScheduleTime
        : new Date(due).toISOString().replace(".000Z", "Z");
    const lastSuccessfulTime = [was.lastSuccessfulTime, ...succeeded]
      .filter((at) => at !== undefined)
      .sort()
      .at(-1);
    const status = {
      ...(active.length > 0 ? { active } : {}),
      ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
      ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
    };
    if (JSON.stringify(status) === JSON.stringify(cronJob["status"] ?? {})) return;
    this.#store.update(this.#store.typeOfObject(cronJob), cronJob, { ...cronJob, status });
  }
}

const JobStatus = z.object({
  completionTime: z.string().optional(),
  conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
});

function endOf(job: Stored): "Complete" | "Failed" | undefined {
  const { conditions } = JobStatus.parse(job["status"] ?? {});
  const isTrue = (wanted: string): boolean =>
    conditions.some(({ type, status }) => type === wanted && status === "True");
  if (isTrue("Complete")) return "Complete";
  return isTrue("Failed") ? "Failed" : undefined;
}

function completionOf(job: Stored): string | undefined {
  return JobStatus.parse(job["status"] ?? {}).completionTime;
}

function startOf(job: Stored): string {
  return job.metadata.creationTimestamp ?? "";
}
