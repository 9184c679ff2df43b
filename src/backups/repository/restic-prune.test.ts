import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { TestRepository } from "../own.test-support.ts";
import { prunedIn } from "./restic-prune.ts";

async function stored(repository: TestRepository, bytes: number): Promise<string> {
  const content = (async function* () {
    yield randomBytes(bytes);
  })();
  const { snapshot } = await repository.open().store("some", ["some"], content, new AbortController().signal);
  return (await repository.open().snapshot(snapshot)).id;
}

function packsOf(repository: TestRepository): readonly string[] {
  const at = join(repository.folder, "data");
  return readdirSync(at, { recursive: true, encoding: "utf8" })
    .map((name) => join(at, name))
    .filter((name) => statSync(name).isFile());
}

const sizeOf = (repository: TestRepository): number =>
  packsOf(repository).reduce((sum, name) => sum + statSync(name).size, 0);

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
  assert.deepEqual(
    (await open.snapshots()).map(({ id }) => id),
    [small],
  );
  assert.deepEqual(await open.prune(), { bytes: 0, stuck: 0 });
});

test("files that cannot be removed are found, though restic says that all went well", async (context) => {
  const repository = await TestRepository.make();
  const large = await stored(repository, 3_000_000);
  const packs = packsOf(repository);
  if (spawnSync("chattr", ["+i", ...packs]).status !== 0) {
    context.skip("not run: chattr (needs root and a file system that knows it)");
    return;
  }
  try {
    await repository.open().forget([large]);
    const { bytes, stuck = 0 } = await repository.open().prune();
    assert.ok(stuck > 2_900_000, String(stuck));
    assert.ok(bytes !== undefined && bytes < 100_000, String(bytes));
  } finally {
    execFileSync("chattr", ["-i", ...packs]);
  }
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
