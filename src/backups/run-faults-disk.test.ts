import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { BackupPorts } from "../kernel/backup-ports.ts";
import { InputError, SystemError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import { Retention } from "../platform/backup-schedule.ts";
import { databaseWith, folder, mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository, testPorts } from "./own.test-support.ts";
import { carryOutPrune, planPrune } from "./schedule/prune.ts";

const url = await databaseWith(`${mlflowTables}${mlflowRows}`);

test("a repository whose disk is full holds no backup; once there is room the next run makes one", async (context) => {
  const small = folder();
  const disk = (...options: readonly string[]): boolean =>
    spawnSync("mount", ["-t", "tmpfs", "-o", [...options, "mode=755"].join(), "tmpfs", small]).status === 0;
  if (!disk("size=6m")) {
    context.skip("not run: tmpfs (mounting needs root)");
    return;
  }
  try {
    const wide = await databaseWith(`create table wide (text text);
      insert into wide select string_agg(md5(g::text || n::text), '') from generate_series(1, 2000) g, generate_series(1, 200) n group by g;`);
    const repository = new TestRepository(join(small, "repository"));
    repository.id = await repository.open().init();

    await assert.rejects(
      repository.backUp(wide),
      (thrown) => thrown instanceof SystemError && /space/.test(thrown.message),
    );
    assert.deepEqual((await repository.catalogue()).backups, []);

    assert.ok(disk("remount", "size=200m"));
    const { manifest } = await repository.backUp(wide);
    assert.equal((await repository.prove(manifest.id)).verdict.kind, "proven");
    assert.deepEqual(await repository.open().check(true), []);
  } finally {
    spawnSync("umount", ["-l", small]);
  }
});

test("a proof whose target cannot start says nothing against the backup, and leaves nothing", async () => {
  const repository = await TestRepository.make();
  const { manifest } = await repository.backUp(url);
  const [closed, long] = [folder(), join(folder(), "x".repeat(120))];
  // The user that PostgreSQL runs as may not pass; where that is our own, we may not write.
  chmodSync(closed, process.getuid?.() === 0 ? 0o700 : 0o500);
  mkdirSync(long);

  for (const scratch of [closed, long]) {
    const verdict = await repository.prove(manifest.id, { scratch }).then(
      (proof) => proof.verdict.kind,
      (thrown: unknown) => (thrown instanceof InputError || thrown instanceof SystemError ? "refused" : String(thrown)),
    );
    assert.ok(verdict === "unknown" || verdict === "refused", verdict);
  }
  assert.deepEqual([...readdirSync(closed), ...readdirSync(long)], []);
  const [shown] = (await repository.catalogue()).backups;
  assert.deepEqual(
    shown?.proofs.filter(({ verdict }) => verdict === "failed"),
    [],
  );
  assert.equal((await repository.prove(manifest.id)).verdict.kind, "proven");
});

test("retention during a backup takes nothing of it, and what it leaves is whole", async () => {
  const repository = await TestRepository.make();
  const old = [await repository.backUp(url), await repository.backUp(url)].map(({ manifest }) => manifest.id);
  const tried: unknown[] = [];
  const meanwhile: Partial<BackupPorts> = {
    async connectSource(address) {
      const db = await testPorts.connectSource(address);
      return {
        close: () => db.close(),
        async query(sql) {
          if (/hashtextextended.*"runs"/s.test(sql))
            tried.push(await prune(repository).catch((thrown: unknown) => thrown));
          return db.query(sql);
        },
      };
    },
  };

  const { manifest } = await repository.backUp(url, {}, meanwhile);

  assert.equal(tried.length, 1);
  // restic keeps it waiting while the dump is stored; where it did not, it was after that.
  assert.ok(
    tried[0] === undefined || (tried[0] instanceof SystemError && tried[0].remedy === "retry"),
    String(tried[0]),
  );
  const left = (await repository.catalogue()).backups.map(({ id }) => id);
  assert.ok(left.includes(manifest.id) && left.every((id) => [manifest.id, ...old].includes(id)));
  assert.equal((await repository.prove(manifest.id)).verdict.kind, "proven");
  await prune(repository);
  assert.deepEqual(
    (await repository.catalogue()).backups.map(({ id }) => id),
    [manifest.id],
  );
  assert.deepEqual(await repository.open().check(true), []);
});

/** A year later: all may go but the last of a store. */
async function prune(repository: TestRepository): Promise<void> {
  const now = instantOf(Date.parse(repository.now()) + 366 * 86_400_000);
  const plan = await planPrune(repository.open(), Retention.parse({}), now, { holds: new Map(), only: undefined });
  assert.ok(plan.removed.length > 0);
  await carryOutPrune(repository.open(), plan);
}
