import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { chunksOf } from "../../../edge/object-store.test-support.ts";
import { SystemError } from "../../../kernel/errors.ts";
import { instantOf } from "../../../kernel/instant.ts";
import type { ObjectBucket } from "../../../kernel/object-store.ts";
import { allOf } from "../../lines.ts";
import { openList, writeList } from "./list.ts";
import { bucketAt, configOf, type Made, MemoryRepository, restoring, skip } from "./objects.test-support.ts";
import { planRestore } from "./restore.ts";
import { restoreObjects } from "./restore-kind.ts";

const page = { "content-type": "text/html", "content-encoding": "gzip", "x-amz-meta-run": "a1" };
const refused = async () => Promise.reject(new SystemError("403 AccessDenied", "stop"));

async function restored(repository: MemoryRepository, made: Made, name: string, target: string | undefined) {
  const to =
    target === undefined ? ({ kind: "in-place" } as const) : ({ kind: "bucket", bucket: target, prefix: "" } as const);
  const lent = restoring(repository);
  const plan = await restoreObjects.plan(made, configOf(name), to, lent);
  return { plan, done: await restoreObjects.run(made, configOf(name), to, lent) };
}

/** Two objects with what lies beside them, backed up. */
async function backedUp() {
  const repository = new MemoryRepository();
  const bucket = bucketAt("beside");
  for (const key of ["page", "plain"]) await bucket.put(key, chunksOf(key), { metadata: page });
  return { repository, bucket, made: await repository.backUp("beside") };
}

/** A bucket that writes down whose head it is asked for. */
function hearing(heads: string[]) {
  return (bucket: ObjectBucket): Pick<ObjectBucket, "head"> => ({
    async head(key) {
      heads.push(key);
      return bucket.head(key);
    },
  });
}

async function entriesOf(repository: MemoryRepository, made: Made) {
  return allOf((await openList(repository.lent().readPart(made.body.list))).entries);
}

test("what lies beside a content is recorded, comes back, and is put again where it alone is otherwise", {
  skip,
}, async () => {
  const repository = new MemoryRepository();
  const [bucket, copy] = [bucketAt("beside"), bucketAt("beside-copy")];
  await bucket.put("page", chunksOf(gzipSync("content")), { metadata: page });
  await bucket.tag("page", { team: "a" });
  await bucket.put("plain", chunksOf("x"));

  const made = await repository.backUp("beside");
  const proof = await repository.prove(made);
  const first = await restored(repository, made, "beside", "beside-copy");
  await copy.put("page", chunksOf(gzipSync("content")), { metadata: { "content-type": "text/plain" } });
  await bucket.put("page", chunksOf(gzipSync("content")), { metadata: { ...page, "x-amz-meta-run": "b2" } });
  const inPlace = await restored(repository, made, "beside", undefined);

  const [one, other] = await entriesOf(repository, made);
  assert.deepEqual([one?.metadata, one?.tags], [page, { team: "a" }]);
  assert.deepEqual([other?.metadata, other?.tags], [{}, undefined]);
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.doesNotMatch(proof.doesNotCover.join(), /metadata of|tags of/);
  assert.deepEqual([first.done.differences, first.done.notes], [[], []]);
  assert.match(inPlace.plan.does.join(), /put 1 object .*"page"; 1 are there as they were/);
  assert.deepEqual([inPlace.done.differences, inPlace.done.notes], [[], []]);
  assert.deepEqual((await bucket.head("page"))?.metadata, page);
  assert.deepEqual(await bucket.tags("page"), { team: "a" });
  assert.deepEqual((await copy.head("plain"))?.metadata, {});
});

test("an object of an earlier release's list lacks it and is no other; the next backup asks for it once", {
  skip,
}, async () => {
  const { repository, made } = await backedUp();
  await forget(repository, made);

  const proof = await repository.prove(made);
  const { done } = await restored(repository, made, "beside", undefined);
  const still = await repository.backUp("beside", () => ({ head: refused }));
  const heads: string[] = [];
  const next = await repository.backUp("beside", hearing(heads));
  await repository.backUp("beside", hearing(heads));

  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.match(proof.doesNotCover.join(), /content types and other metadata of 2 objects/);
  assert.match(done.did.join(), /0 objects put/);
  assert.match(done.notes.join(), /2 objects of the backup without content type/);
  assert.deepEqual([still.body.copied.objects, still.body.lacks], [0, { metadata: 2, tags: 0 }]);
  assert.deepEqual([next.body.copied.objects, next.body.lacks], [0, { metadata: 0, tags: 0 }]);
  assert.deepEqual((await entriesOf(repository, next))[0]?.metadata, page);
  assert.deepEqual(heads, ["page", "plain"]);
});

test("restored in place, only an object that was written to since is asked for what lies beside it", {
  skip,
}, async () => {
  const { repository, bucket, made } = await backedUp();
  const heads: string[] = [];
  const target = { bucket: { ...bucket, ...hearing(heads)(bucket) }, only: "", as: "" };

  await planRestore({ ...made, takenAt: instantOf(Date.now() + 60_000) }, target, repository.lent());
  const untouched = heads.splice(0);
  await planRestore({ ...made, takenAt: instantOf(Date.now() - 60_000) }, target, repository.lent());

  assert.deepEqual(untouched, []);
  assert.deepEqual(heads, ["page", "plain"]);
});

/** As an earlier release wrote its list and its manifest. */
async function forget(repository: MemoryRepository, { body }: Made): Promise<void> {
  const { packs, entries } = await openList(repository.lent().readPart(body.list));
  const bare = (await allOf(entries)).map((entry) => ({ ...entry, metadata: undefined, tags: undefined }));
  repository.replace(body.list, Buffer.concat(await allOf(writeList(packs, bare))));
  Reflect.deleteProperty(body, "lacks");
}

test("tags that may not be read stand on the receipt, those that may not be written in the restore's notes", {
  skip,
}, async () => {
  const repository = new MemoryRepository();
  const bucket = bucketAt("beside");
  for (const key of ["page", "plain"]) await bucket.put(key, chunksOf(key));
  await bucket.tag("page", { team: "a" });

  const blind = await repository.backUp("beside", () => ({ tags: refused }));
  const seeing = await repository.backUp("beside");
  await bucket.tag("page", { team: "b" });
  const lent = restoring(repository);
  const ports = {
    ...lent.ports,
    openBucket: (address: Parameters<typeof lent.ports.openBucket>[0]) => ({
      ...lent.ports.openBucket(address),
      tag: refused,
    }),
  };
  const done = await restoreObjects.run(seeing, configOf("beside"), { kind: "in-place" }, { ...lent, ports });

  assert.equal(blind.body.lacks?.tags, 1);
  assert.match((await repository.prove(blind)).doesNotCover.join(), /tags of 1 object: .*s3:GetObjectTagging/);
  assert.deepEqual(seeing.body.lacks, { metadata: 0, tags: 0 });
  assert.deepEqual(done.differences, []);
  assert.match(done.notes.join(), /1 object without their tags, which need s3:PutObjectTagging: "page"/);
});
