import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { instantOf } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "./job.ts";

export interface WorkerTables {
  readonly worker_jobs: {
    readonly id: string;
    readonly every_seconds: number;
    readonly due_at: Instant;
    readonly started_at: Instant | null;
    readonly finished_at: Instant | null;
    readonly outcome: Outcome | null;
    readonly error: string | null;
    readonly failures: number;
    readonly missed: number;
  };
  readonly worker_beats: {
    readonly id: string;
    readonly version: string;
    readonly started_at: Instant;
    readonly beat_at: Instant;
  };
}

export type Outcome = "done" | "failed" | "timed-out";
export type JobRow = WorkerTables["worker_jobs"];
export type BeatRow = WorkerTables["worker_beats"];

/** Makes jobs known; one that was known keeps its turn. */
export async function registerJobs(store: Store, now: Instant, jobs: readonly Job[]): Promise<void> {
  if (jobs.length === 0) return;
  await store
    .tables<WorkerTables>()
    .insertInto("worker_jobs")
    .values(
      jobs.map((job) => ({
        id: job.id,
        every_seconds: job.everySeconds,
        due_at: now,
        started_at: null,
        finished_at: null,
        outcome: null,
        error: null,
        failures: 0,
        missed: 0,
      })),
    )
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({ every_seconds: (row) => row.ref("excluded.every_seconds") }),
    )
    .execute();
}

/** The jobs whose turn it is, the one that waits longest first. A turn far ahead shows that the clock was set back. */
export async function dueJobs(store: Store, now: Instant, ids: readonly string[]): Promise<readonly JobRow[]> {
  if (ids.length === 0) return [];
  return store
    .tables<WorkerTables>()
    .selectFrom("worker_jobs")
    .selectAll()
    .where("id", "in", [...ids])
    .where((row) =>
      row.or([
        row("due_at", "<=", now),
        row("due_at", ">", sql<Instant>`${now}::timestamptz + (1.5 * every_seconds + 60) * interval '1 second'`),
      ]),
    )
    .orderBy("due_at")
    .execute();
}

export async function readJob(store: Store, id: string): Promise<JobRow | undefined> {
  return store.tables<WorkerTables>().selectFrom("worker_jobs").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function markStarted(store: Store, id: string, now: Instant, missed: number): Promise<void> {
  await store
    .tables<WorkerTables>()
    .updateTable("worker_jobs")
    .set((row) => ({ started_at: now, missed: sql<number>`${row.ref("missed")} + ${missed}` }))
    .where("id", "=", id)
    .execute();
}

export async function markFinished(
  store: Store,
  id: string,
  turn: {
    readonly now: Instant;
    readonly outcome: Outcome;
    readonly error: string | undefined;
    readonly dueAt: Instant;
  },
): Promise<void> {
  await store
    .tables<WorkerTables>()
    .updateTable("worker_jobs")
    .set((row) => ({
      finished_at: turn.now,
      outcome: turn.outcome,
      error: turn.error ?? null,
      failures: turn.outcome === "done" ? 0 : sql<number>`${row.ref("failures")} + 1`,
      // Somebody may have asked for the next turn while this one ran: then it is not put off.
      due_at: sql<Instant>`case when due_at > coalesce(started_at, due_at) and due_at <= ${turn.now}::timestamptz then due_at else ${turn.dueAt}::timestamptz end`,
    }))
    .where("id", "=", id)
    .execute();
}

/** Asks for a job's turn now; a job that no worker knows is not made. */
export async function requestJob(store: Store, now: Instant, id: string): Promise<boolean> {
  const rows = await store
    .tables<WorkerTables>()
    .updateTable("worker_jobs")
    .set({ due_at: now })
    .where("id", "=", id)
    .returning("id")
    .execute();
  return rows.length > 0;
}

export async function listJobs(store: Store): Promise<readonly JobRow[]> {
  return store.tables<WorkerTables>().selectFrom("worker_jobs").selectAll().orderBy("id").execute();
}

/** Says that a worker lives, and forgets those that were silent for a day. */
export async function beatWorker(store: Store, beat: BeatRow): Promise<void> {
  const tables = store.tables<WorkerTables>();
  await tables
    .insertInto("worker_beats")
    .values(beat)
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ beat_at: beat.beat_at, version: beat.version }))
    .execute();
  const yesterday = instantOf(Date.parse(beat.beat_at) - 86_400_000);
  await tables.deleteFrom("worker_beats").where("beat_at", "<", yesterday).execute();
}

export async function endWorker(store: Store, id: string): Promise<void> {
  await store.tables<WorkerTables>().deleteFrom("worker_beats").where("id", "=", id).execute();
}

/** The workers that were heard of within a minute. */
export async function liveWorkers(store: Store, now: Instant): Promise<readonly BeatRow[]> {
  return store
    .tables<WorkerTables>()
    .selectFrom("worker_beats")
    .selectAll()
    .where("beat_at", ">", instantOf(Date.parse(now) - 60_000))
    .orderBy("id")
    .execute();
}

/**
 * Does the work while no other worker does this job; undefined when one does. The lock belongs to a connection held for it:
 * PostgreSQL itself lets it go when this process dies.
 */
export async function alone<T>(store: Store, job: string, work: () => Promise<T>): Promise<T | undefined> {
  return store
    .tables<WorkerTables>()
    .connection()
    .execute(async (db) => {
      const { rows } = await sql<{ readonly mine: boolean }>`
        select pg_try_advisory_lock(${jobs}, hashtext(${job})) as mine`.execute(db);
      if (rows[0]?.mine !== true) return undefined;
      try {
        return await work();
      } finally {
        await sql`select pg_advisory_unlock(${jobs}, hashtext(${job}))`.execute(db).catch(() => undefined);
      }
    });
}

/** `mjob`: tells our locks of jobs from other ones. */
const jobs = 0x6d6a6f62;
