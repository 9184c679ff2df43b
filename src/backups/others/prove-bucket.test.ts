import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bucketOf, chunksOf, gateway } from "../../edge/object-store.test-support.ts";
import { openBucket } from "../../edge/object-store.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { dump, dumpedMlflow, proving } from "./prove.test-support.ts";

const store = await gateway("backups");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;
const keys = { AWS_ACCESS_KEY_ID: store?.accessKey ?? "", AWS_SECRET_ACCESS_KEY: store?.secretKey ?? "" };

test("of a bucket the newest of each series is proven as it streams, a directory archive too; what is cut is not", {
  skip,
}, async () => {
  assert.ok(store !== undefined);
  const { dir, url, plain } = await dumpedMlflow();
  const text = readFileSync(plain);
  const bucket = openBucket(bucketOf(store, "backups"));
  const put = (key: string, content: Uint8Array): Promise<void> => bucket.put(key, chunksOf(content));
  await put("nightly/mlflow-1.sql", text.subarray(0, 3000));
  await put("nightly/cut.sql", text.subarray(0, 3000));
  await new Promise((resolve) => setTimeout(resolve, 1100)); // times there are of whole seconds
  await put("nightly/mlflow-2.sql", text);
  await put("elsewhere/other.sql", text.subarray(0, 3000));
  const directory = dump(url, join(dir, "archive"), "-Fd");
  for (const name of readdirSync(directory)) await put(`nightly/archive/${name}`, readFileSync(join(directory, name)));
  const call = { bucket: { endpoint: store.url, environment: keys } };

  const { kind, proofs, notes } = await proving("bucket:backups/nightly/", call);
  assert.equal(kind, "bucket");
  assert.deepEqual(
    Object.fromEntries(proofs.map(({ name, verdict, databases }) => [name, [verdict.kind, databases[0]?.rows]])),
    {
      "nightly/cut.sql": ["not-restorable", undefined],
      "nightly/mlflow-2.sql": ["proven", 3007],
      "nightly/archive": ["proven", 3007],
    },
  );
  assert.match(notes.join(), /1 older of the same series .*: nightly\/mlflow-1\.sql\.$/);

  await assert.rejects(proving("bucket:backups/nothing/", call), InputError);
  await assert.rejects(proving("bucket:backups"), /--endpoint https/);
  await assert.rejects(proving("bucket:backups", { bucket: { ...call.bucket, environment: {} } }), /AWS_ACCESS_KEY_ID/);
  await assert.rejects(
    proving("bucket:backups", {
      bucket: { endpoint: store.url, environment: { ...keys, AWS_SECRET_ACCESS_KEY: "canary-wrong" } },
    }),
    (thrown) => thrown instanceof SystemError && !/canary/.test(thrown.message),
  );
});
