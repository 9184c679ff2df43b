import type { Events } from "./events.ts";
import { type Container, containerStatus, type PodFate } from "./fate.ts";
import type { LogBook } from "./logs.ts";
import { ownedBy, type Template } from "./rollout.ts";
import type { ObjectStore } from "./store.ts";
import type { Stored } from "./types.ts";

/** A Job's pod as the program that stands for it sees it. */
export interface JobRun {
  readonly namespace: string;
  readonly job: string;
  readonly pod: string;
  readonly containers: readonly Container[];
  readonly labels: Readonly<Record<string, string>>;
  /** Adds to the pod's log. */
  log(text: string): void;
}

/** Does what a Job's pod would do; its answer is the exit code. A throw counts as exit code 1, its message goes to the log. */
export type JobProgram = (run: JobRun) => Promise<number>;

interface Spec {
  readonly backoffLimit?: number;
  readonly suspend?: boolean;
  readonly template: Template;
}

/** kubernetes.io/docs/concepts/workloads/controllers/job: `backoffLimit` is 6 unless the Job says otherwise. */
const usualBackoff = 6;

/**
 * Jobs of one pod: it runs its program once; when that fails another pod is tried, up to `backoffLimit` times more. A pod that
 * was running when the lab was killed failed.
 */
export class Jobs {
  readonly #store: ObjectStore;
  readonly #fate: PodFate;
  readonly #events: Events;
  readonly #logs: LogBook;
  readonly #program: JobProgram;
  readonly #running = new Set<string>();

  constructor(parts: { store: ObjectStore; fate: PodFate; events: Events; logs: LogBook; program: JobProgram }) {
    this.#store = parts.store;
    this.#fate = parts.fate;
    this.#events = parts.events;
    this.#logs = parts.logs;
    this.#program = parts.program;
  }

  step(): void {
    for (const job of this.#store.all("Job")) this.#stepJob(job);
  }

  #stepJob(job: Stored): void {
    const spec = job["spec"] as Spec | undefined;
    if (spec?.template?.spec === undefined || spec.suspend === true || isEnded(job)) return;
    const pods = this.#store.all("Pod").filter((pod) => ownedBy(pod, job));
    const active = pods.find((pod) => phaseOf(pod) === "Pending" || phaseOf(pod) === "Running");
    const failed = pods.filter((pod) => phaseOf(pod) === "Failed").length;
    const { backoffLimit = usualBackoff } = spec;
    if (pods.some((pod) => phaseOf(pod) === "Succeeded")) return this.#end(job, "Complete", failed);
    if (active !== undefined) return this.#run(job, active, spec.template);
    if (failed > backoffLimit) return this.#end(job, "Failed", failed);
    this.#start(job, spec.template);
    this.#report(job, { active: 1, failed });
  }

  #start(job: Stored, template: Template): void {
    const { name, namespace = "default", uid = "" } = job.metadata;
    const labels = { ...template.metadata?.labels, "job-name": name, "batch.kubernetes.io/job-name": name };
    const ownerReferences = [{ apiVersion: "batch/v1", kind: "Job", name, uid, controller: true }];
    const metadata = { generateName: `${name}-`, namespace, labels, ownerReferences } as unknown as Stored["metadata"];
    const pod = this.#store.create(this.#store.typeOfObject({ apiVersion: "v1", kind: "Pod" }), {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: template.spec,
      status: { phase: "Pending" },
    });
    this.#events.tell(job, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
  }

  #run(job: Stored, pod: Stored, template: Template): void {
    const { namespace = "default", name, uid = "" } = pod.metadata;
    if (this.#running.has(uid)) return;
    const containers = template.spec.containers as readonly Container[];
    const fates = containers.map(({ image }) => this.#fate({ namespace, image, workload: job.metadata.name }));
    if (fates.includes("no-image")) return this.#setStatus(pod, "Pending", containers, "no-image");
    if (phaseOf(pod) === "Running") return this.#finish(pod, containers, 137);
    this.#setStatus(pod, "Running", containers, "runs");
    this.#running.add(uid);
    const log = (text: string): void => this.#logs.append(`${namespace}/${name}`, text);
    const run = { namespace, job: job.metadata.name, pod: name, containers, labels: pod.metadata.labels ?? {}, log };
    const ends = fates.includes("crashes") ? Promise.resolve(1) : this.#program(run);
    ends
      .catch((thrown: unknown) => {
        log(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
        return 1;
      })
      .then((exitCode) => {
        const live = this.#store.get(this.#store.typeOfObject(pod), namespace, name);
        if (live?.metadata.uid === uid) this.#finish(live, containers, exitCode);
        this.#running.delete(uid);
      })
      .catch(() => undefined);
  }

  #setStatus(pod: Stored, phase: string, containers: readonly Container[], fate: "runs" | "no-image"): void {
    const containerStatuses = containers.map((one) => containerStatus(one, fate, undefined, this.#store.now()));
    this.#store.update(this.#store.typeOfObject(pod), pod, { ...pod, status: { phase, containerStatuses } });
  }

  #finish(pod: Stored, containers: readonly Container[], exitCode: number): void {
    const now = this.#store.now();
    const reason = exitCode === 0 ? "Completed" : "Error";
    const containerStatuses = containers.map((one) => ({
      ...containerStatus(one, "runs", undefined, now),
      ready: false,
      state: { terminated: { exitCode, reason, finishedAt: now } },
    }));
    const status = { phase: exitCode === 0 ? "Succeeded" : "Failed", containerStatuses };
    this.#store.update(this.#store.typeOfObject(pod), pod, { ...pod, status });
  }

  #end(job: Stored, type: "Complete" | "Failed", failed: number): void {
    const at = this.#store.now();
    const why = { reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
    const condition = { type, status: "True", lastTransitionTime: at, ...(type === "Failed" ? why : {}) };
    const completed = type === "Complete" ? { succeeded: 1, completionTime: at } : {};
    this.#report(job, { ...completed, failed, conditions: [condition] });
    const [kind, reason, message] =
      type === "Failed"
        ? (["Warning", why.reason, why.message] as const)
        : (["Normal", "Completed", "Job completed"] as const);
    this.#events.tell(job, kind, reason, message);
  }

  #report(job: Stored, status: Record<string, unknown>): void {
    const was = job["status"] as { readonly startTime?: string } | undefined;
    const startTime = was?.startTime ?? this.#store.now();
    this.#store.update(this.#store.typeOfObject(job), job, { ...job, status: { startTime, ...status } });
  }
}

function isEnded(job: Stored): boolean {
  const { conditions = [] } = (job["status"] ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return conditions.some(({ type, status }) => (type === "Complete" || type === "Failed") && status === "True");
}

function phaseOf(pod: Stored): string | undefined {
  return (pod["status"] as { readonly phase?: string } | undefined)?.phase;
}
