import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { Retention } from "../platform/backup-schedule.ts";
import { kindOf } from "./kinds/index.ts";
import { databaseWith, mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository } from "./own.test-support.ts";
import { carryOutPrune, debrisAt, planPrune } from "./schedule/prune.ts";

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
      const debris = debrisAt(await repository.open().snapshots(), clock.now(), 0);
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

test("retention by a clock that runs days ahead leaves what a backup under way has stored", async () => {
  const repository = await TestRepository.make();
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  const ahead = instantOf(Date.now() + 6 * 86_400_000);
  const store = {
    component: "mlflow",
    store: "database",
    kind: "postgresql",
    url: { kind: "env", name: "DATABASE_URL" },
  } as const;

  const { manifest } = await repository.backUpStore(store, {
    secret: () => Promise.resolve(url),
    take: async (taking) => {
      const taken = await kindOf("postgresql").take(store, taking);
      const none = { holds: new Map(), only: undefined };
      await carryOutPrune(repository.open(), await planPrune(repository.open(), Retention.parse({}), ahead, none));
      return taken;
    },
  });

  assert.deepEqual(
    (await repository.catalogue()).backups.map(({ id }) => id),
    [manifest.id],
  );
  assert.equal((await repository.prove(manifest.id)).verdict.kind, "proven");
});
