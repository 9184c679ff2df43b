import { InputError, SystemError } from "../../kernel/errors.ts";
import type { Instant } from "../../kernel/instant.ts";
import { asJson, type Store } from "../../store/store.ts";
import type { SignedReport } from "../drill/report.ts";
import type { Listed } from "./catalogue.ts";
import type { BackupTables, DrillRow } from "./tables.ts";

/*
 * Drills as the server knows them. Their reports lie in the repository, which outlives this database; those of drills that somebody
 * did by the command line are read from there.
 */

/** That they are there; what they say is read by and by. */
export async function keepDrillsListed(
  store: Store,
  environment: string,
  { drills }: Pick<Listed, "drills">,
): Promise<void> {
  if (drills.length === 0) return;
  await store
    .tables<BackupTables>()
    .insertInto("backup_drills")
    .values(drills.map(({ id, at, verdict }) => ({ environment, id, at, verdict, run: null, signed: null })))
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
  const row = { at: endedAt as Instant, verdict, signed: asJson(signed) };
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

/** Reads the reports that are not here yet, the newest first, a few at a time. */
export async function readReports(
  store: Store,
  environment: string,
  read: (id: string) => Promise<SignedReport>,
): Promise<void> {
  const rows = await store
    .tables<BackupTables>()
    .selectFrom("backup_drills")
    .select("id")
    .where("environment", "=", environment)
    .where("signed", "is", null)
    .orderBy("at", "desc")
    .limit(mostAtOnce)
    .execute();
  for (const { id } of rows) {
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
