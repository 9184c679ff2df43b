import { messageOf, SystemError } from "../kernel/errors.ts";
import { type Instant, instantOf } from "../kernel/instant.ts";
import type { Clock } from "../kernel/ports.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "./job.ts";
import {
  alone,
  dueJobs,
  type JobRow,
  markFinished,
  markStarted,
  type Outcome,
  readJob,
  registerJobs,
} from "./store.ts";

export interface SchedulerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly jobs: readonly Job[];
  /** So many at once; each holds a connection. */
  readonly concurrency: number;
  /** From 0 to 1; spreads turns, so that workers started together do not stay together. */
  random(): number;
  /** Fires after so many seconds; for the time a turn may take. */
  timeout(seconds: number): AbortSignal;
  log(line: {
    readonly level: "info" | "warning" | "error";
    readonly message: string;
    readonly [field: string]: unknown;
  }): void;
}

/** After a failure the next turn comes sooner than usual, later each time. */
const firstRetrySeconds = 30;

/**
 * Gives jobs their turns. One that fails or hangs keeps its own place only: the others go on, oldest turn first. A turn that
 * nobody was there for is made up once, and counted.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #running = new Map<string, Promise<void>>();
  readonly #ending = new AbortController();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  async register(): Promise<void> {
    const { store, clock, jobs } = this.#options;
    await registerJobs(store, clock.now(), jobs);
  }

  /** Starts what is due, as far as there is room. Throws `SystemError` when the database is away. */
  async tick(): Promise<void> {
    const { store, clock, jobs, concurrency } = this.#options;
    const idle = jobs.map(({ id }) => id).filter((id) => !this.#running.has(id));
    if (this.#ending.signal.aborted || this.#running.size >= concurrency) return;
    for (const { id } of await dueJobs(store, clock.now(), idle)) {
      const job = jobs.find((candidate) => candidate.id === id);
      if (job === undefined || this.#running.size >= concurrency) continue;
      const turn = this.#turn(job).catch((thrown) =>
        this.#options.log({ level: "error", message: `job ${id}: ${messageOf(thrown)}` }),
      );
      this.#running.set(id, turn);
      void turn.finally(() => this.#running.delete(id));
    }
  }

  /** Settles when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Starts nothing more, tells what runs, and settles when all have ended. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.idle();
  }

  async #turn(job: Job): Promise<void> {
    const { store, clock } = this.#options;
    await alone(store, job.id, async () => {
      // Another worker may have been quicker between our look and the lock.
      const row = await readJob(store, job.id);
      const now = clock.now();
      if (row === undefined || !isDue(row, now)) return;
      const missed = missedTurns(row, now);
      await markStarted(store, job.id, now, missed);
      if (missed > 0)
        this.#options.log({
          level: "warning",
          message: `job ${job.id}: ${missed} turns were missed`,
          since: row.due_at,
        });
      const { outcome, error } = await this.#run(job, missed, now);
      if (error !== undefined) this.#options.log({ level: "warning", message: `job ${job.id}: ${error}` });
      const end = clock.now();
      await markFinished(store, job.id, { now: end, outcome, error, dueAt: this.#nextTurn(job, row, outcome, end) });
    });
  }

  /** A turn that does not end within its time is given up, whether or not it looks at the signal. */
  async #run(
    job: Job,
    missed: number,
    now: Instant,
  ): Promise<{ readonly outcome: Outcome; readonly error: string | undefined }> {
    const late = this.#options.timeout(job.timeoutSeconds);
    const signal = AbortSignal.any([late, this.#ending.signal]);
    const over = new Promise<"over">((resolve) => {
      signal.addEventListener("abort", () => resolve("over"), { once: true });
    });
    try {
      const work = job.run({ store: this.#options.store, now, signal, missed });
      if ((await Promise.race([work, over])) !== "over") return { outcome: "done", error: undefined };
      work.catch(() => undefined);
      const error = late.aborted ? `no end within ${job.timeoutSeconds} s; given up` : "cut off: the worker ends";
      return { outcome: late.aborted ? "timed-out" : "failed", error };
    } catch (thrown) {
      return { outcome: "failed", error: wordsOf(thrown) };
    }
  }

  #nextTurn(job: Job, row: JobRow, outcome: Outcome, now: Instant): Instant {
    const retry = firstRetrySeconds * 2 ** Math.min(row.failures, 10);
    const seconds = outcome === "done" ? job.everySeconds : Math.min(job.everySeconds, retry);
    const jitter = 1 + (this.#options.random() - 0.5) * 0.2;
    return instantOf(Date.parse(now) + seconds * jitter * 1000);
  }
}

function isDue(row: JobRow, now: Instant): boolean {
  const ahead = (Date.parse(row.due_at) - Date.parse(now)) / 1000;
  return ahead <= 0 || ahead > 1.5 * row.every_seconds + 60;
}

function missedTurns(row: JobRow, now: Instant): number {
  if (row.started_at === null) return 0;
  return Math.max(0, Math.floor((Date.parse(now) - Date.parse(row.due_at)) / 1000 / row.every_seconds));
}

/** What went wrong outside is told in words; a bug of ours says where it is. */
function wordsOf(thrown: unknown): string {
  if (thrown instanceof SystemError || !(thrown instanceof Error)) return messageOf(thrown);
  const place = thrown.stack?.split("\n")[1]?.trim();
  return thrown.name === "InputError" || place === undefined ? thrown.message : `${thrown.message} (${place})`;
}
