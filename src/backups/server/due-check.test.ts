import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { openBench } from "../../engine/test-support.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { Listed } from "./catalogue.ts";
import { startDueCheck } from "./due.ts";
import { keepListed } from "./mirror.ts";
import { backupProcedures } from "./procedures.ts";

const midnight = Date.UTC(2026, 10, 21);
const at = (millis: number): Instant => instantOf(midnight + millis);

test("processes that find the check due at one moment start it once, also about midnight", async (context) => {
  const bench = await openBench();
  const { store } = bench;
  context.after(() => store.close());
  const backup = {
    id: "mlflow-1",
    store: "mlflow/database",
    kind: "postgresql",
    class: "daily",
    bytes: 1,
    digest: "0",
  };
  const listed = Listed.parse({ backups: [{ ...backup, takenAt: at(-3_600_000), proofs: [] }], points: [] });
  await keepListed(store, "staging", listed, at(-60_000));
  const policy = { ...bench.policy, procedures: backupProcedures };
  const declared = { environment: "staging", checkEveryHours: 24 } as Parameters<typeof startDueCheck>[2];

  const started = await Promise.all(
    [-1, 0, 1, 2].map((millis) =>
      startDueCheck(store, { policy, record: async () => undefined }, declared, at(millis)),
    ),
  );

  assert.equal(started.filter((run) => run !== undefined).length, 1);
  const { rows } = await sql<{ readonly count: number }>`
    select count(*) as count from runs where procedure = 'check-repository'`.execute(store.tables());
  assert.deepEqual(rows, [{ count: 1 }]);
});
