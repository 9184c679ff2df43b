import { sql } from "kysely";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import { keep } from "../schedule/keep.ts";
import { removalTurnsOf } from "../schedule/removal-turns.ts";
import { nextTurnOf } from "../schedule/turns.ts";
import { candidateOf } from "./candidate.ts";
import type { BackedUpEnvironment } from "./config.ts";
import { heldBackups, type KnownBackup } from "./read.ts";
import type { BackupTables } from "./tables.ts";

/** How it stands with what retention keeps no longer, as far as the mirror tells. */
export interface RemovalState {
  /** When it is shown next, to be removed; undefined: by hand alone. */
  readonly nextAt: Instant | undefined;
  /** What retention would remove now. */
  readonly backups: number;
  /** Before equal data is counted once. */
  readonly bytes: number;
  /** What of it could have gone so many weeks ago. */
  readonly overdue: number;
  readonly overdueWeeks: number;
  /** Since when the oldest debris lies there; undefined: none does. */
  readonly debrisSince: Instant | undefined;
  /** The run that waits for somebody to agree. */
  readonly waiting:
    | {
        readonly run: string;
        /** Since nobody answered the first of those whose place it took. */
        readonly since: Instant;
        /** As it showed. */
        readonly freesBytes: number | undefined;
      }
    | undefined;
}

const day = 86_400_000;

/** A month's turn may be missed once, and so may others that come more often. */
function graceWeeks({ every }: BackedUpEnvironment["retention"]): number {
  return every === "month" ? 9 : 4;
}

export async function removalState(
  store: Store,
  { environment, retention }: BackedUpEnvironment,
  present: readonly KnownBackup[],
  { now, receiptHours }: { readonly now: Instant; readonly receiptHours: number | undefined },
): Promise<RemovalState> {
  const holds = await heldBackups(store, environment);
  const all = present.map((one) => candidateOf(one, receiptHours));
  const overdueWeeks = graceWeeks(retention);
  const then = instantOf(Date.parse(now) - overdueWeeks * 7 * day);
  const going = keep(all, retention, now, holds).removed.map(({ backup }) => backup);
  const earlier = keep(
    all.filter(({ takenAt }) => takenAt <= then),
    retention,
    then,
    holds,
  );
  const before = new Set(earlier.removed.map(({ backup }) => backup.id));
  const turns = removalTurnsOf(retention);
  return {
    nextAt: turns === undefined ? undefined : nextTurnOf(turns, now),
    backups: going.length,
    bytes: going.reduce((sum, { bytes }) => sum + bytes, 0),
    overdue: going.filter(({ id }) => before.has(id)).length,
    overdueWeeks,
    debrisSince: await debrisSince(store, environment),
    waiting: await waitingRemoval(store, environment),
  };
}

async function debrisSince(store: Store, environment: string): Promise<Instant | undefined> {
  const row = await store
    .tables<BackupTables>()
    .selectFrom("backup_looks")
    .select("debris_since")
    .where("environment", "=", environment)
    .executeTakeFirst();
  return row?.debris_since ?? undefined;
}

/** The newest that waits, and since when nobody answers: since the last one that was done, or that somebody ended. */
async function waitingRemoval(store: Store, environment: string): Promise<RemovalState["waiting"]> {
  const { rows } = await sql<{ readonly run: string; readonly since: Instant; readonly frees: number | null }>`
    with removals as (
      select * from runs where procedure = 'prune-backups' and environment = ${environment}
    )
    select waiting.id as run,
      (select min(created_at) from removals
        where created_at > coalesce((select max(created_at) from removals where state in ('done', 'cancelled')), '-infinity')
      ) as since,
      (select (evidence ->> 'freesBytes')::double precision from run_attempts
        where run_id = waiting.id and outcome = 'done' order by ended_at desc limit 1) as frees
    from removals waiting
    where waiting.ended_at is null and waiting.state = 'waiting' and waiting.waits_for = 'approval'
    order by waiting.created_at desc limit 1`.execute(store.tables());
  const [found] = rows;
  return found === undefined ? undefined : { run: found.run, since: found.since, freesBytes: found.frees ?? undefined };
}
