import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import { millwright } from "../platform/actor.ts";
import type { JournalDraft } from "../platform/record.ts";
import type { Store } from "../store/store.ts";

/** What is not over yet: the runs that belong to it are kept, however old they are. */
export interface StillOpen {
  /** Ids of runs. */
  readonly runs: readonly string[];
  /** Ids, as the runs' links name them. */
  readonly workOrders: readonly string[];
  readonly incidents: readonly string[];
}

export interface RunSweep {
  readonly now: Instant;
  /** Runs that ended earlier go. */
  readonly endedBefore: Instant;
  /** Asked in the transaction that removes. */
  readonly stillOpen: (part: Store) => Promise<StillOpen>;
  readonly record: (part: Store, draft: JournalDraft) => Promise<void>;
  /** The most at once; 1000 when left out. */
  readonly limit?: number;
}

interface Gone {
  readonly count: number;
  readonly first: Instant | null;
  readonly last: Instant | null;
}

/**
 * Removes the oldest runs that ended before a moment, with their attempts, logs, decisions and events; says how many. A run
 * that has not ended stays. The journal says in the same transaction how many went, and when they had ended.
 */
export async function sweepEndedRuns(store: Store, sweep: RunSweep): Promise<number> {
  return store.transaction(async (part) => {
    const gone = await remove(part, sweep, await sweep.stillOpen(part));
    if (gone.count > 0)
      await sweep.record(part, {
        at: sweep.now,
        kind: "run",
        actor: millwright,
        task: `Removed ${gone.count} runs that ended before ${sweep.endedBefore}`,
        evidence: { removed: gone.count, firstEndedAt: gone.first, lastEndedAt: gone.last },
      });
    return gone.count;
  });
}

/** Attempts, decisions and events go with their run: the schema says so. */
async function remove(part: Store, { endedBefore, limit = 1000 }: RunSweep, open: StillOpen): Promise<Gone> {
  const { rows } = await sql<Gone>`
    with old as (
      select id from runs
      where ended_at < ${endedBefore} and state in ('done', 'aborted', 'cancelled')
        and id <> all(${[...open.runs]}::text[])
        and coalesce(links->>'workOrder', '') <> all(${[...open.workOrders]}::text[])
        and coalesce(links->>'incident', '') <> all(${[...open.incidents]}::text[])
      order by ended_at, id
      limit ${limit}
      for update skip locked),
    gone as (delete from runs using old where runs.id = old.id returning runs.ended_at)
    select count(*) as count, min(ended_at) as first, max(ended_at) as last from gone`.execute(part.tables());
  return rows[0] ?? { count: 0, first: null, last: null };
}
