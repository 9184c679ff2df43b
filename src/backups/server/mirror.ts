import { sql } from "kysely";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { asJson, type Store } from "../../store/store.ts";
import type { Listed } from "./catalogue.ts";
import { keepDrillsListed } from "./drills.ts";
import { forgetMarks } from "./mark-removed.ts";
import { keepProven } from "./proven.ts";
import { keepRemovalsListed } from "./removals.ts";
import type { BackupTables } from "./tables.ts";

/*
 * A mirror of what lies in the repositories. What is there no more stays here with the moment at which it was missed: so it is
 * known that it went, and whether we removed it.
 */

/** Keeps what a repository holds now. */
export async function keepListed(store: Store, environment: string, listed: Listed, now: Instant): Promise<void> {
  await store.transaction(async (part) => {
    const tables = part.tables<BackupTables>();
    const since = listed.debris.map(({ at }) => instantOf(Date.parse(at))).toSorted()[0] ?? null;
    const beside = { debris: listed.debris.length, debris_since: since, others: listed.others };
    const look = { at: now, seen_at: now, why: null, ...beside };
    await tables
      .insertInto("backup_looks")
      .values({ environment, ...look })
      .onConflict((conflict) => conflict.column("environment").doUpdateSet(look))
      .execute();
    await keepBackups(part, environment, listed, now);
    await tables
      .updateTable("backups")
      .set({ gone_at: now })
      .where("environment", "=", environment)
      .where("gone_at", "is", null)
      .where(unseenAt(now))
      .execute();
    await keepProofs(part, environment, listed);
    await keepProven(part, environment, listed);
    await keepPoints(part, environment, listed, now);
    await keepDrillsListed(part, environment, listed);
    await keepRemovalsListed(part, environment, listed);
    await forgetMarks(part, environment);
  });
}

/** All in one statement of one parameter: a repository may hold more of them than a statement may have parameters. */
async function keepBackups(store: Store, environment: string, { backups }: Listed, now: Instant): Promise<void> {
  const rows = backups.map(({ run: mark, takenAt: taken_at, ...rest }) => ({ ...rest, mark, taken_at }));
  await sql`
    insert into backups (environment, id, store, kind, class, taken_at, bytes, digest, mark, point, first_seen, last_seen)
    select ${environment}, given.*, ${now}::timestamptz, ${now}::timestamptz
    from jsonb_to_recordset(${asJson(rows)}) as given (id text, store text, kind text, class text, taken_at timestamptz,
      bytes double precision, digest text, mark text, point text)
    on conflict (environment, id) do update set last_seen = excluded.last_seen, gone_at = null, mark = excluded.mark,
      point = excluded.point, digest = excluded.digest, bytes = excluded.bytes`.execute(store.tables());
}

async function keepProofs(store: Store, environment: string, { backups }: Listed): Promise<void> {
  const rows = backups.flatMap(({ id: backup, proofs }) =>
    proofs.map(({ provenAt: proven_at, ...rest }) => ({ ...rest, backup, proven_at })),
  );
  await sql`
    insert into backup_proofs (environment, snapshot, backup, proven_at, verdict, digest, millis)
    select ${environment}, given.*
    from jsonb_to_recordset(${asJson(rows)}) as given (snapshot text, backup text, proven_at timestamptz, verdict text,
      digest text, millis double precision)
    on conflict do nothing`.execute(store.tables());
}

async function keepPoints(store: Store, environment: string, { points }: Listed, now: Instant): Promise<void> {
  const tables = store.tables<BackupTables>();
  for (const { id, takenAt, fence, ...content } of points) {
    const row = { at: takenAt, fenced: fence === "fenced", content: asJson(content), last_seen: now };
    await tables
      .insertInto("backup_points")
      .values({ environment, id, ...row })
      .onConflict((conflict) => conflict.columns(["environment", "id"]).doUpdateSet(row))
      .execute();
  }
  await tables.deleteFrom("backup_points").where("environment", "=", environment).where(unseenAt(now)).execute();
}

/** What a look that overlaps with this one saw is there, also if this one did not; looks that far ahead were before a clock was set back. */
function unseenAt(now: Instant) {
  const ahead = instantOf(Date.parse(now) + 3_600_000);
  return sql<boolean>`(last_seen < ${now} or last_seen > ${ahead})`;
}

/** A repository that could not be looked at; what was seen before stays. */
export async function keepUnlooked(store: Store, environment: string, why: string, now: Instant): Promise<void> {
  await store
    .tables<BackupTables>()
    .insertInto("backup_looks")
    .values({ environment, at: now, seen_at: null, why, debris: 0, debris_since: null, others: 0 })
    .onConflict((conflict) => conflict.column("environment").doUpdateSet({ at: now, why }))
    .execute();
}
