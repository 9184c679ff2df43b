import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { databaseBefore } from "./before.test-support.ts";
import { fillTables } from "./rows.test-support.ts";

test("a line of an older log has the moment of its attempt, or of the event that told it, in the order it had", async (t) => {
  const { store, bringUp } = await databaseBefore(t, 106);
  await fillTables(store);
  await sql`update run_attempts set log = '["b", "a"]', started_at = '2026-11-20T10:00:00.250+02:00'`.execute(
    store.tables(),
  );
  await sql`update run_events set kind = 'log', data = '{"lines": ["c"]}', at = '2026-11-20T09:00:00Z'`.execute(
    store.tables(),
  );
  await bringUp();
  const { rows } = await sql<{ readonly said: unknown }>`
      select log as said from run_attempts union all select data -> 'lines' from run_events`.execute(store.tables());
  assert.deepEqual(
    rows.map(({ said }) => said),
    [
      [
        { at: "2026-11-20T08:00:00.250Z", text: "b" },
        { at: "2026-11-20T08:00:00.250Z", text: "a" },
      ],
      [{ at: "2026-11-20T09:00:00.000Z", text: "c" }],
    ],
  );
});
