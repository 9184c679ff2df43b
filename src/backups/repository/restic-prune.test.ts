import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { restServer } from "./rest-server.test-support.ts";
import { Repository } from "./restic.ts";
import { prunedIn } from "./restic-prune.ts";

async function stored(repository: TestRepository, bytes: number): Promise<string> {
  const content = (async function* () {
    yield randomBytes(bytes);
  })();
  const { snapshot } = await repository.open().store("some", ["some"], content, new AbortController().signal);
  return (await repository.open().snapshot(snapshot)).id;
}

function sizeOf({ folder }: TestRepository): number {
  const packs = readdirSync(join(folder, "data"), { recursive: true, withFileTypes: true });
  return packs.reduce((sum, one) => sum + (one.isFile() ? statSync(join(one.parentPath, one.name)).size : 0), 0);
}

async function ids(repository: Repository): Promise<readonly string[]> {
  return (await repository.snapshots()).map(({ id }) => id);
}

test("what would be freed is said before, is freed by the prune alone, and is what the folder shrank by", async () => {
  const repository = await TestRepository.make();
  const open = repository.open();
  const [small, large] = [await stored(repository, 100_000), await stored(repository, 3_000_000)];
  const before = sizeOf(repository);

  const said = await open.wouldFree([large]);
  assert.equal(sizeOf(repository), before);
  await open.forget([large]);
  assert.equal(sizeOf(repository), before, "forgetting alone frees nothing");
  const { bytes, stuck } = await open.prune();

  assert.equal(stuck, 0);
  assert.equal(bytes, said);
  const shrunk = before - sizeOf(repository);
  assert.ok(bytes !== undefined && Math.abs(bytes - shrunk) < 5000, `${bytes} of ${shrunk}`);
  assert.deepEqual(await ids(open), [small]);
  assert.deepEqual(await open.prune(), { bytes: 0, stuck: 0 });
});

/** A large snapshot and a small one, behind a store that can be told what to do when it is to remove something. */
async function refusable() {
  const folder = await TestRepository.make();
  const rest = await restServer(folder.folder);
  const place = { repository: rest.repository, password: folder.password, environment: {} };
  const [small, large] = [await stored(folder, 100_000), await stored(folder, 3_000_000)];
  return { folder, rest, open: new Repository(place, testPorts), small, large };
}

for (const packs of ["refuse", "confirm and keep"] as const)
  test(`files that cannot be removed are found, whatever restic says: the store is told to ${packs}`, async () => {
    const { rest, open, small, large } = await refusable();
    await open.forget([large]);

    rest.packs = packs;
    const { bytes, stuck = 0 } = await open.prune();
    assert.ok(stuck > 2_900_000, String(stuck));
    assert.ok(bytes !== undefined && bytes < 100_000, String(bytes));

    rest.packs = "remove";
    const after = await open.prune();
    assert.equal(after.stuck, 0);
    assert.ok((after.bytes ?? 0) > 2_900_000, String(after.bytes));
    assert.deepEqual(await open.check(true), []);
    assert.deepEqual(await ids(open), [small]);
  });

test("snapshots that a store refuses to remove are said so and are there yet; nobody is kept out by a lock", async () => {
  const { folder, rest, open, small, large } = await refusable();

  rest.snapshots = "refuse";
  await assert.rejects(open.forget([large]), {
    name: "SystemError",
    remedy: "stop",
    message: /restic did not remove snapshots: .*403 Forbidden/,
  });

  assert.deepEqual((await ids(open)).toSorted(), [small, large].toSorted());
  await stored(folder, 1000);
  rest.snapshots = "remove";
  await open.forget([large]);
  assert.ok(!(await ids(open)).includes(large));
});

test("of more snapshots than a command line can name it is not said what they would free", async () => {
  const repository = await TestRepository.make();
  const ids = (count: number) => Array.from({ length: count }, () => randomBytes(32).toString("hex"));

  assert.equal(await repository.open().wouldFree(ids(40_000)), undefined);
  await repository.open().wouldFree(ids(20_000));
  await repository.open().forget([await stored(repository, 1000), ...ids(600)]);
  assert.deepEqual(await repository.open().snapshots(), []);
});

test("restic's figures are read in every unit, and words that are none are not taken for one", () => {
  const line = (text: string): string =>
    `to delete:  3 blobs / 1 B\ntotal prune:           3 blobs / ${text}\nremaining: 0`;
  assert.equal(prunedIn(line("0 B")), 0);
  assert.equal(prunedIn(line("1.500 KiB")), 1536);
  assert.equal(prunedIn(line("2.000 GiB")), 2 * 1024 ** 3);
  assert.equal(prunedIn("nothing"), undefined);
  assert.equal(prunedIn(line("2 parsecs")), undefined);
});
