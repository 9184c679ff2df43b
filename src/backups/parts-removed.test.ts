import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { kindOf } from "./kinds/index.ts";
import { databaseWith, mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository } from "./own.test-support.ts";
import { debrisAt } from "./schedule/prune.ts";

test("a long run whose parts were taken for debris meanwhile is no backup, and says so", async () => {
  const repository = await TestRepository.make();
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  let hours = 0;
  const clock = { now: () => instantOf(Date.now() + hours * 3_600_000) };
  const store = {
    component: "mlflow",
    store: "database",
    kind: "postgresql",
    url: { kind: "env", name: "DATABASE_URL" },
  } as const;

  const made = repository.backUpStore(store, {
    clock,
    secret: () => Promise.resolve(url),
    take: async (taking) => {
      const taken = await kindOf("postgresql").take(store, taking);
      hours = 25;
      const debris = debrisAt(await repository.open().snapshots(), instantOf(Date.now() + 3_600_000));
      await repository.open().forget(debris.map(({ snapshot }) => snapshot));
      return taken;
    },
  });

  await assert.rejects(made, {
    remedy: "retry",
    message: /[1-9] of \d parts of mlflow-database-\S+ were removed while it was made; take it again/,
  });
  assert.deepEqual(await repository.open().snapshots(), []);
});
