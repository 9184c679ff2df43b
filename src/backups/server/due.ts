import { sql } from "kysely";
import type { Recorder } from "../../access/route.ts";
import { type EnginePolicy, startRun } from "../../engine/start-run.ts";
import type { Instant } from "../../kernel/instant.ts";
import { millwright } from "../../platform/actor.ts";
import type { Store } from "../../store/store.ts";
import { lastTurn, turnsOf } from "../schedule/turns.ts";
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
  const { environment } = declared;
  const started: string[] = [];
  for (const turns of declared.schedule.map(turnsOf)) {
    const { id, schedule } = turns;
    await store.transaction(async (part) => {
      const from = await begunUntil(part, environment, id, now);
      const turn = lastTurn(turns, from, now);
      if (turn === undefined) return;
      const { class: taken, prove, stores, window } = schedule;
      const run = await startRun(
        part,
        now,
        starting.policy,
        {
          procedure: "back-up",
          environment,
          arguments: { stores, class: taken, prove, window },
          key: `back-up/${environment}/${id}/${turn}`,
          links: { schedule: id },
          requestedBy: millwright,
        },
        starting.record,
      );
      await part
        .tables<BackupTables>()
        .updateTable("backup_turns")
        .set({ begun_until: turn })
        .where("environment", "=", environment)
        .where("schedule", "=", id)
        .execute();
      started.push(run.id);
    });
  }
  return started;
}

/** Up to when turns were begun; a clock that was set back leaves it where it is, and nothing is taken twice. */
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
  return row.begun_until;
}

/** Starts the check that is due, with the proof of each store's newest backup that has none; undefined: none is, or one still goes on. */
export async function startDueCheck(
  store: Store,
  starting: Starting,
  { environment, checkEveryHours }: BackedUpEnvironment,
  now: Instant,
): Promise<string | undefined> {
  const present = await knownBackups(store, { environments: [environment] });
  if (present.length === 0) return undefined;
  const [last] = await lastChecks(store, environment, 1);
  const millis = checkEveryHours * 3_600_000;
  if (last !== undefined && Date.parse(now) - Date.parse(last.at) < millis) return undefined;
  const { rows } = await sql<{ readonly id: string }>`
    select id from runs where procedure = 'check-repository' and environment = ${environment} and ended_at is null
    limit 1`.execute(store.tables());
  if (rows.length > 0) return undefined;
  const newest = [...Map.groupBy(present, ({ row }) => row.store).values()].flatMap(([first]) => first ?? []);
  const prove = newest.filter(({ told }) => told === undefined).map(({ row }) => row.id);
  const run = await startRun(
    store,
    now,
    starting.policy,
    {
      procedure: "check-repository",
      environment,
      arguments: { readData: true, prove: prove.slice(0, 100) },
      key: `check-repository/${environment}/${last?.at ?? "first"}/${Math.floor(Date.parse(now) / millis)}`,
      requestedBy: millwright,
    },
    starting.record,
  );
  return run.id;
}
