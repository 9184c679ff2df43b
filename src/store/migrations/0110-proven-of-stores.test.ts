import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { databaseBefore } from "./before.test-support.ts";

test("of what was proven before these were told, stores' own backups stay, of each when it was first; what restores replaced goes", async (t) => {
  const { store, bringUp } = await databaseBefore(t, 107);
  await sql`
      insert into backups (environment, id, store, kind, class, taken_at, bytes, digest, first_seen, last_seen, gone_at)
      select 'staging', id, 'mlflow/database', 'postgresql', class, '2026-11-01Z', 1, 'd', '2026-11-01Z', '2026-11-01Z', gone_at
      from (values ('daily', 'daily', null), ('gone', 'daily', timestamptz '2026-11-02Z'), ('failed', 'daily', null),
        ('safety', 'before-restore', null)) given (id, class, gone_at)`.execute(store.tables());
  await sql`
      insert into backup_proofs (environment, snapshot, backup, proven_at, verdict, digest)
      values ('staging', 'a', 'daily', '2026-11-03Z', 'proven', 'd'), ('staging', 'b', 'daily', '2026-11-02Z', 'proven', 'd'),
        ('staging', 'c', 'gone', '2026-11-01Z', 'proven', 'd'), ('staging', 'd', 'failed', '2026-11-01Z', 'failed', 'd'),
        ('staging', 'e', 'safety', '2026-11-01Z', 'proven', 'd'), ('production', 'f', 'failed', '2026-11-01Z', 'proven', 'd')`.execute(
    store.tables(),
  );

  await bringUp();

  const { rows } = await sql`select id, store, proven_at from backups_proven order by id`.execute(store.tables());
  assert.deepEqual(rows, [
    { id: "daily", store: "mlflow/database", proven_at: "2026-11-02T00:00:00.000Z" },
    { id: "gone", store: "mlflow/database", proven_at: "2026-11-01T00:00:00.000Z" },
  ]);
});
