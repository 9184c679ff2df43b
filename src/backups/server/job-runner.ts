import * as z from "zod";
import type { BackupRunner, RunnerCall, RunnerEnd } from "../../kernel/backup-runner.ts";
import { SystemError } from "../../kernel/errors.ts";
import type { Fact } from "../../kernel/fact.ts";
import type { KubeName, KubeObject, KubeWriter } from "../../kernel/kube.ts";
import type { BackupJob } from "../../platform/server-backup-job.ts";
import { readJobLog } from "./job-log.ts";
import { jobName, jobObject } from "./job-object.ts";
import { worksThere } from "./verbs.ts";

/*
 * The runner as a Job in a namespace. A worker that dies leaves the Job working: the next one finds it by its name and follows
 * it. One that ended before is cleared away, as what it sealed is found in the repository and the rest has to be done anew.
 */

export interface JobRunnerOptions {
  /** For questions, which move no data. */
  readonly process: BackupRunner;
  /** The Job of an environment; undefined: its runner is a process. */
  readonly declared: (environment: string) => BackupJob | undefined;
  /** By the backup runner's account. */
  readonly cluster: (environment: string) => Promise<KubeWriter>;
  readonly pause: (millis: number, signal: AbortSignal) => Promise<void>;
}

export function jobRunner({ process, declared, cluster, pause }: JobRunnerOptions): BackupRunner {
  return {
    async call(call) {
      const job = worksThere(call.args) ? declared(call.environment) : undefined;
      if (job === undefined) return process.call(call);
      return new Following(call, job, await cluster(call.environment), pause).end();
    },
  };
}

const Job = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
        .default([]),
    })
    .prefault({}),
});

const Pod = z.object({
  status: z
    .object({
      containerStatuses: z
        .array(
          z.object({
            state: z
              .object({
                waiting: z.object({ reason: z.string().default(""), message: z.string().default("") }).optional(),
                terminated: z.object({ exitCode: z.number() }).optional(),
              })
              .prefault({}),
          }),
        )
        .default([]),
    })
    .prefault({}),
});

const jobs = { apiVersion: "batch/v1", plural: "jobs" };
const writing = { fieldManager: "millwright-backup" };
const pollMillis = 2000;
/** A log is read whole each time: the longer it is, the seldomer. */
const bytesPerMilli = 100;
const mostLog = 16 * 1024 * 1024;
/** So often in a row it may not answer: the Job goes on meanwhile. */
const mostSilent = 60;

class Following {
  readonly #call: RunnerCall;
  readonly #declared: BackupJob;
  readonly #cluster: KubeWriter;
  readonly #pause: JobRunnerOptions["pause"];
  readonly #name: KubeName;
  #told = 0;
  #waiting = "";
  #log = "";

  constructor(call: RunnerCall, declared: BackupJob, cluster: KubeWriter, pause: JobRunnerOptions["pause"]) {
    this.#call = call;
    this.#declared = declared;
    this.#cluster = cluster;
    this.#pause = pause;
    this.#name = { ...jobs, namespace: declared.namespace, name: jobName(call) };
  }

  async end(): Promise<RunnerEnd> {
    const { signal } = this.#call;
    const uid = await this.#begin();
    for (let silent = 0; ; ) {
      if (signal.aborted) return this.#breakOff(uid);
      try {
        const end = await this.#look(uid);
        if (end !== undefined) return end;
        silent = 0;
      } catch (thrown) {
        silent += 1;
        if (!(thrown instanceof SystemError) || thrown.remedy !== "retry" || silent > mostSilent) throw thrown;
      }
      await this.#pause(pollMillis + this.#log.length / bytesPerMilli, signal);
    }
  }

