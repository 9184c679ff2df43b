import assert from "node:assert/strict";
import { test } from "node:test";
import { redactUrls } from "./url.ts";

test("user and password of a URL are not shown", () => {
  assert.equal(redactUrls("https://bob:s3cret@example.org/a.git"), "https://***@example.org/a.git");
  assert.equal(
    redactUrls("fatal: unable to access 'https://tok@example.org/a'"),
    "fatal: unable to access 'https://***@example.org/a'",
  );
});

test("the user of an SSH address is part of it, its password is not shown", () => {
  assert.equal(redactUrls("ssh://git@example.org/a.git"), "ssh://git@example.org/a.git");
  assert.equal(redactUrls("ssh://git:s3cret@example.org/a.git"), "ssh://***@example.org/a.git");
});

test("a query parameter that names a credential loses its value only", () => {
  assert.equal(
    redactUrls("https://example.org/?page=2&private_token=abc&X-Amz-Signature=def&sig=x"),
    "https://example.org/?page=2&private_token=***&X-Amz-Signature=***&sig=***",
  );
});

test("a URL without credentials stays as it is", () => {
  const url = "https://registry.example.org/v2/team/app/tags/list?n=100&last=1.0@x";

  assert.equal(redactUrls(url), url);
});
