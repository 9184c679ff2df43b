import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, chunksOf } from "../../../edge/object-store.test-support.ts";
import { InputError } from "../../../kernel/errors.ts";
import { bucketAt, configOf, MemoryRepository, restoring, skip } from "./objects.test-support.ts";
import { restoreObjects } from "./restore-kind.ts";

test("into another bucket nothing is put where a key of the backup has another content, when it is planned or since", {
  skip,
}, async () => {
  const repository = new MemoryRepository();
  const [bucket, copy] = [bucketAt("elsewhere"), bucketAt("elsewhere-copy")];
  await bucket.put("model.pkl", chunksOf("of the backup"));
  const made = await repository.backUp("elsewhere");
  const [to, config] = [{ kind: "bucket", bucket: "elsewhere-copy", prefix: "" } as const, configOf("elsewhere")];
  const free = await restoreObjects.plan(made, config, to, restoring(repository));
  await copy.put("model.pkl", chunksOf("of the others"));

  const taken = await restoreObjects.plan(made, config, to, restoring(repository));
  const run = restoreObjects.run(made, config, to, restoring(repository));

  assert.deepEqual(free.refuses, []);
  assert.match(taken.refuses.join(), /elsewhere-copy is not empty: "model\.pkl"; name another bucket/);
  await assert.rejects(
    run,
    (thrown) => thrown instanceof InputError && /not empty.*nothing was changed/.test(thrown.message),
  );
  const there = await copy.get("model.pkl");
  assert.equal(
    there.kind === "read" && (await bytesOf(there.content)).toString(),
    "of the others",
    "as many bytes, and others",
  );
});

test("into another bucket what was begun is gone on with: what of the backup is there is in nobody's way", {
  skip,
}, async () => {
  const repository = new MemoryRepository();
  const [bucket, copy] = [bucketAt("begun"), bucketAt("begun-copy")];
  for (const key of ["first", "second"]) await bucket.put(key, chunksOf(key));
  const made = await repository.backUp("begun");
  const [to, config] = [{ kind: "bucket", bucket: "begun-copy", prefix: "" } as const, configOf("begun")];
  await copy.put("first", chunksOf("first"));

  const { refuses } = await restoreObjects.plan(made, config, to, restoring(repository));
  const { differences } = await restoreObjects.run(made, config, to, restoring(repository));
  const again = await restoreObjects.plan(made, config, to, restoring(repository));
  await copy.put("third", chunksOf("third"));
  const mixed = await restoreObjects.plan(made, config, to, restoring(repository));

  assert.deepEqual([refuses, differences, again.refuses], [[], [], []]);
  assert.match(mixed.refuses.join(), /begun-copy is not empty: "third"/);
});

test("keys of which the backup has none are not said to be restored: a prefix that was mistaken, or is declared otherwise by now", {
  skip,
}, async () => {
  const repository = new MemoryRepository();
  await bucketAt("elsewhere").put("models/1", chunksOf("one"));
  const made = await repository.backUp("elsewhere");
  const plan = async (prefix: string, declared = "") =>
    (
      await restoreObjects.plan(
        made,
        { ...configOf("elsewhere"), prefix: declared },
        { kind: "in-place" },
        restoring(repository, prefix),
      )
    ).refuses.join();

  assert.equal(await plan("models/"), "");
  for (const refused of [await plan("model/"), await plan("", "data/")])
    assert.match(refused, /no key in mlflow-objects-\d+ begins with "(?:model|data)\/"/);
});
