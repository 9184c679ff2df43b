import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
// oxlint-disable-next-line no-restricted-imports -- tests bind the ports as main.ts does
import { chunksOf } from "../edge/object-store.test-support.ts";
import { InputError, SystemError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import { Retention } from "../platform/backup-schedule.ts";
import { ObjectsBody } from "./kinds/objects/body.ts";
import { bucketAt, configOf, secretOf, skip } from "./kinds/objects/objects.test-support.ts";
import { TestRepository, testPorts } from "./own.test-support.ts";
import { lacksIn } from "./repository/lacks.ts";
import { Repository, type StoredSnapshot } from "./repository/restic.ts";
import { carryOutPrune, planPrune } from "./schedule/prune.ts";

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
    override async snapshot(id: string, signal?: AbortSignal): Promise<StoredSnapshot> {
      const whole = await super.snapshot(id, signal);
      remove(repository, whole.id);
      return whole;
    }
  }
  const { folder, password } = repository;
  const pruned = new Pruned({ repository: folder, password, environment: {} }, testPorts);

  await assert.rejects(
    repository.backUpStore(configOf("moving"), { secret: secretOf, repository: pruned }),
    /1 of 1 packs that it needs were removed while it was made, or may be; take it again/,
  );
  assert.deepEqual((await repository.catalogue()).backups, []);
});

const day = 86_400_000;
/** restic writes the time of this machine; so many days later by our clock. */
const later = (days: number) => instantOf(Date.now() + days * day);
const taking = { secret: secretOf, clock: { now: () => later(0) } };

/** What retention removes then; nothing is removed yet. */
const planned = (repository: TestRepository, days: number) =>
  planPrune(repository.open(), Retention.parse({}), later(days), { holds: new Map(), only: undefined });

/** A run that was killed when all but its seal was stored. */
async function killed(repository: TestRepository, bucket: string): Promise<void> {
  class Unsealed extends Repository {
    override record(): Promise<void> {
      return Promise.reject(new SystemError("the machine is gone", "retry"));
    }
  }
  const { folder, password } = repository;
  const unsealed = new Unsealed({ repository: folder, password, environment: {} }, testPorts);
  const run = repository.backUpStore(configOf(bucket), { ...taking, repository: unsealed });
  await assert.rejects(run, /the machine is gone/);
}

test("what retention has planned to remove is in no backup that is sealed before it does: packs of a backup that goes", {
  skip,
}, async () => {
  const repository = await TestRepository.make();
  await bucketAt("restored").put("a", chunksOf(randomBytes(1000)));
  const whole = configOf("restored");
  const { manifest: first } = await repository.backUpStore(whole, taking);
  const { manifest: second } = await repository.backUpStore({ ...whole, prefix: "none/" }, taking);
  const plan = await planned(repository, 366);
  assert.deepEqual(
    plan.removed.map(({ backup }) => backup.id),
    [first.id],
  );

  const { manifest } = await repository.backUpStore(whole, taking);
  await carryOutPrune(repository.open(), plan);

  const names = manifest.packs.map(({ snapshot }) => snapshot);
  assert.ok(first.packs.some(({ snapshot }) => names.includes(snapshot)));
  assert.deepEqual(
    (await repository.catalogue()).backups.map(({ id }) => id),
    [manifest.id, second.id],
  );
  assert.deepEqual(await lacksIn(repository.open()), []);
  assert.deepEqual((await repository.prove(manifest.id)).verdict, { kind: "proven" });
});

test("packs go one removal later than the last backup that names them", { skip }, async () => {
  const repository = await TestRepository.make();
  await bucketAt("many").put("a", chunksOf(randomBytes(1000)));
  const whole = configOf("many");
  const { manifest: first } = await repository.backUpStore(whole, taking);
  await repository.backUpStore({ ...whole, prefix: "none/" }, taking);
  const goes = async (): Promise<boolean> => {
    const plan = await planned(repository, 366);
    await carryOutPrune(repository.open(), plan);
    return first.packs.every(({ snapshot }) => plan.packs.includes(snapshot));
  };
  assert.deepEqual([await goes(), await goes()], [false, true]);
  assert.deepEqual(await lacksIn(repository.open()), []);
});

test("a damaged manifest keeps no backup from going, and its packs go one removal later; one of a backup that stays is told", {
  skip,
}, async () => {
  const repository = await TestRepository.make();
  await bucketAt("restored").put("a", chunksOf(randomBytes(1000)));
  const whole = configOf("restored");
  const { manifest: first } = await repository.backUpStore(whole, taking);
  const { manifest: second } = await repository.backUpStore({ ...whole, prefix: "none/" }, taking);
  const { folder, password } = repository;
  const planWithout = async (id: string) => {
    const { manifest: lost } = await repository.find(id);
    class Damaged extends Repository {
      override text(...asked: Parameters<Repository["text"]>): Promise<string> {
        return asked[0] === lost ? Promise.reject(new InputError("it is damaged")) : super.text(...asked);
      }
    }
    const damaged = new Damaged({ repository: folder, password, environment: {} }, testPorts);
    return planPrune(damaged, Retention.parse({}), later(366), { holds: new Map(), only: undefined });
  };
  await assert.rejects(planWithout(second.id), /it is damaged/);

  const plan = await planWithout(first.id);

  assert.deepEqual([plan.removed.map(({ backup }) => backup.id), plan.packs], [[first.id], []]);
  await carryOutPrune(repository.open(), plan);
  const { packs } = await planned(repository, 366);
  assert.ok(first.packs.length > 0 && first.packs.every(({ snapshot }) => packs.includes(snapshot)));
});

test("what retention has planned to remove is in no backup that is sealed before it does: packs of a run that was killed", {
  skip,
}, async () => {
  const repository = await TestRepository.make();
  await bucketAt("killed").put("a", chunksOf(randomBytes(1000)));
  await killed(repository, "killed");
  const plan = await planned(repository, 8);
  assert.ok(plan.packs.length > 0);

  const { manifest } = await repository.backUpStore(configOf("killed"), {
    secret: secretOf,
    clock: { now: () => later(8) },
  });
  await carryOutPrune(repository.open(), plan);

  assert.equal(ObjectsBody.parse(manifest.body).copied.objects, 1);
  assert.deepEqual(await lacksIn(repository.open()), []);
});

test("a run that took up packs which retention may plan to remove before it is sealed is no backup", {
  skip,
}, async () => {
  const repository = await TestRepository.make();
  await bucketAt("lying").put("a", chunksOf(randomBytes(1000)));
  await killed(repository, "lying");
  let days = 4;
  const slow = repository.backUpStore(configOf("lying"), {
    secret: secretOf,
    clock: { now: () => later(days) },
    progress: (text) => {
      if (/did not come to its end/.test(text)) days = 6.5;
    },
  });
  await assert.rejects(slow, /or may be; take it again/);
  assert.equal(days, 6.5);
  assert.deepEqual((await repository.catalogue()).backups, []);
});
