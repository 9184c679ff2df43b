import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf } from "../kernel/instant.ts";
import { Retention } from "../platform/backup-schedule.ts";
import { takeByUrl } from "./kinds/postgresql/take.ts";
import { databaseWith, mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository } from "./own.test-support.ts";
import { carryOutPrune, debrisAt, planPrune } from "./schedule/prune.ts";

test("a long run whose parts were taken for debris meanwhile is no backup, and says so", async () => {
  const repository = await TestRepository.make();
  const url = await databaseWith(`${mlflowTables}${mlflowRows}`);
  let hours = 0;
  const clock = { now: () => instantOf(Date.now() + hours * 3_600_000) };

  const made = repository.backUp(url, {
    clock,
    take: async (taking) => {
      const taken = await takeByUrl(url, taking);
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

  const { manifest } = await repository.backUp(url, {
    take: async (taking) => {
      const taken = await takeByUrl(url, taking);
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
