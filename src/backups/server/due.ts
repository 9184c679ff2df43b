import { sql } from "kysely";
import type { Recorder } from "../../access/route.ts";
import { type EnginePolicy, startRun } from "../../engine/start-run.ts";
import type { Instant } from "../../kernel/instant.ts";
import { millwright } from "../../platform/actor.ts";
import type { Store } from "../../store/store.ts";
import { drillTurnsOf } from "../schedule/drill-turns.ts";
import { isSafety } from "../schedule/safety.ts";
import { lastTurn, type Turns, turnsOf } from "../schedule/turns.ts";
import { type BackedUpEnvironment } from "./config.ts";
import { knownBackups, lastChecks } from "./read.ts";
import type { BackupTables } from "./tables.ts";

export interface Starting {
  readonly policy: EnginePolicy;
  readonly record: Recorder;
}

/**
 * Starts the runs whose turn has come. Turns that nobody was there for are made up once. A schedule that is new begins with its next
 * turn. Returns the runs.
 */
export async function startDueBackups(
  store: Store,
  starting: Starting,
  declared: BackedUpEnvironment,
  now: Instant,
): Promise<readonly string[]> {
  const started: string[] = [];
  for (const turns of declared.schedule.map(turnsOf)) {
    const { class: taken, prove, stores, window } = turns.schedule;
    const given = { procedure: "back-up", arguments: { stores, class: taken, prove, window } };
    const run = await startTurn({ ...starting, store, environment: declared.environment, now }, turns, given);
    if (run !== undefined) started.push(run);
  }
  return started;
}

/** The same for drills. One over everything waits for the first recovery point, one over a store for the first backup. */
export async function startDueDrills(
  store: Store,
  starting: Starting,
  { environment, drills, second }: BackedUpEnvironment,
  now: Instant,
): Promise<readonly string[]> {
  const started: string[] = [];
  for (const turns of drillTurnsOf(drills, second !== undefined)) {
    const { scope, from } = turns.schedule;
    const given = { procedure: "drill", arguments: { one: scope === "one", second: from === "second" } };
    const mayBegin = (part: Store): Promise<boolean> => isThere(part, environment, scope);
    const run = await startTurn({ ...starting, store, environment, now, mayBegin }, turns, given);
    if (run !== undefined) started.push(run);
  }
  return started;
}

async function isThere(store: Store, environment: string, scope: "one" | "everything"): Promise<boolean> {
  const tables = store.tables<BackupTables>();
  const [found] =
    scope === "everything"
      ? await tables.selectFrom("backup_points").select("id").where("environment", "=", environment).limit(1).execute()
      : await knownBackups(store, { environments: [environment], own: true, limit: 1 });
  return found !== undefined;
}

export interface Beginning extends Starting {
  readonly store: Store;
  readonly environment: string;
  readonly now: Instant;
  /** Asked when a turn has come; until it says so the turn waits. */
  readonly mayBegin?: (store: Store) => Promise<boolean>;
}

type AnyTurns = Pick<Turns, "id" | "recurrence" | "zone">;

/** Whether a turn has come that nobody began. */
export async function hasComeSince(
  { store, environment, now }: Pick<Beginning, "store" | "environment" | "now">,
  turns: AnyTurns,
): Promise<boolean> {
  const from = await store.transaction((part) => begunUntil(part, environment, turns.id, now));
  return lastTurn(turns, from, now) !== undefined;
}

/** Begins the turn that has come, once. What is wanted is asked then; undefined: nothing, and the turn is over. Returns the run. */
export async function startTurn(
  { store, environment, now, policy, record, mayBegin }: Beginning,
  turns: AnyTurns,
  wanted: WantedTurn | ((part: Store) => Promise<WantedTurn | undefined>),
): Promise<string | undefined> {
  const { id } = turns;
  return store.transaction(async (part) => {
    const from = await begunUntil(part, environment, id, now);
    const turn = lastTurn(turns, from, now);
    if (turn === undefined || !((await mayBegin?.(part)) ?? true)) return undefined;
    const given = typeof wanted === "function" ? await wanted(part) : wanted;
    const start = async (one: WantedTurn): Promise<string> => {
      const key = `${one.procedure}/${environment}/${id}/${turn}`;
      const started = { ...one, environment, key, links: { schedule: id }, requestedBy: millwright };
      return (await startRun(part, now, policy, started, record)).id;
    };
    const run = given === undefined ? undefined : await start(given);
    await part
      .tables<BackupTables>()
      .updateTable("backup_turns")
      .set({ begun_until: turn })
      .where("environment", "=", environment)
      .where("schedule", "=", id)
      .execute();
    return run;
  });
}

