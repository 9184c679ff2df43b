import assert from "node:assert/strict";
import { test } from "node:test";
import type { ObjectBucket, ObjectVersion } from "../kernel/object-store.ts";
import { bucketOf, bytesOf, chunksOf, gateway, keepVersions, stubStore } from "./object-store.test-support.ts";
import { openBucket } from "./object-store.ts";

const store = await gateway("kept", "paged");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;
const quick = { pauseMs: 1 };

async function open(bucket: string): Promise<ObjectBucket> {
  if (store === undefined) throw new Error("there is no store");
  await keepVersions(store, bucket);
  return openBucket(bucketOf(store, bucket), quick);
}

async function versionsOf(bucket: ObjectBucket): Promise<readonly ObjectVersion[]> {
  const all: ObjectVersion[] = [];
  for await (const page of bucket.versions("")) all.push(...page);
  return all;
}

const shortly = ({ key, size, latest, deleted }: ObjectVersion): string =>
  `${key} ${deleted ? "deleted" : size}${latest ? " latest" : ""}`;

test("versions and delete markers of a key come the newest first, and each version by its id", { skip }, async () => {
  const bucket = await open("kept");
  for (const content of ["1", "22"])
    await bucket.put("a/x", chunksOf(content), { metadata: { "x-amz-meta-n": content } });
  await bucket.delete("a/x");
  await bucket.put("a/x", chunksOf("333"));
  await bucket.put("a-b", chunksOf("1"));
  await bucket.delete("a-b");

  const found = await versionsOf(bucket);
  const oldest = found.at(-1);

  assert.equal(await bucket.versioning(), "enabled");
  assert.deepEqual(found.map(shortly), [
    "a-b deleted latest",
    "a-b 1",
    "a/x 3 latest",
    "a/x deleted",
    "a/x 2",
    "a/x 1",
  ]);
  const read = await bucket.get("a/x", { version: oldest?.version, etag: oldest?.etag });
  assert.ok(read.kind === "read");
  assert.equal((await bytesOf(read.content)).toString(), "1");
  assert.deepEqual(read.metadata, { "x-amz-meta-n": "1" });
  assert.equal((await bucket.head("a/x", oldest?.version))?.size, 1);
  const nowhere = { version: "01ARZ3NDEKTSV4RRFFQ69G5FAV" };
  assert.deepEqual(await bucket.get("a/x", nowhere), { kind: "absent" });
});

test("a list of versions of more than a page is whole and in order", { skip, timeout: 120_000 }, async () => {
  const bucket = await open("paged");
  const keys = Array.from({ length: 350 }, (_, index) => `k/${String(index).padStart(4, "0")}`);
  for (let at = 0; at < keys.length; at += 50)
    await Promise.all(
      keys.slice(at, at + 50).map(async (key) => {
        await bucket.put(key, chunksOf("1"));
        await bucket.delete(key);
        await bucket.put(key, chunksOf("22"));
      }),
    );

  const found = await versionsOf(bucket);

  assert.deepEqual(
    found.map(shortly),
    keys.flatMap((key) => [`${key} 2 latest`, `${key} deleted`, `${key} 1`]),
  );
});

test("versions and markers that a store mixes keep their order; a bucket whose versions are suspended says so", async () => {
  const at = "<LastModified>2026-01-01T00:00:00Z</LastModified>";
  const version = (id: string, latest = false) =>
    `<Version><Key>k</Key><VersionId>${id}</VersionId><IsLatest>${latest}</IsLatest>${at}<Size>1</Size></Version>`;
  const marker = (id: string) =>
    `<DeleteMarker><Key>k</Key><VersionId>${id}</VersionId><IsLatest>false</IsLatest>${at}</DeleteMarker>`;
  const endpoint = await stubStore((request, response) => {
    const isList = request.url?.includes("versions") === true;
    const list = `<ListVersionsResult>${version("c", true)}${marker("b")}${version("a")}</ListVersionsResult>`;
    response.end(isList ? list : "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>");
  });
  const address = { endpoint, bucket: "b", region: "us-east-1", accessKey: "a", secretKey: "s" };

  assert.deepEqual(
    (await versionsOf(openBucket(address, quick))).map((one) => one.version),
    ["c", "b", "a"],
  );
  assert.equal(await openBucket(address, quick).versioning(), "suspended");
});

test("versions that may not be read name the rights that are missing", async () => {
  const endpoint = await stubStore((_, response) => void response.writeHead(403).end("<Code>AccessDenied</Code>"));
  const bucket = openBucket({ endpoint, bucket: "b", region: "us-east-1", accessKey: "a", secretKey: "s" }, quick);

  const message = /needs s3:ListBucketVersions and s3:GetObjectVersion/;
  await assert.rejects(versionsOf(bucket), { remedy: "stop", message });
  await assert.rejects(bucket.get("k", { version: "1" }), { remedy: "stop", message });
});