  /** The uid of the Job that works for this call: one that does already, or a new one. */
  async #begin(): Promise<string | undefined> {
    const found = await this.#cluster.get(this.#name);
    const before = knownOr(found);
    if (before !== undefined && isWorking(before)) {
      this.#say(`follows the Job ${this.#name.name}, which works on it already`);
      return before.metadata.uid;
    }
    if (before !== undefined) await this.#clear(before.metadata.uid);
    return this.#make();
  }

  async #make(): Promise<string | undefined> {
    const object = jobObject(this.#declared, this.#call);
    for (let tries = 0; ; tries += 1) {
      const made = await this.#cluster.create(jobs, object, writing);
      if (made.kind === "written") {
        this.#say(`the Job ${this.#name.name} works on it in ${this.#declared.namespace}`);
        return made.object.metadata.uid;
      }
      // What was cleared away is still going, or another worker was first.
      if (made.kind !== "conflict" || tries > 30)
        throw new SystemError(`the backup runner's Job could not be made: ${made.why}`, "stop");
      await this.#pause(1000, this.#call.signal);
      const now = knownOr(await this.#cluster.get(this.#name));
      if (now !== undefined && isWorking(now)) return now.metadata.uid;
    }
  }

  async #look(uid: string | undefined): Promise<RunnerEnd | undefined> {
    const job = knownOr(await this.#cluster.get(this.#name));
    if (job === undefined || job.metadata.uid !== uid)
      throw new SystemError(`the Job ${this.#name.name} was removed; what it left is no backup`, "stop");
    const pod = await this.#pod(uid);
    if (pod !== undefined) await this.#hear(pod);
    const end = endOf(job);
    if (end === undefined) return undefined;
    return this.#answer(end, pod === undefined ? undefined : statusOf(pod)?.terminated?.exitCode);
  }

  #answer(end: string, code: number | undefined): RunnerEnd {
    const { output, errors } = readJobLog(this.#log);
    if (code === undefined || code > 2)
      throw new SystemError(
        `the Job ${this.#name.name} ended (${end})${code === undefined ? "" : ` with ${code}`}: ${errors.slice(-2000)}`,
        "stop",
      );
    return { code, output, errors: errors.slice(-4000) };
  }

  async #pod(uid: string | undefined): Promise<KubeObject | undefined> {
    const labels = `job-name=${this.#name.name}`;
    const listed = await this.#cluster.list(
      { apiVersion: "v1", plural: "pods" },
      { namespace: this.#declared.namespace, labels },
    );
    const own = knownOr(listed)?.items.filter((one) =>
      one.metadata.ownerReferences?.some((owner) => owner.uid === uid),
    );
    return own?.[0];
  }

  async #hear(pod: KubeObject): Promise<void> {
    const waiting = statusOf(pod)?.waiting;
    if (waiting !== undefined && waiting.reason !== this.#waiting) {
      this.#waiting = waiting.reason;
      this.#say(`its pod waits: ${waiting.reason} ${waiting.message}`.trim());
    }
    if (waiting !== undefined) return;
    const { name, namespace = "default" } = pod.metadata;
    const log = await this.#cluster.logs({ namespace, name }, { limitBytes: mostLog });
    if (log.kind !== "known" || log.value.length < this.#log.length) return;
    this.#log = log.value;
    const { lines } = readJobLog(this.#log);
    for (const line of lines.slice(this.#told)) this.#call.onLine?.(line);
    this.#told = lines.length;
  }

  #say(text: string): void {
    this.#call.onLine?.({ kind: "progress", text });
  }

  /** In batch/v1 the pods of a deleted Job stay unless the deletion says otherwise (pkg/registry/batch/job/strategy.go). */
  async #clear(uid: string | undefined): Promise<void> {
    const gone = await this.#cluster.delete(this.#name, { uid, propagation: "Background" });
    if (gone.kind === "refused") throw new SystemError(`${gone.why} ${gone.howToLearn}`, "stop");
  }

  async #breakOff(uid: string | undefined): Promise<never> {
    await this.#clear(uid);
    throw new SystemError(
      `${this.#call.args.slice(0, 2).join(" ")} was broken off; what it left is no backup`,
      "retry",
    );
  }
}

/** Undefined: it is not there. */
function knownOr<T>(fact: Fact<T>): T | undefined {
  if (fact.kind === "unknown") throw new SystemError(`${fact.why} ${fact.howToLearn}`, "stop");
  return fact.kind === "known" ? fact.value : undefined;
}

function isWorking(job: KubeObject): boolean {
  return endOf(job) === undefined && job.metadata.deletionTimestamp === undefined;
}

function endOf(job: KubeObject): string | undefined {
  const ended = Job.parse(job).status.conditions.find(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  );
  return ended === undefined ? undefined : `${ended.type}${ended.message === "" ? "" : `: ${ended.message}`}`;
}

function statusOf(pod: KubeObject) {
  return Pod.parse(pod).status.containerStatuses[0]?.state;
}
