import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { openBench } from "../../engine/test-support.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { Listed } from "./catalogue.ts";
import { keepListed } from "./mirror.ts";
import { provenSince } from "./proven.ts";
import { knownBackups } from "./read.ts";

const { store } = await openBench();
after(() => store.close());

const environment = "staging";
const at = (hours: number): Instant => instantOf(Date.UTC(2026, 10, 20) + hours * 3_600_000);

function listed(count: number): Listed {
  const backups = Array.from({ length: count }, (_, index) => ({
    id: `mlflow-${index}`,
    store: "mlflow/database",
    kind: "postgresql",
    class: "daily" as const,
    ...(index === 0 ? { run: "run-1/take", point: "point-1" } : {}),
    takenAt: at(-index / 100),
    bytes: index,
    digest: "d",
    proofs: [
      {
        snapshot: `proof-${index}`,
        provenAt: at(1),
        verdict: "proven",
        digest: "d",
        ...(index === 0 ? { millis: 5 } : {}),
      },
    ],
  }));
  return { backups, points: [], debris: [], drills: [], removals: [], others: 0 };
}

/** A statement has no more. */
const parameters = 65_535;

test("a repository may hold more than a statement has parameters, and all that is known of it is kept", async () => {
  const count = 12_000;
  await keepListed(store, environment, listed(count), at(2));
  await keepListed(store, environment, listed(count - 1), at(3));

  const present = await knownBackups(store, { environments: [environment] });
  assert.equal(present.length, count - 1);
  const [first, second] = present;
  assert.deepEqual(
    [first, second].map((one) => [
      one?.row.mark,
      one?.row.point,
      one?.row.first_seen,
      one?.row.last_seen,
      one?.told?.millis,
    ]),
    [
      ["run-1/take", "point-1", at(2), at(3), 5],
      [null, null, at(2), at(3), undefined],
    ],
  );
  assert.equal((await provenSince(store, environment, at(-2))).length, 201 + 1);
});

test("what went stays known, however much; asked since a moment it is not told", async () => {
  await sql`
    insert into backups (environment, id, store, kind, class, taken_at, bytes, digest, first_seen, last_seen, gone_at)
    select environment, 'gone-' || number, store, kind, class, taken_at, bytes, digest, first_seen, last_seen, ${at(2)}
    from backups, generate_series(1, ${parameters}) number where id = 'mlflow-1'`.execute(store.tables());
  const all = await knownBackups(store, { environments: [environment], gone: true });
  const gone = all.filter(({ row }) => row.gone_at !== null);
  assert.equal(gone.length, parameters + 1);
  const late = (await knownBackups(store, { environments: [environment], gone: at(3) })).filter(
    ({ row }) => row.gone_at,
  );
  assert.deepEqual(
    late.map(({ row, told }) => [row.id, row.gone_at, told?.verdict]),
    [["mlflow-11999", at(3), "proven"]],
  );
});
