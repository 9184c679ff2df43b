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
    for (const one of listed.backups) {
      const seen = { last_seen: now, gone_at: null, mark: one.run ?? null, point: one.point ?? null };
      const { id, store: of, kind, class: taken, takenAt, bytes, digest } = one;
      await tables
        .insertInto("backups")
        .values({
          environment,
          id,
          store: of,
          kind,
          class: taken,
          taken_at: takenAt,
          bytes,
          digest,
          first_seen: now,
          ...seen,
        })
        .onConflict((conflict) => conflict.columns(["environment", "id"]).doUpdateSet({ ...seen, digest, bytes }))
        .execute();
    }
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

async function keepProofs(store: Store, environment: string, { backups }: Listed): Promise<void> {
  const rows = backups.flatMap(({ id, proofs }) =>
    proofs.map(({ snapshot, provenAt, verdict, digest, millis }) => ({
      environment,
      snapshot,
      backup: id,
      proven_at: provenAt,
      verdict,
      digest,
      millis: millis ?? null,
    })),
  );
  if (rows.length === 0) return;
  await store
    .tables<BackupTables>()
    .insertInto("backup_proofs")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["environment", "snapshot"]).doNothing())
    .execute();
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
