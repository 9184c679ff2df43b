import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSecretRef, parseSecretRef } from "./secret-ref.ts";

test("each kind of reference is read, and written as it was", () => {
  for (const text of [
    "env:DB_URL",
    "file:/run/secrets/db url",
    "kubernetes:mlops/db.main/tls.key",
    "store:hook-gitlab",
  ]) {
    const ref = parseSecretRef(text);
    assert.ok(ref !== undefined, text);
    assert.equal(formatSecretRef(ref), text);
  }
});

test("what is no reference is none, a secret written in clear least of all", () => {
  const texts = ["", "hunter2", "env:", "env:A B", "file:relative", "file:", "kubernetes:a/b", "kubernetes:a/b/c/d"];
  for (const text of [...texts, "vault:x", "store:UPPER", "postgresql://me:pw@host/db", "constructor:x", "env:A\n"])
    assert.equal(parseSecretRef(text), undefined, text);
});
