import assert from "node:assert/strict";
import { test } from "node:test";
import { chunksOf, stubStore } from "./object-store.test-support.ts";
import { openBucket } from "./object-store.ts";

test("what is put in one piece has its digest with it: a bucket that locks it takes it so only", async () => {
  const digests: (string | undefined)[] = [];
  const endpoint = await stubStore((request, response) => {
    const digest = request.headers["content-md5"];
    digests.push(Array.isArray(digest) ? digest[0] : digest);
    response.writeHead(200).end();
    request.resume();
  });
  const address = { endpoint, bucket: "b", region: "us-east-1", accessKey: "a", secretKey: "s" };

  await openBucket(address).put("key", chunksOf("hello ", "world"));
  await openBucket(address).put("empty", chunksOf());

  assert.deepEqual(digests, ["XrY7u+Ae7tCTyyK7j1rNww==", "1B2M2Y8AsgTpgAmY7PhCfg=="]);
});

test("so has each piece of what is put in several", async () => {
  const digests: (string | undefined)[] = [];
  const endpoint = await stubStore((request, response) => {
    request.resume();
    const { searchParams } = new URL(request.url ?? "", "http://store");
    if (request.method === "PUT") {
      digests.push(request.headers["content-md5"]?.toString());
      return void response.writeHead(200, { etag: `"${searchParams.get("partNumber")}"` }).end();
    }
    const said = searchParams.has("uploads")
      ? "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
      : "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>";
    response.writeHead(200).end(said);
  });
  const address = { endpoint, bucket: "b", region: "us-east-1", accessKey: "a", secretKey: "s" };

  await openBucket(address, { partBytes: 6 }).put("key", chunksOf("hello ", "world"));

  assert.deepEqual(digests, ["+BSJN3e8wilf/wXwDlCNpg==", "fXkwN6B2AYZXSwKC8vQ15w=="]);
});
