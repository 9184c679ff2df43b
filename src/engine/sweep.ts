import { type RawBuilder, sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { asJson, type Store } from "../store/store.ts";
import type { Leg } from "./advance.ts";
import { writeEvent } from "./events.ts";
import type { RunState, Wanted } from "./run.ts";
import type { EngineTables } from "./store.ts";

/** One worker process, as the others see it. */
export interface WorkerSelf {
  readonly id: string;
  readonly version: string;
  /** The environments whose credentials it has; all when undefined. */
  readonly environments: readonly string[] | undefined;
  /** After so long without a beat the others take its runs over. */
  readonly deadAfterSeconds: number;
}

/** Says that a worker lives, by the database's clock; the first time with all about it. */
export async function beatWorker(store: Store, self: WorkerSelf, now: Instant): Promise<void> {
  const environments = self.environments === undefined ? null : asJson(self.environments);
  await store
    .tables<EngineTables>()
    .insertInto("workers")
    .values({
      id: self.id,
      version: self.version,
      environments,
      started_at: now,
      beat_at: sql<Instant>`clock_timestamp()`,
    })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ beat_at: sql<Instant>`clock_timestamp()` }))
    .execute();
}

/** A worker that ends in order: its runs are free at once. */
export async function leaveWorker(store: Store, self: WorkerSelf): Promise<void> {
  await store.tables<EngineTables>().deleteFrom("workers").where("id", "=", self.id).execute();
}

/** Hands a leg to the environment's queue, in the caller's transaction. */
export type Dispatch = (part: Store, leg: Leg & { readonly environment: string }) => Promise<void>;

interface Candidate {
  readonly id: string;
  readonly environment: string;
  readonly state: RunState;
  readonly leg: number;
  readonly held_by: string | null;
  readonly wanted: Wanted | null;
}

/** Within it a worker that was given a leg has begun it, and one that gave a leg up is done with it. */
const settleSeconds = 5;

/**
 * Finds the runs that can go on (ready, woken, asked something, with a worker that is dead, or with a leg that was given to a
 * worker which never began it), gives each its next leg and queues it. Several workers may sweep at once; each run is taken by
 * one. Returns what was queued.
 */
export async function sweepRuns(
  store: Store,
  self: WorkerSelf,
  options: {
    readonly now: Instant;
    readonly dispatch: Dispatch;
    /** The runs that this process is working on now. */
    readonly busy: ReadonlySet<string>;
    /** A queued leg that nobody took for so long is queued again. */
    readonly lostAfterSeconds: number;
    /** Of the run `r`, as the queue tells it: whether its leg still waits there for a worker. */
    readonly inQueue: RawBuilder<boolean>;
    readonly limit?: number;
  },
): Promise<readonly Leg[]> {
  return store.transaction(async (part) => {
    const found = await candidates(part, self, options);
    const legs: Leg[] = [];
    for (const run of found) {
      const leg = run.leg + 1;
      await sql`
        update runs set state = 'queued', leg = ${leg}, held_by = null, version = version + 1, updated_at = ${options.now}
        where id = ${run.id}`.execute(part.tables());
      if (run.state === "running")
        await writeEvent(part, run.id, options.now, {
          kind: "state",
          data: { state: "queued", takenFrom: run.held_by },
        });
      await options.dispatch(part, { runId: run.id, leg, environment: run.environment });
      legs.push({ runId: run.id, leg });
    }
    return legs;
  });
}

async function candidates(
  part: Store,
  self: WorkerSelf,
  options: Parameters<typeof sweepRuns>[2],
): Promise<readonly Candidate[]> {
  const { now, busy, lostAfterSeconds, inQueue, limit = 50 } = options;
  const ours =
    self.environments === undefined ? sql`true` : sql`r.environment = any(${[...self.environments]}::text[])`;
  const { rows } = await sql<Candidate>`
    select r.id, r.environment, r.state, r.leg, r.held_by, r.wanted from runs r
    where r.ended_at is null and ${ours} and (
      r.state = 'ready'
      or (r.state = 'waiting' and (r.wake_at <= ${now} or r.wanted is not null))
      or (r.state = 'running' and not exists (
        select 1 from workers w where w.id = r.held_by
          and w.beat_at > clock_timestamp() - make_interval(secs => ${self.deadAfterSeconds})))
      or (r.state = 'running' and r.held_by = ${self.id} and r.id <> all(${[...busy]}::text[])
        and r.updated_at < ${secondsBefore(now, settleSeconds)})
      or (r.state = 'queued' and (r.updated_at < ${secondsBefore(now, lostAfterSeconds)}
        or (r.updated_at < ${secondsBefore(now, settleSeconds)} and not ${inQueue}))))
    order by r.updated_at
    limit ${limit}
    for update of r skip locked`.execute(part.tables());
  return rows;
}

function secondsBefore(now: Instant, seconds: number) {
  return sql`${now}::timestamptz - make_interval(secs => ${seconds})`;
}
