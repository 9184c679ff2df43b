// oxlint-disable no-restricted-imports -- a process of its own that is killed
import { openBucket } from "../../../edge/object-store.ts";
import type { BucketAddress, ObjectBucket } from "../../../kernel/object-store.ts";
import { BackupStore } from "../../../platform/backup-stores.ts";
import { TestRepository } from "../../own.test-support.ts";

/*
 * Backs up a bucket and stands still in the middle of its second pack: `FOLDER PASSWORD ENDPOINT BUCKET KEY`, KEY being the object at
 * which it does.
 */

const [folder = "", password = "", endpoint = "", bucket = "", stopAt = ""] = process.argv.slice(2);

function slow(address: BucketAddress): ObjectBucket {
  const opened = openBucket(address, { pauseMs: 1 });
  return {
    ...opened,
    // What is listed as larger fills a pack sooner.
    async *list(prefix) {
      for await (const page of opened.list(prefix)) yield page.map((one) => ({ ...one, size: one.size * 100 }));
    },
    async get(key, options) {
      if (key !== stopAt) return opened.get(key, options);
      process.stdout.write("standing still\n");
      return new Promise(() => setInterval(() => undefined, 1000));
    },
  };
}

const place = { endpoint, bucket, accessKey: "env:ACCESS", secretKey: "env:SECRET" };
await new TestRepository(folder, password).backUpStore(
  BackupStore.parse({ component: "mlflow", kind: "objects", ...place }),
  { secret: async (ref) => (JSON.stringify(ref).includes("ACCESS") ? "tests" : "canary-of-the-secret-key") },
  { openBucket: slow },
);
