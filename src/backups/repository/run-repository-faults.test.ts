import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { databaseWith, mlflowRows, mlflowTables } from "../others/prove.test-support.ts";
import { TestRepository } from "../own.test-support.ts";
import { checkReceipt, receiptFor } from "../receipts/issue.ts";
import { hurtEach } from "./hurt.test-support.ts";

const repository = await TestRepository.make();
const { manifest } = await repository.backUp(await databaseWith(`${mlflowTables}${mlflowRows}`));
await repository.prove(manifest.id);

/** Others are still being written. */
function locks(): readonly string[] {
  return readdirSync(join(repository.folder, "locks")).filter((name) => /^[0-9a-f]{64}$/.test(name));
}

test("a flipped byte and a cut in every class of repository file are found by the check", async () => {
  const seen: string[] = [];
  await hurtEach(repository.folder, async (what) => {
    seen.push(what);
    assert.notDeepEqual(await repository.open().check(true), [], `${what} was not found`);
  });
  assert.equal(seen.length, 10);
  assert.deepEqual(await repository.open().check(true), []);
});

test("a wrong key is said so, and is never shown", async () => {
  await assert.rejects(repository.open({ password: "canary-wrong" }).snapshots(), (thrown) => {
    assert.ok(thrown instanceof SystemError);
    assert.doesNotMatch(thrown.message, /canary/);
    return thrown.remedy === "stop" && /this repository's password/.test(thrown.message);
  });
  await assert.rejects(repository.open({ password: "canary-wrong" }).id(), /this repository's password/);
});

test("a key that is lost is said so, and all is as it was once it is back", async () => {
  const [keys, away] = [join(repository.folder, "keys"), join(repository.folder, "away")];
  const before = await repository.catalogue();
  renameSync(keys, away);
  mkdirSync(keys);

  await assert.rejects(
    repository.open().snapshots(),
    (thrown) => thrown instanceof SystemError && thrown.remedy === "stop" && /key/.test(thrown.message),
  );

  rmdirSync(keys);
  renameSync(away, keys);
  assert.deepEqual(await repository.catalogue(), before);
});

test("what another restic works on is not touched; a lock whose process is gone is no hindrance", async () => {
  const [snapshot = ""] = (await repository.open().snapshots()).map(({ id }) => id);
  const other = spawn("restic", ["--no-cache", "backup", "--stdin", "--stdin-filename", "other"], {
    env: { ...process.env, RESTIC_REPOSITORY: repository.folder, RESTIC_PASSWORD: repository.password },
    stdio: ["pipe", "ignore", "ignore"],
  });
  try {
    while (locks().length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await assert.rejects(
      repository.open().remove([snapshot]),
      (thrown) => thrown instanceof SystemError && thrown.remedy === "retry" && /locked/.test(thrown.message),
    );
  } finally {
    other.kill("SIGKILL");
  }
  await new Promise((resolve) => other.once("close", resolve));
  assert.equal(locks().length, 1);
  await repository.open().remove([]);
  assert.notEqual(await repository.open().wouldFree([snapshot]), undefined);
  assert.equal(locks().length, 1, "asking touches no lock");
  await repository.open().prune();
  assert.deepEqual(readdirSync(join(repository.folder, "locks")), []);
});

test("a lock that kept the repository for one alone, and whose process was killed, hinders no backup", async () => {
  const { folder, password } = repository;
  // A kilobyte a second: it does not end before it is killed.
  const alone = spawn("restic", ["--no-cache", "check", "--read-data", "--limit-download", "1"], {
    env: { ...process.env, RESTIC_REPOSITORY: folder, RESTIC_PASSWORD: password },
    stdio: "ignore",
  });
  while (locks().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  alone.kill("SIGKILL");
  await new Promise((resolve) => alone.once("close", resolve));
  assert.equal(locks().length, 1, "it ended before it was killed");

  const { manifest } = await repository.backUp(await databaseWith(mlflowTables));
  assert.equal((await repository.prove(manifest.id)).verdict.kind, "proven");
  assert.deepEqual(locks(), []);
});

test("a repository of one environment takes no backup of another", async () => {
  const url = await databaseWith(mlflowTables);
  for (const [wrong, words] of [
    [{ installation: "acme", environment: "staging" }, /holds backups of production of acme, and this is staging/],
    [{ installation: "other", environment: "production" }, /this is production of other/],
  ] as const)
    await assert.rejects(
      repository.backUp(url, wrong),
      (thrown) => thrown instanceof InputError && words.test(thrown.message),
    );
});

test("a receipt holds until its backup is pruned behind our back", async () => {
  const use = { repository: repository.open(), expected: repository.identity(), now: repository.now(), readAll: true };
  const receipt = await receiptFor(manifest.id, repository.open(), repository.identity());
  assert.equal((await checkReceipt(receipt, use)).kind, "valid");
  const forged = await checkReceipt({ ...receipt, size: receipt.size + 1 }, use);
  assert.ok(forged.kind === "refused" && /says otherwise/.test(forged.why.join()));

  await repository.open().remove([manifest.parts[0]?.snapshot ?? ""]);
  const verdict = await checkReceipt(receipt, use);
  assert.ok(verdict.kind === "refused");
  assert.match(verdict.why.join(), /is no backup: .*a sealed manifest of which a part is gone/);
});
