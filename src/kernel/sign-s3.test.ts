import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instant } from "./instant.ts";
import { signS3 } from "./sign-s3.ts";

/** The first example of docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html. */
const example = {
  url: new URL("https://examplebucket.s3.amazonaws.com/test.txt"),
  method: "GET",
  region: "us-east-1",
  accessKey: "AKIAIOSFODNN7EXAMPLE",
  secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  at: "2013-05-24T00:00:00.000Z" as Instant,
  headers: { range: "bytes=0-9" },
};

test("a request is signed as AWS' own example is, also after others were signed with another key or on another day", () => {
  const signature = () => /Signature=(\w+)/.exec(signS3(example)["authorization"] ?? "")?.[1];
  const expected = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
  assert.equal(signature(), expected);
  signS3({ ...example, secretKey: "another" });
  assert.equal(signature(), expected);
  signS3({ ...example, at: "2013-05-25T00:00:00.000Z" as Instant });
  assert.equal(signature(), expected);
});
