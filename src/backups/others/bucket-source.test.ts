import assert from "node:assert/strict";
import { test } from "node:test";
import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { instantOf } from "../../kernel/instant.ts";
import type { ListedObject } from "../../kernel/object-store.ts";
import { bucketCandidates } from "./bucket-source.ts";

const { signal } = new AbortController();
const call = {
  endpoint: "https://s3.example.org",
  environment: { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" },
};
const at = (second: number) => instantOf(Date.UTC(2026, 10, 20) + second * 1000);

/** A bucket of these keys, a thousand a page; `pages` counts those that were asked for. */
function bucketWith(keyOf: (index: number) => string, count: number) {
  const seen = { pages: 0 };
  const list = async function* () {
    for (let first = 0; first < count; first += 1000) {
      seen.pages += 1;
      yield Array.from({ length: Math.min(1000, count - first) }, (_, index): ListedObject => {
        const key = keyOf(first + index);
        return { key, size: 10, etag: undefined, modified: at(first + index) };
      });
    }
  };
  const ports = { openBucket: () => ({ label: "s3://ours", list }) } as unknown as BackupPorts;
  return { seen, find: () => bucketCandidates("bucket:ours/backups/", call, ports, signal) };
}

test("a bucket of a million objects is none of backups alone: no more of its list is read than tells that", async () => {
  const { seen, find } = bucketWith((index) => `backups/artifact-${index}.bin`, 1_000_000);

  await assert.rejects(find(), /holds more than 20000 objects; name the prefix of the backups/);
  assert.equal(seen.pages, 21);
});

test("of each folder that is a dump its own objects make one candidate, the newest of its series", async () => {
  const names = ["toc.dat", "3001.dat.gz", "3002.dat.gz"];
  const { find } = bucketWith((index) => `backups/night-${Math.floor(index / 3)}/${names[index % 3]}`, 18_000);

  const found = await find();

  assert.deepEqual(
    found?.candidates.map(({ name, bytes, changedAt }) => [name, bytes, changedAt]),
    [["backups/night-5999", 30, Date.parse(at(17_999))]],
  );
  assert.match(found?.notes.join() ?? "", /^5999 older of the same series/);
});
