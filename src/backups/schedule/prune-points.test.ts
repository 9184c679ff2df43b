import assert from "node:assert/strict";
import { test } from "node:test";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { Retention } from "../../platform/backup-schedule.ts";
import { TestRepository } from "../own.test-support.ts";
import { type Tagged, tagsOf } from "../repository/tags.ts";
import { carryOutPrune, planPrune } from "./prune.ts";

const day = 86_400_000;

test("a recovery point that a removal which was killed left without its backups goes with the next one", async () => {
  const repository = await TestRepository.make();
  const { installation, environment } = repository.identity();
  const { signal } = new AbortController();
  const now = Date.now();
  const seal = (backup: string, ageDays: number, more: Partial<Tagged>): Promise<void> => {
    const takenAt = instantOf(now - ageDays * day);
    const whose = { part: "seal", backup, installation, environment, store: "mlflow/database" } as const;
    const tags = tagsOf({ ...whose, class: "daily", takenAt, bytes: 1, parts: 0, digest: "d", ...more });
    return repository.open().record("file", tags, backup, signal);
  };
  for (const [name, age] of [
    ["old", 40],
    ["new", 1],
  ] as const) {
    await seal(`${name}-1`, age, { kind: "postgresql", point: `point-${name}` });
    await seal(`point-${name}`, age, { store: "", fence: "unfenced" });
  }
  const plan = (only?: readonly string[]) =>
    planPrune(repository.open(), Retention.parse({}), instantOf(now) satisfies Instant, {
      holds: new Map(),
      only: only === undefined ? undefined : new Set(only),
    });
  const points = async (only?: readonly string[]) => (await plan(only)).points.map(({ id }) => id);

  assert.deepEqual(await points(), ["point-old"]);
  const { removed } = await plan();
  await repository.open().forget(removed.flatMap(({ snapshots }) => snapshots)); // and then it was killed

  assert.deepEqual(
    [await points(), await points(["another"]), await points(["point-old"])],
    [["point-old"], [], ["point-old"]],
  );
  await carryOutPrune(repository.open(), await plan());
  const { points: left, backups } = await repository.catalogue();
  assert.deepEqual(
    [left, backups].map((all) => all.map(({ id }) => id)),
    [["point-new"], ["new-1"]],
  );
});
