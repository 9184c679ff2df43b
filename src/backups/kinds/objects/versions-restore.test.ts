// oxlint-disable no-restricted-imports -- tests start what they speak to
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { chunksOf } from "../../../edge/object-store.test-support.ts";
import { openBucket } from "../../../edge/object-store.ts";
import { SystemError } from "../../../kernel/errors.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import type { Restoring } from "../../restore/contract.ts";
import {
  addressOf,
  bucketAt,
  configOf,
  expireAll,
  keeping,
  MemoryRepository,
  restoring,
  skip,
} from "./objects.test-support.ts";
import { restoreObjects } from "./restore-kind.ts";
import { entriesOf, filled, historyOf, inPlace, into, run, whole } from "./versions.test-support.ts";

test("restored in place a key has again what it had, on top of what came since; done again nothing is put", {
  skip,
}, async () => {
  const repository = new MemoryRepository("two/");
  const bucket = await filled("two/");
  const made = await repository.backUp("history", undefined, true);
  await bucket.put("two/a", chunksOf("later"));
  await bucket.delete("two/once");
  await bucket.put("two/new", chunksOf("n1"));
  await bucket.put("two/gone", chunksOf("here again"));

  const done = await run(repository, made, inPlace);
  const again = await run(repository, made, inPlace);

  assert.deepEqual(done.differences, []);
  assert.match(done.did.join(), /2 versions and 0 delete markers put/);
  assert.match(done.notes.join(), /2 objects there that the backup does not have: "two\/gone", "two\/new"/);
  assert.match(again.did.join(), /0 versions and 0 delete markers put/);
  assert.deepEqual(await historyOf(bucket, "two/"), {
    a: [...whole.a, "later", "a3"],
    gone: ["g1", "deleted", "here again"],
    new: ["n1"],
    once: ["o1", "deleted", "o1"],
  });
});

test("a restore that broke off amid a key's versions is gone on with where it ended", { skip }, async () => {
  const repository = new MemoryRepository("three/");
  await filled("three/");
  await keeping("history-copy");
  const made = await repository.backUp("history", undefined, true);
  const target = into("history-copy", "three/");
  const lent = restoring(repository, "three/");
  let puts = 0;
  const breaking: Restoring["ports"]["openBucket"] = (address) => {
    const opened = lent.ports.openBucket(address);
    const put: ObjectBucket["put"] = async (...all) => {
      puts += 1;
      if (puts === 3) throw new SystemError("the machine is gone", "retry");
      return opened.put(...all);
    };
    return { ...opened, put };
  };

  await assert.rejects(
    run(repository, made, target, { ...lent, ports: { ...lent.ports, openBucket: breaking } }),
    /the machine is gone/,
  );
  const broken = await historyOf(bucketAt("history-copy"), "three/");
  const done = await run(repository, made, target);

  assert.deepEqual(broken, { a: ["a1", "a2", "deleted"] });
  assert.deepEqual(done.differences, []);
  assert.deepEqual(await historyOf(bucketAt("history-copy"), "three/"), whole);
});

test("a bucket that keeps no versions gets the newest alone, and the plan says so", { skip }, async () => {
  const repository = new MemoryRepository("four/");
  await filled("four/");
  const made = await repository.backUp("history", undefined, true);
  const target = into("history-flat", "four/");

  const plan = await restoreObjects.plan(made, configOf("history"), target, restoring(repository, "four/"));
  const done = await run(repository, made, target);

  assert.match(plan.does.join(), /put 2 objects/);
  assert.match(plan.notes.join(), /keeps no versions.*only the newest.*without 3 older versions and 2 delete markers/);
  assert.deepEqual(done.differences, []);
  assert.deepEqual(Object.keys(await historyOf(bucketAt("history-flat"), "four/")), ["once", "a"]);
});

test("a version that was put in parts is known by its bytes where it was put whole", { skip }, async () => {
  const repository = new MemoryRepository("seven/");
  await keeping("history");
  await keeping("history-copy");
  const parted = openBucket(addressOf("history"), { partBytes: 5 * 1024 * 1024 });
  for (let turn = 0; turn < 2; turn += 1) await parted.put("seven/large", chunksOf(randomBytes(5_300_000)));
  const made = await repository.backUp("history", undefined, true);
  const target = into("history-copy", "seven/");

  const done = await run(repository, made, target);
  const { does } = await restoreObjects.plan(made, configOf("history"), target, restoring(repository, "seven/"));

  assert.deepEqual(done.differences, []);
  assert.match(done.did.join(), /2 versions and 0 delete markers put/);
  assert.match(does.join(), /put 0 versions and 0 delete markers/);
});

test("versions that do not lie in the order of their packs come back in their own", { skip }, async () => {
  const repository = new MemoryRepository("nine/");
  const bucket = await keeping("history");
  await keeping("history-copy");
  await bucket.put("nine/k", chunksOf("k1"));
  await bucket.put("nine/junk", chunksOf(randomBytes(2_000_000)));
  await repository.backUp("history", undefined, true);
  await bucket.put("nine/k", chunksOf("k2"));
  await repository.backUp("history", undefined, true);
  await expireAll("history", "nine/junk");
  // The pack of `k1` is of little use now: it is copied anew, after `k2`.
  const made = await repository.backUp("history", undefined, true);

  const done = await run(repository, made, into("history-copy", "nine/"));

  const packs = (await entriesOf(repository, made)).map(({ pack }) => pack);
  assert.deepEqual(packs, [1, 0]);
  assert.equal(made.body.copied.objects, 1);
  assert.deepEqual(done.differences, []);
  assert.deepEqual(await historyOf(bucketAt("history-copy"), "nine/"), { k: ["k1", "k2"] });
});

test("taken back, a key has on top again what it had before the restore", { skip }, async () => {
  const repository = new MemoryRepository("ten/");
  const bucket = await filled("ten/");
  const made = await repository.backUp("history", undefined, true);
  await bucket.put("ten/a", chunksOf("later"));
  const safety = await repository.backUp("history", undefined, true);
  await run(repository, made, inPlace);

  const config = { ...configOf("history"), prefix: "ten/" };
  await restoreObjects.undo?.(config, safety, restoring(repository, "ten/"));
  await restoreObjects.undo?.(config, safety, restoring(repository, "ten/"));

  assert.deepEqual((await historyOf(bucket, "ten/"))["a"], [...whole.a, "later", "a3", "later"]);
});
