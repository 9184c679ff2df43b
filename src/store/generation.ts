import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "./store.ts";

/*
 * How a database is told from a copy of it that was restored. A restored control plane does not know what it did since the
 * backup: it must start read-only and look at its targets first. Three things are compared:
 * - the row's own transaction number: `pg_dump` and `pg_restore` write the row anew, under another number than it says;
 * - the server's identity (system identifier, timeline, database): another server, or one recovered to a point in time;
 * - what we remember outside of the database, where there is such a place: it shows a disk set back to an older snapshot.
 */

interface GenerationTables {
  readonly generation: {
    readonly only_row: boolean;
    readonly platform_id: string;
    readonly number: number;
    readonly beat_at: Instant;
    readonly written_by: string;
    readonly written_in: string;
  };
}

/** What is remembered outside of the database after each beat. Plain JSON. */
export interface Anchor {
  readonly platformId: string;
  readonly number: number;
  readonly beatAt: Instant;
}

/** What the database says of itself. */
export interface Generation extends Anchor {
  readonly writtenBy: string;
  readonly writtenIn: string;
  /** The row's transaction number as the server keeps it, and where the row stands now. */
  readonly rowBy: string;
  readonly nowIn: string;
}

export type DatabaseVerdict =
  | { readonly kind: "first" }
  | { readonly kind: "same" }
  /** It may lack what was done since a moment: nothing may be written before a person accepts it. */
  | { readonly kind: "restored"; readonly why: string; readonly lastBeatAt: Instant };

/** Reads what the database says of itself; undefined before the first beat. */
export async function readGeneration(store: Store): Promise<Generation | undefined> {
  const { rows } = await sql<GenerationTables["generation"] & { readonly row_by: string; readonly now_in: string }>`
    select platform_id, number, beat_at, written_by, written_in, xmin::text as row_by, ${whereNow()} as now_in
    from generation`.execute(store.tables());
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    platformId: row.platform_id,
    number: row.number,
    beatAt: row.beat_at,
    writtenBy: row.written_by,
    writtenIn: row.written_in,
    rowBy: row.row_by,
    nowIn: row.now_in,
  };
}

/** Whether this is the database that we used last. `remembered` is undefined where nothing is kept outside of it. */
export function judgeDatabase(found: Generation | undefined, remembered: Anchor | undefined): DatabaseVerdict {
  if (found === undefined) return judgeEmpty(remembered);
  const restored = (why: string): DatabaseVerdict => ({ kind: "restored", why, lastBeatAt: found.beatAt });
  if (remembered !== undefined && remembered.platformId !== found.platformId)
    return restored(`it belongs to another installation (${found.platformId}, not ${remembered.platformId})`);
  if (remembered !== undefined && remembered.number > found.number)
    return restored(`it ends at ${found.beatAt}, yet this server worked with it until ${remembered.beatAt}`);
  if (found.rowBy !== found.writtenBy) return restored("it was loaded from a dump");
  // With an anchor that is not ahead nothing is lost: the database moved, or a standby took over that had everything.
  if (remembered === undefined && found.nowIn !== found.writtenIn)
    return restored("it is on another server than the one that wrote it, or was recovered to an earlier moment");
  return { kind: "same" };
}

function judgeEmpty(remembered: Anchor | undefined): DatabaseVerdict {
  if (remembered === undefined) return { kind: "first" };
  const why = `it is empty, yet this server worked with one until ${remembered.beatAt}`;
  return { kind: "restored", why, lastBeatAt: remembered.beatAt };
}

/**
 * Leaves a mark in the database that a copy cannot have, and returns what to remember outside of it. Also how a person accepts
 * a restored database; `atLeast` then keeps the numbers ahead of those already remembered.
 */
export async function beat(store: Store, now: Instant, atLeast = 0): Promise<Anchor> {
  const { rows } = await sql<{ readonly platform_id: string; readonly number: number }>`
    insert into generation (platform_id, number, beat_at, written_by, written_in)
    values (${randomUUID()}, ${atLeast + 1}, ${now}, ${transaction()}, ${whereNow()})
    on conflict (only_row) do update set
      number = greatest(generation.number, ${atLeast}) + 1,
      beat_at = excluded.beat_at, written_by = excluded.written_by, written_in = excluded.written_in
    returning platform_id, number`.execute(store.tables());
  const [row] = rows;
  if (row === undefined) throw new Error("the generation row was not written");
  return { platformId: row.platform_id, number: row.number, beatAt: now };
}

/** The low 32 bits of the transaction's number, as `xmin` shows it. */
function transaction() {
  return sql<string>`(pg_current_xact_id()::text::numeric % 4294967296)::bigint::text`;
}

function whereNow() {
  return sql<string>`(select concat_ws('/', s.system_identifier, c.timeline_id, d.oid)
    from pg_control_system() s, pg_control_checkpoint() c, pg_database d where d.datname = current_database())`;
}
