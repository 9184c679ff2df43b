import { sql } from "kysely";
import type { Instant } from "../kernel/instant.ts";
import type { Store } from "../store/store.ts";
import type { RunEventDraft } from "./events.ts";
import type { Attempt, Run, Wanted } from "./run.ts";
import type { ToldLine } from "./step-log.ts";
import { findRun } from "./store.ts";

/*
 * What a worker writes of a run it has. Every write names the leg (the number of the take-over) and lands only while the run
 * is still on it: a worker that was taken for dead, and is not, can write nothing. One statement a step.
 */

/** Another worker has the run, or it ended: whoever is told this stops at once. */
export class LegLost extends Error {
  override readonly name = "LegLost";
}

/** Which run, and with whose right. */
export interface Leg {
  readonly runId: string;
  readonly leg: number;
}

/** Where a run stands after a step. */
export interface Standing {
  readonly state: Run["state"];
  readonly waitsFor: Run["waitsFor"];
  readonly reason: string | null;
  readonly wakeAt: Instant | null;
  readonly direction: Run["direction"];
  readonly position: number;
  readonly attempt: number;
  readonly stepStartedAt: Instant | null;
  readonly approvedUntil: Instant | null;
  readonly endedAt: Instant | null;
}

export function standingOf(run: Run): Standing {
  const { state, waitsFor, reason, wakeAt, direction, position, attempt, stepStartedAt, approvedUntil, endedAt } = run;
  return { state, waitsFor, reason, wakeAt, direction, position, attempt, stepStartedAt, approvedUntil, endedAt };
}

/** Takes a queued run; undefined when its leg is over already. */
export async function beginLeg(
  store: Store,
  { runId, leg }: Leg,
  worker: string,
  now: Instant,
): Promise<Run | undefined> {
  const { numAffectedRows } = await sql`
    update runs set state = 'running', held_by = ${worker}, waits_for = null, reason = null, wake_at = null,
      started_at = coalesce(started_at, ${now}), step_started_at = coalesce(step_started_at, ${now}), updated_at = ${now}, version = version + 1
    where id = ${runId} and leg = ${leg} and state in ('queued', 'running')`.execute(store.tables());
  return numAffectedRows === 1n ? findRun(store, runId) : undefined;
}

/**
 * Writes what became of a step and where the run stands now; returns what a person asked for meanwhile. Writing it twice, when
 * the connection broke under the first, changes nothing more. Throws `LegLost`.
 */
export async function advance(
  store: Store,
  { runId, leg }: Leg,
  now: Instant,
  change: {
    readonly to: Standing;
    readonly attempt?: Attempt | undefined;
    readonly events: readonly RunEventDraft[];
    readonly clearWanted?: boolean;
  },
): Promise<Wanted | null> {
  const { to, attempt, events, clearWanted = false } = change;
  const { rows } = await sql<{ readonly wanted: Wanted | null }>`
    with held as (
      update runs set state = ${to.state}, waits_for = ${to.waitsFor}, reason = ${to.reason}, wake_at = ${to.wakeAt},
        direction = ${to.direction}, position = ${to.position}, attempt = ${to.attempt},
        step_started_at = ${to.stepStartedAt}, approved_until = ${to.approvedUntil}, ended_at = ${to.endedAt},
        held_by = ${to.state === "running" ? sql`held_by` : null}, wanted = ${clearWanted ? null : sql`wanted`},
        updated_at = ${now}, version = version + 1
      where id = ${runId} and leg = ${leg} and state = 'running'
      returning id, wanted
    ), attempted as (
      insert into run_attempts (run_id, direction, step, attempt, name, outcome, message, evidence, log, leg, started_at, ended_at)
      select held.id, a.direction, a.step, a.attempt, a.name, a.outcome, a.message, a.evidence, a.log, ${leg}, a."startedAt", a."endedAt"
      from held, jsonb_to_recordset(${JSON.stringify(attempt === undefined ? [] : [attempt])}::jsonb) as a(direction text,
        step int, attempt int, name text, outcome text, message text, evidence jsonb, log jsonb, "startedAt" timestamptz, "endedAt" timestamptz)
      on conflict do nothing
    ), told as (
      insert into run_events (run_id, at, kind, data)
      select held.id, ${now}, e.kind, e.data
      from held, jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e(kind text, data jsonb)
    )
    select wanted from held`.execute(store.tables());
  const [row] = rows;
  if (row === undefined) throw new LegLost(`run ${runId} is on another leg than ${leg}, or no longer running`);
  return row.wanted;
}

/** Whether a leg still has its run; throws `LegLost` when not. */
export async function checkLeg(store: Store, { runId, leg }: Leg): Promise<void> {
  const { rows } = await sql`select 1 from runs where id = ${runId} and leg = ${leg} and state = 'running'`.execute(
    store.tables(),
  );
  if (rows.length === 0) throw new LegLost(`run ${runId} is on another leg than ${leg}`);
}

/** Lines of an attempt that is still under way, for whoever watches. Lost lines come again with its outcome. */
export async function tellLines(
  store: Store,
  { runId, leg }: Leg,
  now: Instant,
  lines: readonly ToldLine[],
): Promise<void> {
  await sql`
    with held as (select id from runs where id = ${runId} and leg = ${leg} and state = 'running' for update)
    insert into run_events (run_id, at, kind, data)
    select held.id, ${now}, 'log', ${JSON.stringify({ lines })}::jsonb from held`.execute(store.tables());
}
