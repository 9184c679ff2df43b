// oxlint-disable no-restricted-imports -- fills a disk as the rehearsal does
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { Disk } from "../../chaos/backups/disk.ts";
import { SystemError } from "../kernel/errors.ts";
import { folder, mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository } from "./own.test-support.ts";
import { type OwnServer, ownServer } from "./own-server.test-support.ts";
import { relayTo } from "./relay.test-support.ts";

/** A PostgreSQL whose data lie on a disk of their own. */
async function onSmallDisk(
  context: TestContext,
  work: (server: OwnServer, disk: Disk) => Promise<void>,
): Promise<void> {
  const disk = new Disk(folder(), 400);
  if (!disk.isBounded) {
    context.skip("not run: tmpfs (mounting needs root)");
    return;
  }
  try {
    const server = await ownServer(disk.folder);
    try {
      await server.run(`${mlflowTables}${mlflowRows} create table wide (id int, filler text);
        insert into wide select g, md5(g::text) || repeat(md5((g * 7)::text), 30) from generate_series(1, 20000) g; checkpoint`);
      await work(server, disk);
    } finally {
      disk.empty();
      await server.end();
    }
  } finally {
    spawnSync("umount", ["-l", disk.folder]);
  }
}

/** It has no room for another row. */
async function refusesRows(server: OwnServer): Promise<void> {
  const more = "create table more as select repeat(md5(g::text), 100) from generate_series(1, 1000) g";
  await assert.rejects(server.run(more), { code: "53100" });
}

/** All that is shown can be restored, and the next backup too. */
async function isWholeAfterwards(repository: TestRepository, server: OwnServer, disk: Disk): Promise<void> {
  disk.empty();
  await repository.backUp(server.url);
  for (const { id } of (await repository.catalogue()).backups)
    assert.equal((await repository.prove(id)).verdict.kind, "proven");
  assert.deepEqual(await repository.open().check(true), []);
}

test("a source whose disk is full gives no backup, and why; once there is room the next run makes one", async (context) => {
  await onSmallDisk(context, async (server, disk) => {
    const repository = await TestRepository.make();
    disk.fill(0);
    await refusesRows(server);

    await assert.rejects(
      repository.backUp(server.url),
      (thrown) => thrown instanceof SystemError && /No space left on device/.test(thrown.message),
    );
    const { backups, debris } = await repository.catalogue();
    assert.deepEqual([backups, debris], [[], []]);

    await isWholeAfterwards(repository, server, disk);
  });
});

test("a source whose disk becomes full in the middle of the dump is read to its end: the backup is whole", async (context) => {
  await onSmallDisk(context, async (server, disk) => {
    const repository = await TestRepository.make();
    let full = false;
    const port = await relayTo(Number(new URL(server.url).port), ({ down }) => {
      if (down > 10_000_000 && !full) {
        disk.fill(0);
        full = true;
      }
      return false;
    });

    const { manifest } = await repository.backUp(Object.assign(new URL(server.url), { port }).href);
    assert.ok(full, "it ended before the disk was full");
    await refusesRows(server);

    assert.deepEqual(
      (await repository.catalogue()).backups.map(({ id }) => id),
      [manifest.id],
    );
    await isWholeAfterwards(repository, server, disk);
  });
});
