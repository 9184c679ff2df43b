import { sql } from "kysely";
import type { Instant } from "../../kernel/instant.ts";
import type { Store } from "../../store/store.ts";
import { safetyClass } from "../schedule/safety.ts";
import { toldBy } from "./catalogue.ts";
import type { BackupRow, BackupTables, ProofRow } from "./tables.ts";

export interface KnownProof {
  readonly snapshot: string;
  readonly provenAt: Instant;
  readonly verdict: string;
  readonly digest: string;
  /** How long restoring and comparing took; undefined for proofs that do not tell. */
  readonly millis: number | undefined;
}

/** A backup as the mirror knows it. */
export interface KnownBackup {
  readonly row: BackupRow;
  /** The newest first. */
  readonly proofs: readonly KnownProof[];
  readonly told: KnownProof | undefined;
}

export interface Wanted {
  /** Undefined: all. */
  readonly environments?: readonly string[] | undefined;
  readonly store?: string | undefined;
  readonly id?: string | undefined;
  /** Also what is there no more; with a moment, of that only what was there until then. */
  readonly gone?: boolean | Instant;
  /** Without what takes a restore back. */
  readonly own?: boolean;
  /** The environment and id after which the page begins. */
  readonly after?: readonly [takenAt: string, id: string] | undefined;
  readonly limit?: number;
}

/** The newest first. */
export async function knownBackups(store: Store, wanted: Wanted): Promise<readonly KnownBackup[]> {
  const rows = await rowsOf(store, wanted);
  if (rows.length === 0) return [];
  const proofs = await store
    .tables<BackupTables>()
    .selectFrom("backup_proofs")
    .selectAll()
    .where(sql<boolean>`backup = any(${[...new Set(rows.map(({ id }) => id))]}::text[])`)
    .orderBy("proven_at", "desc")
    .execute();
  const byBackup = Map.groupBy(proofs, keyOf);
  return rows.map((row) => {
    const mine = (byBackup.get(`${row.environment}/${row.id}`) ?? []).map(shown);
    return { row, proofs: mine, told: toldBy(mine) };
  });
}

function rowsOf(store: Store, { gone = false, after, ...wanted }: Wanted): Promise<readonly BackupRow[]> {
  let query = store
    .tables<BackupTables>()
    .selectFrom("backups")
    .selectAll()
    .where(isThere(gone))
    .orderBy("taken_at", "desc")
    .orderBy("id", "desc");
  if (wanted.environments !== undefined) query = query.where("environment", "in", [...wanted.environments, ""]);
  if (wanted.store !== undefined) query = query.where("store", "=", wanted.store);
  if (wanted.id !== undefined) query = query.where("id", "=", wanted.id);
  if (wanted.own === true) query = query.where("class", "<>", safetyClass);
  if (after !== undefined) query = query.where(sql<boolean>`(taken_at, id) < (${after[0]}::timestamptz, ${after[1]})`);
  return (wanted.limit === undefined ? query : query.limit(wanted.limit)).execute();
}

function isThere(gone: boolean | Instant) {
  if (typeof gone === "string") return sql<boolean>`(gone_at is null or gone_at >= ${gone})`;
  return gone ? sql<boolean>`true` : sql<boolean>`gone_at is null`;
}

function keyOf({ environment, backup }: ProofRow): string {
  return `${environment}/${backup}`;
}

function shown({ snapshot, proven_at, verdict, digest, millis }: ProofRow): KnownProof {
  return { snapshot, provenAt: proven_at, verdict, digest, millis: millis ?? undefined };
}

export async function lastLooks(store: Store): Promise<ReadonlyMap<string, BackupTables["backup_looks"]>> {
  const rows = await store.tables<BackupTables>().selectFrom("backup_looks").selectAll().execute();
  return new Map(rows.map((row) => [row.environment, row]));
}

export interface KnownCheck {
  readonly environment: string;
  readonly at: Instant;
  readonly endedAt: Instant;
  readonly readData: boolean;
  readonly damage: readonly string[];
  readonly run: string | undefined;
}

/** The newest first. One that began after the last one ended was made before the clock was set back: it hides nothing. */
export async function lastChecks(store: Store, environment: string, most: number): Promise<readonly KnownCheck[]> {
  const rows = await store
    .tables<BackupTables>()
    .selectFrom("backup_checks")
    .selectAll()
    .where("environment", "=", environment)
    .where("at", "<=", (db) =>
      db
        .selectFrom("backup_checks")
        .select("ended_at")
        .where("environment", "=", environment)
        .orderBy("id", "desc")
        .limit(1),
    )
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(most)
    .execute();
  return rows.map(({ at, ended_at, read_data, damage, run }) => ({
    environment,
    at,
    endedAt: ended_at,
    readData: read_data,
    damage,
    run: run ?? undefined,
  }));
}

/** What runs that have not ended wait with, by the backup's id. */
export async function heldBackups(store: Store, environment: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ readonly backup: string; readonly run: string; readonly title: string }>`
    select held.backup, held.run, runs.title from backup_holds held join runs on runs.id = held.run
    where held.environment = ${environment} and runs.ended_at is null`.execute(store.tables());
  return new Map(rows.map(({ backup, run, title }) => [backup, `the run ${run} (${title}) waits with it`]));
}
