import { InputError, SystemError } from "../../kernel/errors.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { asJson, type Store } from "../../store/store.ts";
import type { SignedReport } from "../drill/report.ts";
import type { Listed } from "./catalogue.ts";
import type { BackupTables, DrillRow } from "./tables.ts";

/*
 * Drills as the server knows them. Their reports lie in the repository, which outlives this database; those of drills that somebody
 * did by the command line are read from there.
 */

/** That they are there; what they say is read by and by. What went before it was read is forgotten: nothing is known of it. */
export async function keepDrillsListed(
  store: Store,
  environment: string,
  { drills }: Pick<Listed, "drills">,
): Promise<void> {
  const tables = store.tables<BackupTables>();
  await tables
    .deleteFrom("backup_drills")
    .where("environment", "=", environment)
    .where("signed", "is", null)
    .where("id", "not in", ["", ...drills.map(({ id }) => id)])
    .execute();
  if (drills.length === 0) return;
  const unread = { environment, run: null, signed: null, asked_at: null };
  await tables
    .insertInto("backup_drills")
    .values(drills.map(({ id, at, verdict }) => ({ ...unread, id, at, verdict })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What a drill found. One that is done again under its name counts instead of the one before. */
export async function keepDrill(
  store: Store,
  environment: string,
  signed: SignedReport,
  run: string | undefined,
): Promise<void> {
  const { id, endedAt, verdict } = signed.report;
  const row = { at: endedAt as Instant, verdict, signed: asJson(signed), asked_at: null };
  await store
    .tables<BackupTables>()
    .insertInto("backup_drills")
    .values({ environment, id, run: run ?? null, ...row })
    .onConflict((conflict) =>
      conflict.columns(["environment", "id"]).doUpdateSet(run === undefined ? row : { ...row, run }),
    )
    .execute();
}

/** Each is a program that reads the repository. */
const mostAtOnce = 3;
/** What could not be read is tried again after so long: it may never be. */
const againMillis = 10 * 60_000;

/** Reads reports that are not here yet, a few at a time: the newest that was never asked for, then what waited longest. */
export async function readReports(
  store: Store,
  environment: string,
  now: Instant,
  read: (id: string) => Promise<SignedReport>,
): Promise<void> {
  const tables = store.tables<BackupTables>();
  const rows = await tables
    .selectFrom("backup_drills")
    .select("id")
    .where("environment", "=", environment)
    .where("signed", "is", null)
    .where((row) =>
      row.or([row("asked_at", "is", null), row("asked_at", "<=", instantOf(Date.parse(now) - againMillis))]),
    )
    .orderBy("asked_at", (order) => order.asc().nullsFirst())
    .orderBy("at", "desc")
    .limit(mostAtOnce)
    .execute();
  for (const { id } of rows) {
    await tables
      .updateTable("backup_drills")
      .set({ asked_at: now })
      .where("environment", "=", environment)
      .where("id", "=", id)
      .execute();
    try {
      await keepDrill(store, environment, await read(id), undefined);
    } catch (thrown) {
      // It is asked for again.
      if (!(thrown instanceof SystemError) && !(thrown instanceof InputError)) throw thrown;
    }
  }
}

export interface WantedDrills {
  /** Undefined: all. */
  readonly environments?: readonly string[] | undefined;
  readonly id?: string | undefined;
  readonly since?: Instant | undefined;
  readonly most: number;
}

/** The newest first. */
export async function knownDrills(
  store: Store,
  { environments, id, since, most }: WantedDrills,
): Promise<readonly DrillRow[]> {
  let query = store.tables<BackupTables>().selectFrom("backup_drills").selectAll().orderBy("at", "desc").limit(most);
  if (environments !== undefined) query = query.where("environment", "in", [...environments, ""]);
  if (id !== undefined) query = query.where("id", "=", id);
  if (since !== undefined) query = query.where("at", ">=", since);
  return query.execute();
}
