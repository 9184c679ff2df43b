import assert from "node:assert/strict";
import { test } from "node:test";
import { chunksOf } from "../../../edge/object-store.test-support.ts";
import { SystemError } from "../../../kernel/errors.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import { bucketAt, configOf, keeping, MemoryRepository, restoring, skip } from "./objects.test-support.ts";
import { restoreObjects } from "./restore-kind.ts";
import { entriesOf, filled, historyOf, into, run, whole } from "./versions.test-support.ts";

test("older versions and delete markers are copied once, held against their digests, and come back in their order", {
  skip,
}, async () => {
  const repository = new MemoryRepository("one/");
  const bucket = await filled("one/");
  await keeping("history-copy");

  const made = await repository.backUp("history", undefined, true);
  const proof = await repository.prove(made);
  const target = into("history-copy", "one/");
  const plan = await restoreObjects.plan(made, configOf("history"), target, restoring(repository, "one/"));
  const done = await run(repository, made, target);
  const again = await restoreObjects.plan(made, configOf("history"), target, restoring(repository, "one/"));
  await bucket.put("one/once", chunksOf("o2"));
  await bucket.delete("one/a");
  const next = await repository.backUp("history", undefined, true);

  assert.deepEqual([made.body.objects, made.body.bytes], [2, 4]);
  assert.deepEqual(made.body.versions, { older: 3, markers: 2, bytes: 6 });
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.deepEqual(proof.counts, {
    objects: 2,
    bytes: 4,
    "older versions": 3,
    "bytes of older versions": 6,
    "delete markers": 2,
  });
  assert.doesNotMatch(proof.doesNotCover.join(), /older versions/);
  assert.match(plan.does.join(), /put 5 versions and 2 delete markers into/);
  assert.match(plan.notes.join(), /with new ids and times/);
  assert.deepEqual(done.differences, []);
  assert.match(again.does.join(), /put 0 versions and 0 delete markers/);
  const copy = bucketAt("history-copy");
  assert.deepEqual(await historyOf(copy, "one/"), whole);
  assert.deepEqual((await copy.head("one/a"))?.metadata, {});
  assert.deepEqual([next.body.copied.objects, next.body.deleted], [2, 1]);
  assert.deepEqual([next.body.objects, next.body.versions], [1, { older: 5, markers: 3, bytes: 10 }]);
  assert.deepEqual((await repository.prove(next)).verdict, { kind: "proven" });
});

test("without versions the receipt names them as not covered; asked for later, what was copied stays copied", {
  skip,
}, async () => {
  const repository = new MemoryRepository("five/");
  await filled("five/");

  const plain = await repository.backUp("history");
  const proof = await repository.prove(plain);
  const kept = await repository.backUp("history", undefined, true);
  const back = await repository.backUp("history");

  assert.match(proof.doesNotCover.join(), /older versions of objects/);
  assert.deepEqual([plain.body.objects, plain.body.versions], [2, undefined]);
  // Two older versions and two markers of `a` and `gone`, and one version that is deleted.
  assert.equal(kept.body.copied.objects, 5);
  assert.deepEqual([back.body.objects, back.body.copied.objects, back.body.deleted], [2, 0, 0]);
  const keys: string[] = [];
  for (const { key, older, deleted } of await entriesOf(repository, kept))
    keys.push(`${key}${older === true ? " older" : ""}${deleted === true ? " deleted" : ""}`);
  assert.deepEqual(keys, [
    "five/a older",
    "five/a older",
    "five/a older deleted",
    "five/a",
    "five/gone older",
    "five/gone deleted",
    "five/once",
  ]);
});

test("a run with versions that broke off leaves whole packs to the next, and the order of versions stands", {
  skip,
}, async () => {
  const repository = new MemoryRepository("six/");
  const bucket = await keeping("history");
  for (const key of ["six/a", "six/b"])
    for (let turn = 1; turn < 4; turn += 1) await bucket.put(key, chunksOf(`${key} ${turn}`));
  await repository.backUp("history", undefined, true);
  for (const key of ["six/a", "six/b"])
    for (let turn = 4; turn < 7; turn += 1) await bucket.put(key, chunksOf(`${key} ${turn}`));
  // What is listed as larger fills a pack sooner.
  const large: ObjectBucket["versions"] = async function* (prefix) {
    for await (const page of bucket.versions(prefix))
      yield page.map((one) => (one.size === 7 && one.latest ? { ...one, size: 300_000_000 } : one));
  };
  await assert.rejects(
    repository.backUp(
      "history",
      (opened) => ({
        versions: large,
        get: async (key, options) => {
          if (key === "six/b") throw new SystemError("the machine is gone", "retry");
          return opened.get(key, options);
        },
      }),
      true,
    ),
    /the machine is gone/,
  );

  const made = await repository.backUp("history", undefined, true);

  assert.deepEqual([made.body.objects, made.body.versions?.older], [2, 10]);
  assert.ok(made.body.copied.objects < 6);
  const entries = await entriesOf(repository, made);
  const versions: string[] = [];
  for await (const page of bucket.versions("six/")) versions.push(...page.map(({ version }) => version));
  assert.deepEqual(
    entries.toSorted((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0)).map(({ version }) => version),
    versions.reverse(),
  );
  assert.deepEqual((await repository.prove(made)).verdict, { kind: "proven" });
});

test("an older version whose bytes were turned in its pack fails the proof", { skip }, async () => {
  const repository = new MemoryRepository("eight/");
  await filled("eight/");
  const made = await repository.backUp("history", undefined, true);
  const [pack] = made.packs;
  const bytes = Buffer.from(repository.stored.get(pack?.snapshot ?? "") ?? Buffer.alloc(0));
  bytes.write("x1", bytes.indexOf("a1"));
  repository.stored.set(pack?.snapshot ?? "", bytes);

  assert.equal((await repository.prove(made)).verdict.kind, "failed");
});

test("where versions are suspended, the one that is replaced again and again is copied again", { skip }, async () => {
  const repository = new MemoryRepository("eleven/");
  await keeping("suspended");
  await bucketAt("suspended").put("eleven/k", chunksOf("kept"));
  const bucket = await keeping("suspended", "Suspended");
  await bucket.put("eleven/k", chunksOf("one"));
  const plain = await repository.prove(await repository.backUp("suspended"));
  await repository.backUp("suspended", undefined, true);
  await bucket.put("eleven/k", chunksOf("three"));

  const made = await repository.backUp("suspended", undefined, true);

  assert.match(plain.doesNotCover.join(), /older versions of objects/);
  assert.deepEqual([made.body.copied.objects, made.body.objects, made.body.versions?.older], [1, 1, 1]);
  assert.deepEqual(
    (await entriesOf(repository, made)).map(({ size, older }) => [size, older]),
    [
      [4, true],
      [5, undefined],
    ],
  );
  assert.deepEqual((await repository.prove(made)).verdict, { kind: "proven" });
});
