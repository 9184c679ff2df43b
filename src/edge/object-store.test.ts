import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { SystemError } from "../kernel/errors.ts";
import type { ObjectBucket } from "../kernel/object-store.ts";
import { bucketOf, bytesOf, chunksOf, gateway, stubStore } from "./object-store.test-support.ts";
import { openBucket } from "./object-store.ts";

const store = await gateway("models", "versioned");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;
const quick = { pauseMs: 1, partBytes: 5 * 1024 * 1024 };

function open(bucket: string, secretKey?: string): ObjectBucket {
  if (store === undefined) throw new Error("there is no store");
  return openBucket({ ...bucketOf(store, bucket), ...(secretKey === undefined ? {} : { secretKey }) }, quick);
}

async function keysOf(bucket: ObjectBucket, prefix = ""): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const page of bucket.list(prefix)) keys.push(...page.map(({ key }) => key));
  return keys;
}

test("what was put comes back whole, by a part of it, and is listed with its size and MD5", { skip }, async () => {
  const bucket = open("models");
  const keys = ["a/plain.txt", "a/space and +plus&<x>'\"!*().txt", "a/größe €.bin", "b/%2F.txt"];
  for (const key of keys) await bucket.put(key, chunksOf("con", "tent of ", key));

  assert.deepEqual(await keysOf(bucket, "a/"), keys.slice(0, 3).toSorted());
  for (const key of keys) {
    const read = await bucket.get(key);
    assert.ok(read.kind === "read");
    assert.equal((await bytesOf(read.content)).toString(), `content of ${key}`);
    assert.equal(read.etag, createHash("md5").update(`content of ${key}`).digest("hex"));
    assert.equal((await bucket.head(key))?.size, Buffer.byteLength(`content of ${key}`));
  }
  const part = await bucket.get("a/plain.txt", { range: { from: 8, to: 10 } });
  assert.ok(part.kind === "read");
  assert.equal((await bytesOf(part.content)).toString(), "of ");
});

test("a long stream is put in parts, and one that throws leaves nothing", { skip }, async () => {
  const bucket = open("models");
  const pieces = Array.from({ length: 12 }, () => randomBytes(1_000_000));

  await bucket.put("long", chunksOf(...pieces));
  const broken = bucket.put(
    "broken",
    (async function* () {
      yield* chunksOf(...pieces);
      throw new SystemError("the source is gone", "retry");
    })(),
  );

  await assert.rejects(broken, /the source is gone/);
  const read = await bucket.get("long");
  assert.ok(read.kind === "read");
  assert.ok((await bytesOf(read.content)).equals(Buffer.concat(pieces)));
  assert.equal(await bucket.head("broken"), undefined);
});

test("what is not there is absent, and a content that was replaced is changed", { skip }, async () => {
  const bucket = open("models");
  await bucket.put("moving", chunksOf("one"));
  const etag = (await bucket.head("moving"))?.etag;
  await bucket.put("moving", chunksOf("two"));

  assert.deepEqual(await bucket.get("moving", { etag }), { kind: "changed" });
  assert.deepEqual(await bucket.get("nowhere"), { kind: "absent" });
  assert.equal(await bucket.head("nowhere"), undefined);
  await bucket.delete("moving");
  await bucket.delete("moving");
  assert.deepEqual(await bucket.get("moving"), { kind: "absent" });
});

test("a list of more than a page is whole", { skip, timeout: 60_000 }, async () => {
  const bucket = open("models");
  const names = Array.from({ length: 1100 }, (_, index) => `many/${String(index).padStart(5, "0")}`);
  for (let at = 0; at < names.length; at += 50)
    await Promise.all(names.slice(at, at + 50).map((name) => bucket.put(name, chunksOf(name))));

  assert.deepEqual(await keysOf(bucket, "many/"), names);
});