interface WantedTurn {
  readonly procedure: string;
  readonly arguments: unknown;
}

/**
 * Up to when turns were begun. Where that is yet to come the clock was set back, or stood ahead when one began: then it goes on from
 * now. A turn that comes again has its run already, by its key.
 */
async function begunUntil(store: Store, environment: string, schedule: string, now: Instant): Promise<Instant> {
  const tables = store.tables<BackupTables>();
  await tables
    .insertInto("backup_turns")
    .values({ environment, schedule, begun_until: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await tables
    .selectFrom("backup_turns")
    .select("begun_until")
    .where("environment", "=", environment)
    .where("schedule", "=", schedule)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (Date.parse(row.begun_until) <= Date.parse(now)) return row.begun_until;
  await tables
    .updateTable("backup_turns")
    .set({ begun_until: now })
    .where("environment", "=", environment)
    .where("schedule", "=", schedule)
    .execute();
  return now;
}

/**
 * Starts the check that is due, with the proof of each store's newest backup that has none, and of the newest that takes a restore
 * back; undefined: none is, or one still goes on. One that failed and waits for a word holds up no other, which takes its place (`supersedeFailed`). Of processes that come at
 * one moment one starts it.
 */
export async function startDueCheck(
  store: Store,
  starting: Starting,
  { environment, checkEveryHours }: BackedUpEnvironment,
  now: Instant,
): Promise<string | undefined> {
  const millis = checkEveryHours * 3_600_000;
  const asked = { ...starting, environment, now, millis };
  if (!(await isCheckDue(store, asked))) return undefined;
  return store.transaction(async (part) => {
    // Who comes second waits here, and then sees the other's run.
    await begunUntil(part, environment, "check-repository", now);
    return (await isCheckDue(part, asked)) ? startCheck(part, asked) : undefined;
  });
}

interface CheckAsked extends Starting {
  readonly environment: string;
  readonly now: Instant;
  /** Between two checks. */
  readonly millis: number;
}

async function isCheckDue(store: Store, { environment, now, millis }: CheckAsked): Promise<boolean> {
  const [present] = await knownBackups(store, { environments: [environment], limit: 1 });
  if (present === undefined) return false;
  const [last] = await lastChecks(store, environment, 1);
  // One that is yet to come by so much was made before the clock was set back.
  return last === undefined || Math.abs(Date.parse(now) - Date.parse(last.at)) >= millis;
}

async function startCheck(
  store: Store,
  { policy, record, environment, now, millis }: CheckAsked,
): Promise<string | undefined> {
  const { rows: goingOn } = await sql`
    select id from runs where procedure = 'check-repository' and environment = ${environment} and ended_at is null
      and waits_for is distinct from 'decision'`.execute(store.tables());
  if (goingOn.length > 0) return undefined;
  const [last] = await lastChecks(store, environment, 1);
  const present = await knownBackups(store, { environments: [environment] });
  const alike = Map.groupBy(present, ({ row }) => `${row.store} ${isSafety(row)}`);
  const newest = [...alike.values()].flatMap(([first]) => first ?? []);
  const prove = newest.filter(({ told }) => told === undefined).map(({ row }) => row.id);
  const wanted = {
    procedure: "check-repository",
    environment,
    arguments: { readData: true, prove: prove.slice(0, 100) },
    key: `check-repository/${environment}/${last?.at ?? "first"}/${Math.floor(Date.parse(now) / millis)}`,
    requestedBy: millwright,
  };
  return (await startRun(store, now, policy, wanted, record)).id;
}
