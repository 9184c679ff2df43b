import assert from "node:assert/strict";
import { test } from "node:test";
import { targetOf } from "./restore-target.ts";

const at = (to: string): unknown => targetOf({ to }, (written) => `/here/${written}`);

test("where to is told by what stands before the colon, and is a folder otherwise", () => {
  assert.deepEqual(targetOf({ inPlace: true }, String), { kind: "in-place" });
  assert.deepEqual(at("out"), { kind: "folder", folder: "/here/out" });
  assert.deepEqual(at("odd:name"), { kind: "folder", folder: "/here/odd:name" });
  assert.deepEqual(at("database:mlflow_copy"), { kind: "database", name: "mlflow_copy" });
  assert.deepEqual(at("bucket:spare/a/b/"), { kind: "bucket", bucket: "spare", prefix: "a/b/" });
  assert.deepEqual(at("namespace:spare"), { kind: "namespace", namespace: "spare", from: undefined });
  assert.deepEqual(at("namespace:mlflow=spare"), { kind: "namespace", namespace: "spare", from: "mlflow" });
  assert.deepEqual(at("redis://spare:6380"), { kind: "redis", url: "redis://spare:6380" });
  assert.deepEqual(at("rediss://spare"), { kind: "redis", url: "rediss://spare" });
  assert.deepEqual(at("redis:env:SPARE"), { kind: "redis", url: { kind: "env", name: "SPARE" } });
});

test("what leads nowhere, or to two places, is refused, and a password is not repeated", () => {
  assert.throws(() => at("namespace:Two Words"), /namespace:NAME, of several by namespace:FROM=NAME/);
  assert.throws(() => at("redis:spare"), /redis:\/\/HOST:PORT/);
  assert.throws(
    () => at("redis://:hunter-22@spare"),
    ({ message }: Error) => /no user and no password/.test(message) && !message.includes("hunter"),
  );
  assert.throws(() => targetOf({ to: "out", inPlace: true }, String), /Say where to/);
  assert.throws(() => targetOf({}, String), /Say where to: --in-place, or --to a folder/);
});