test("a bucket that is not there and a wrong key are said, without the key", { skip }, async () => {
  const gone = open("nowhere");
  const wrong = open("models", "another-canary");

  assert.equal(await gone.exists(), false);
  await assert.rejects(keysOf(gone), { name: "SystemError", remedy: "stop", message: /there is no bucket nowhere/ });
  await assert.rejects(gone.get("x"), { name: "SystemError", remedy: "stop" });
  await assert.rejects(keysOf(wrong), (thrown: Error) => {
    assert.match(thrown.message, /the access key or its secret is wrong|may not do that/);
    assert.doesNotMatch(`${thrown.message} ${String(thrown.cause)} ${thrown.stack}`, /canary/);
    return true;
  });
});

const address = { bucket: "b", region: "us-east-1", accessKey: "a", secretKey: "canary-of-stubs" };

test("a store that breaks is asked again, and what stays broken is to be tried again later", async () => {
  let asked = 0;
  const breaking = await stubStore((_, response) => {
    asked += 1;
    response.statusCode = asked < 3 ? 500 : 200;
    response.end(asked < 3 ? "" : "<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>");
  });
  const broken = await stubStore((_, response) => void response.writeHead(503).end("<Code>SlowDown</Code>"));

  assert.deepEqual(await keysOf(openBucket({ ...address, endpoint: breaking }, quick)), []);
  assert.equal(asked, 3);
  await assert.rejects(keysOf(openBucket({ ...address, endpoint: broken }, quick)), {
    remedy: "retry",
    message: /503 SlowDown, 4 times/,
  });
});

test("an answer that is no whole list is no empty bucket", async () => {
  const lies = [
    ["", /no ListBucketResult/],
    ["<html>welcome</html>", /no ListBucketResult/],
    ["<ListBucketResult><Contents><Key>a</Key>", /cut short/],
    ["<ListBucketResult><KeyCount>3</KeyCount></ListBucketResult>", /says that it lists 3 objects, and lists 0/],
    ["<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>", /goes on, and not where/],
    [
      "<ListBucketResult><Contents><Key>a</Key><Size>x</Size></Contents></ListBucketResult>",
      /without its size or time/,
    ],
  ] as const;
  for (const [body, words] of lies) {
    const endpoint = await stubStore((_, response) => void response.end(body));
    await assert.rejects(keysOf(openBucket({ ...address, endpoint }, quick)), words);
  }
});

test("a content that is cut never ends as if it were whole", async () => {
  const endpoint = await stubStore((_, response) => {
    response.writeHead(200, { "content-length": 100, etag: '"x"' });
    response.write("half");
    setImmediate(() => response.destroy());
  });
  const read = await openBucket({ ...address, endpoint }, quick).get("a");

  assert.ok(read.kind === "read");
  await assert.rejects(bytesOf(read.content), { name: "SystemError", remedy: "retry" });
});

test("a store whose clock is hours away is asked by its own time", async () => {
  const theirs = Date.now() + 5 * 3_600_000;
  const endpoint = await stubStore((request, response) => {
    response.setHeader("date", new Date(theirs).toUTCString());
    const moment = String(request.headers["x-amz-date"]).replace(/^(....)(..)(..T..)(..)/, "$1-$2-$3:$4:");
    const late = Math.abs(Date.parse(moment) - theirs) > 900_000;
    response.statusCode = late ? 403 : 200;
    response.end(
      late && request.method === "GET" ? "<Error><Code>RequestTimeTooSkewed</Code></Error>" : "<ListBucketResult/>",
    );
  });

  await assert.rejects(keysOf(openBucket({ ...address, endpoint }, quick)), /no ListBucketResult|cut short/);
  assert.equal(await openBucket({ ...address, endpoint }, quick).exists(), true);
});

test("a key that no address can name is refused before it is asked for", async () => {
  const bucket = openBucket({ ...address, endpoint: "http://127.0.0.1:9" }, quick);

  await assert.rejects(bucket.get("a/../../other/secret"), { remedy: "stop", message: /no address can name/ });
});
