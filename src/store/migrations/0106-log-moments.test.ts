import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { instantOf } from "../../kernel/instant.ts";
import { openStore } from "../store.ts";
import { emptyDatabase } from "../test-support.ts";
import { migrations } from "./index.ts";
import { fillTables } from "./rows.test-support.ts";
import { migrate } from "./runner.ts";

test("a line of an older log has the moment of its attempt, or of the event that told it, in the order it had", async () => {
  const store = openStore({ url: await emptyDatabase(), applicationName: "migrations" });
  try {
    const now = instantOf(Date.UTC(2026, 10, 20));
    await migrate(
      store,
      now,
      migrations.filter(({ number }) => number < 106),
    );
    await fillTables(store);
    await sql`update run_attempts set log = '["b", "a"]', started_at = '2026-11-20T10:00:00.250+02:00'`.execute(
      store.tables(),
    );
    await sql`update run_events set kind = 'log', data = '{"lines": ["c"]}', at = '2026-11-20T09:00:00Z'`.execute(
      store.tables(),
    );
    await migrate(store, now, migrations);
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
  } finally {
    await store.close();
  }
});
