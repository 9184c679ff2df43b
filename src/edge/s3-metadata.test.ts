import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { ObjectBucket } from "../kernel/object-store.ts";
import { bucketOf, bytesOf, chunksOf, gateway, stubStore } from "./object-store.test-support.ts";
import { openBucket } from "./object-store.ts";

const store = await gateway("beside");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;
const address = { bucket: "b", region: "us-east-1", accessKey: "a", secretKey: "s" };
const quick = { pauseMs: 1, partBytes: 5 * 1024 * 1024 };

function open(): ObjectBucket {
  if (store === undefined) throw new Error("there is no store");
  return openBucket(bucketOf(store, "beside"), quick);
}

const metadata = {
  "cache-control": "no-cache, max-age=0",
  "content-disposition": 'attachment; filename="two  spaces.txt"',
  "content-encoding": "gzip",
  "content-language": "de",
  "content-type": "text/plain; charset=utf-8",
  expires: "Wed, 21 Oct 2026 07:28:00 GMT",
  "x-amz-meta-run": "a1b2",
};

test("what an object was put with comes back by GET and HEAD, in one piece or several, and gzip stays gzip", {
  skip,
}, async () => {
  const bucket = open();
  const zipped = gzipSync("content");
  const long = Buffer.alloc(6_000_000, zipped);

  for (const [key, content] of [
    ["short", zipped],
    ["long", long],
  ] as const) {
    await bucket.put(key, chunksOf(content), { metadata });
    const read = await bucket.get(key);
    assert.ok(read.kind === "read");
    assert.deepEqual(read.metadata, metadata);
    assert.ok((await bytesOf(read.content)).equals(content));
    assert.deepEqual((await bucket.head(key))?.metadata, metadata);
  }
});

test("an object that was put with nothing has nothing, and put so again neither", { skip }, async () => {
  const bucket = open();

  await bucket.put("plain", chunksOf("x"));
  assert.deepEqual((await bucket.head("plain"))?.metadata, {});
  await bucket.put("plain", chunksOf("x"), { metadata: {} });
  assert.deepEqual((await bucket.head("plain"))?.metadata, {});
});

test("tags are set and read, and counted where the object is read", { skip }, async () => {
  const bucket = open();
  await bucket.put("tagged", chunksOf("x"));

  await bucket.tag("tagged", { team: "a b", stage: "" });

  assert.deepEqual(await bucket.tags("tagged"), { team: "a b", stage: "" });
  const read = await bucket.get("tagged");
  assert.ok(read.kind === "read");
  await bytesOf(read.content);
  assert.equal(read.tagCount, 2);
});

test("tags that are refused name the right that is missing", async () => {
  const endpoint = await stubStore((_, response) => void response.writeHead(403).end("<Code>AccessDenied</Code>"));

  await assert.rejects(openBucket({ ...address, endpoint }, quick).tags("k"), {
    remedy: "stop",
    message: /tags need s3:GetObjectTagging/,
  });
});

test("the form in which a client sent it is none of the content's; what no header bears is unknown", async () => {
  const endpoint = await stubStore((request, response) => {
    const missing = request.url?.includes("missing") === true ? { "x-amz-missing-meta": "1" } : {};
    const encoding = request.url?.includes("bare") === true ? "aws-chunked" : "aws-chunked, gzip";
    const date = "Wed, 21 Oct 2026 07:28:00 GMT";
    response.writeHead(200, { "content-encoding": encoding, "last-modified": date, "content-length": 0, ...missing });
    response.end();
  });
  const bucket = openBucket({ ...address, endpoint }, quick);

  assert.deepEqual((await bucket.head("zipped"))?.metadata, { "content-encoding": "gzip" });
  assert.deepEqual((await bucket.head("bare"))?.metadata, {});
  assert.equal((await bucket.head("missing"))?.metadata, undefined);
});

test("a value that is no ASCII goes as it came, byte by byte", { skip }, async () => {
  const bucket = open();
  const bytes = Buffer.from("größe").toString("latin1");

  await bucket.put("named", chunksOf("x"), { metadata: { "x-amz-meta-name": bytes } });

  const found = (await bucket.head("named"))?.metadata;
  await bucket.put("again", chunksOf("x"), { metadata: found });
  assert.equal(Buffer.from(found?.["x-amz-meta-name"] ?? "", "latin1").toString(), "größe");
  assert.deepEqual((await bucket.head("again"))?.metadata, found);
});
