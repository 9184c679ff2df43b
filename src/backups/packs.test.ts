import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
// oxlint-disable-next-line no-restricted-imports -- tests bind the ports as main.ts does
import { chunksOf } from "../edge/object-store.test-support.ts";
import { bucketAt, configOf, secretOf, skip } from "./kinds/objects/objects.test-support.ts";
import { TestRepository, testPorts } from "./own.test-support.ts";
import { lacksIn } from "./repository/lacks.ts";
import { Repository } from "./repository/restic.ts";

const remove = (repository: TestRepository, snapshot: string): void =>
  rmSync(join(repository.folder, "snapshots", snapshot));

test("a pack that is gone behind our back is found by the check, and fails the proof, which is kept", {
  skip,
}, async () => {
  const repository = await TestRepository.make();
  await bucketAt("plain").put("a", chunksOf(randomBytes(1000)));
  const { manifest } = await repository.backUpStore(configOf("plain"), { secret: secretOf });
  assert.deepEqual(await lacksIn(repository.open()), []);

  remove(repository, manifest.packs[0]?.snapshot ?? "");

  const words = `${manifest.id} is no backup any more: 1 of its 1 packs are gone`;
  assert.deepEqual(await lacksIn(repository.open()), [words]);
  assert.deepEqual((await repository.prove(manifest.id)).verdict, { kind: "failed", why: [words] });
  assert.equal((await repository.find(manifest.id)).proofs[0]?.verdict, "failed");
});

test("no backup is sealed of which a pack was removed while it was made", { skip }, async () => {
  const repository = await TestRepository.make();
  await bucketAt("moving").put("a", chunksOf(randomBytes(1000)));
  class Pruned extends Repository {
    override async wholeId(id: string): Promise<string> {
      const whole = await super.wholeId(id);
      remove(repository, whole);
      return whole;
    }
  }
  const { folder, password } = repository;
  const pruned = new Pruned({ repository: folder, password, environment: {} }, testPorts);

  await assert.rejects(
    repository.backUpStore(configOf("moving"), { secret: secretOf, repository: pruned }),
    /packs that it needs were removed while it was made; take it again/,
  );
  assert.deepEqual((await repository.catalogue()).backups, []);
});
