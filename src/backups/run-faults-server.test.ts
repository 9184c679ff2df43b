import assert from "node:assert/strict";
import { test } from "node:test";
import type { BackupPorts } from "../kernel/backup-ports.ts";
import { SystemError } from "../kernel/errors.ts";
import { mlflowRows, mlflowTables } from "./others/prove.test-support.ts";
import { TestRepository, testPorts } from "./own.test-support.ts";
import { ownServer } from "./own-server.test-support.ts";
import { relayTo } from "./relay.test-support.ts";

const server = await ownServer();
await server.run(`${mlflowTables}${mlflowRows} create table wide (id int, filler text);
  insert into wide select g, md5(g::text) || repeat(md5((g * 7)::text), 30) from generate_series(1, 20000) g;`);

/** A killed server at most once, and whether it was. */
function killing() {
  let killed = false;
  return {
    now(): void {
      if (!killed) server.kill();
      killed = true;
    },
    wasKilled: () => killed,
  };
}

/** The backup that is tried comes to nothing, and the one after it, when the server is up again, is whole. */
async function comesToNothing(
  repository: TestRepository,
  url: string,
  kill: ReturnType<typeof killing>,
  ports: Partial<BackupPorts> = {},
): Promise<void> {
  await assert.rejects(repository.backUp(url, {}, ports), SystemError);
  assert.ok(kill.wasKilled(), "it ended before the server was killed");
  assert.deepEqual((await repository.catalogue()).backups, []);

  await server.up();
  const { manifest } = await repository.backUp(server.url);
  const { verdict, counts } = await repository.prove(manifest.id);
  assert.equal(verdict.kind, "proven");
  assert.equal(
    manifest.body.content.tables.find(({ table }) => /wide/.test(table))?.rows,
    20_000,
    JSON.stringify(counts),
  );
  const { backups, debris } = await repository.catalogue();
  assert.deepEqual(
    backups.map(({ id }) => id),
    [manifest.id],
  );
  await repository.open().remove(debris.map(({ snapshot }) => snapshot));
  assert.deepEqual(await repository.open().check(true), []);
}

test("PostgreSQL killed in the middle of the dump: no backup, and the next one is whole", async () => {
  const kill = killing();
  const port = await relayTo(Number(new URL(server.url).port), ({ down }) => {
    if (down > 10_000_000) kill.now();
    return false;
  });
  await comesToNothing(await TestRepository.make(), Object.assign(new URL(server.url), { port }).href, kill);
});

test("PostgreSQL killed while tables are counted: no backup, and the next one is whole", async () => {
  const kill = killing();
  const ports: Partial<BackupPorts> = {
    async connectSource(address) {
      const db = await testPorts.connectSource(address);
      return {
        close: () => db.close(),
        async query(sql) {
          if (/hashtextextended.*wide/s.test(sql)) kill.now();
          return db.query(sql);
        },
      };
    },
  };
  await comesToNothing(await TestRepository.make(), server.url, kill, ports);
});
