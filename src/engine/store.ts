import { type Generated, sql } from "kysely";
import { patternOf } from "../access/paging.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Actor } from "../platform/actor.ts";
import type { Store } from "../store/store.ts";
import type { Evidence } from "./action.ts";
import { digestOf, Plan } from "./plan.ts";
import type { Attempt, Direction, LogLine, Run, RunMode, RunState, WaitsFor, Wanted } from "./run.ts";

/** The tables of migration 0050. */
export interface EngineTables {
  readonly workers: {
    readonly id: string;
    readonly version: string;
    readonly environments: readonly string[] | null;
    readonly started_at: Instant;
    readonly beat_at: Instant;
  };
  readonly runs: RunRow;
  readonly run_attempts: AttemptRow;
  readonly run_approvals: {
    readonly id: Generated<number>;
    readonly run_id: string;
    readonly step: number;
    readonly attempt: number;
    readonly digest: string;
    readonly approved: boolean;
    readonly actor: Actor;
    readonly reason: string | null;
    readonly emergency: string | null;
    readonly decided_at: Instant;
    readonly expires_at: Instant | null;
  };
}

interface RunRow {
  readonly id: string;
  readonly key: string | null;
  readonly procedure: string;
  readonly procedure_version: number;
  readonly title: string;
  readonly environment: string;
  readonly links: Readonly<Record<string, string>>;
  readonly arguments: Evidence;
  readonly plan: Plan;
  readonly digest: string;
  readonly mode: RunMode;
  readonly state: RunState;
  readonly waits_for: WaitsFor | null;
  readonly reason: string | null;
  readonly wake_at: Instant | null;
  readonly direction: Direction;
  readonly position: number;
  readonly attempt: number;
  readonly step_started_at: Instant | null;
  readonly approved_until: Instant | null;
  readonly wanted: Wanted | null;
  readonly version: number;
  readonly leg: number;
  readonly held_by: string | null;
  readonly requested_by: Actor;
  readonly created_at: Instant;
  readonly started_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly updated_at: Instant;
}

interface AttemptRow {
  readonly run_id: string;
  readonly direction: Direction;
  readonly step: number;
  readonly attempt: number;
  readonly name: string;
  readonly outcome: Attempt["outcome"];
  readonly message: string;
  readonly evidence: Evidence | null;
  readonly log: readonly LogLine[];
  readonly actor: Actor | null;
  readonly leg: number;
  readonly started_at: Instant;
  readonly ended_at: Instant;
}

/** A run; with `lock`, nobody else changes it before this transaction ends. */
export async function findRun(store: Store, id: string, lock = false): Promise<Run | undefined> {
  const query = store.tables<EngineTables>().selectFrom("runs").selectAll().where("id", "=", id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row === undefined ? undefined : runOf(row);
}

/** The run that was started under a key. */
export async function findRunByKey(store: Store, key: string): Promise<Run | undefined> {
  const row = await store
    .tables<EngineTables>()
    .selectFrom("runs")
    .selectAll()
    .where("key", "=", key)
    .executeTakeFirst();
  return row === undefined ? undefined : runOf(row);
}

export interface RunFilter {
  /** All of them when undefined. */
  readonly environments: readonly string[] | undefined;
  readonly state?: RunState | undefined;
  /** Without its version. */
  readonly procedure?: string | undefined;
  /** Anywhere in title, id or the reason why it waits. */
  readonly text?: string | undefined;
  /** Only those that have not ended. */
  readonly live?: boolean | undefined;
  /** The last row of the page before: when it was created, and its id. */
  readonly after?: readonly [Instant, string] | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function listRuns(store: Store, filter: RunFilter): Promise<readonly Run[]> {
  if (filter.environments?.length === 0) return [];
  let query = runsThat(store, filter)
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(filter.limit);
  if (filter.after !== undefined)
    query = query.where(sql<boolean>`(created_at, id) < (${filter.after[0]}::timestamptz, ${filter.after[1]})`);
  return (await query.execute()).map(runOf);
}

/** How many runs fit, whatever the page. */
export async function totalRuns(store: Store, filter: RunFilter): Promise<number> {
  if (filter.environments?.length === 0) return 0;
  const query = runsThat(store, filter).select(sql<number>`count(*)::int`.as("total"));
  return (await query.executeTakeFirstOrThrow()).total;
}

function runsThat(store: Store, { environments, state, procedure, text, live }: RunFilter) {
  let query = store.tables<EngineTables>().selectFrom("runs");
  if (environments !== undefined) query = query.where("environment", "in", [...environments]);
  if (state !== undefined) query = query.where("state", "=", state);
  if (procedure !== undefined) query = query.where("procedure", "=", procedure);
  if (text !== undefined) {
    const pattern = patternOf(text);
    query = query.where(sql<boolean>`(title ilike ${pattern} or id ilike ${pattern} or reason ilike ${pattern})`);
  }
  return live === true ? query.where("ended_at", "is", null) : query;
}

/** Every attempt of a run, in the order in which they ended. */
export async function attemptsOf(store: Store, runId: string): Promise<readonly Attempt[]> {
  const rows = await store
    .tables<EngineTables>()
    .selectFrom("run_attempts")
    .selectAll()
    .where("run_id", "=", runId)
    .orderBy("ended_at")
    .orderBy("direction")
    .orderBy("step")
    .orderBy("attempt")
    .execute();
  return rows.map((row) => ({
    direction: row.direction,
    step: row.step,
    attempt: row.attempt,
    name: row.name,
    outcome: row.outcome,
    message: row.message,
    evidence: row.evidence,
    log: row.log,
    actor: row.actor,
    leg: row.leg,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  }));
}

export interface Approval {
  readonly step: number;
  readonly attempt: number;
  readonly digest: string;
  readonly approved: boolean;
  readonly actor: Actor;
  readonly reason: string | null;
  /** The id of the emergency rights that stood in for a second person. */
  readonly emergency: string | null;
  readonly decidedAt: Instant;
  readonly expiresAt: Instant | null;
}

export async function approvalsOf(store: Store, runId: string): Promise<readonly Approval[]> {
  const rows = await store
    .tables<EngineTables>()
    .selectFrom("run_approvals")
    .selectAll()
    .where("run_id", "=", runId)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    step: row.step,
    attempt: row.attempt,
    digest: row.digest,
    approved: row.approved,
    actor: row.actor,
    reason: row.reason,
    emergency: row.emergency,
    decidedAt: row.decided_at,
    expiresAt: row.expires_at,
  }));
}

/** A stored plan is read by today's schema: what an older version left out gets its default. */
export function runOf(row: RunRow): Run {
  return {
    id: row.id,
    key: row.key,
    procedure: row.procedure,
    procedureVersion: row.procedure_version,
    title: row.title,
    environment: row.environment,
    links: row.links,
    arguments: row.arguments,
    plan: Plan.parse(row.plan),
    digest: row.digest,
    intact: digestOf(row.environment, `${row.procedure}@${row.procedure_version}`, row.plan) === row.digest,
    mode: row.mode,
    state: row.state,
    waitsFor: row.waits_for,
    reason: row.reason,
    wakeAt: row.wake_at,
    direction: row.direction,
    position: row.position,
    attempt: row.attempt,
    stepStartedAt: row.step_started_at,
    approvedUntil: row.approved_until,
    wanted: row.wanted,
    version: row.version,
    leg: row.leg,
    heldBy: row.held_by,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    updatedAt: row.updated_at,
  };
}
