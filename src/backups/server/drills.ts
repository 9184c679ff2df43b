import type { Instant } from "../../kernel/instant.ts";
import { asJson, type Store } from "../../store/store.ts";
import type { SignedReport } from "../drill/report.ts";
import type { Listed } from "./catalogue.ts";
import type { BackupTables, DrillRow } from "./tables.ts";
import { forgetUnread, readUnread, type Unread } from "./unread.ts";

/*
 * Drills as the server knows them. Their reports lie in the repository, which outlives this database; those of drills that somebody
 * did by the command line are read from there.
 */

const unread: Unread = { table: "backup_drills", said: "signed" };

/** That they are there; what they say is read by and by. */
export async function keepDrillsListed(
  store: Store,
  environment: string,
  { drills }: Pick<Listed, "drills">,
): Promise<void> {
  await forgetUnread(store, unread, environment, drills);
  if (drills.length === 0) return;
  const blank = { environment, run: null, signed: null, asked_at: null };
  await store
    .tables<BackupTables>()
    .insertInto("backup_drills")
    .values(drills.map(({ id, at, verdict }) => ({ ...blank, id, at, verdict })))
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

/** Reads reports that are not here yet, a few at a time. */
export async function readReports(
  store: Store,
  environment: string,
  now: Instant,
  read: (id: string) => Promise<SignedReport>,
): Promise<void> {
  await readUnread(store, unread, { environment, now }, async (id) =>
    keepDrill(store, environment, await read(id), undefined),
  );
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
