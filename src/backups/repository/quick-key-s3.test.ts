// oxlint-disable no-restricted-imports -- tests start what they speak to
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { bucketOf, bytesOf, chunksOf, gateway } from "../../edge/object-store.test-support.ts";
import { openBucket } from "../../edge/object-store.ts";
import type { BucketAddress, ObjectBucket } from "../../kernel/object-store.ts";
import { testPorts } from "../own.test-support.ts";
import { namedKey } from "./quick-key.test-support.ts";
import { isQuick, type NamedKey } from "./quick-key.ts";
import { Repository } from "./restic.ts";

const store = await gateway("repository");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;

test("a repository in a bucket, below a prefix, is given a quick key, opened by it, and its damage is found", {
  skip,
}, async () => {
  if (store === undefined) return;
  const password = randomBytes(32).toString("hex");
  const address = `s3:${store.url}/repository/a/b/`;
  const environment = { AWS_ACCESS_KEY_ID: store.accessKey, AWS_SECRET_ACCESS_KEY: store.secretKey };
  const ports = { ...testPorts, openBucket: patientBucket };
  const open = (): Repository => new Repository({ repository: address, password, environment }, ports);
  const bucket = openBucket(bucketOf(store, "repository"));
  const keys = async (): Promise<readonly NamedKey[]> => {
    const found: NamedKey[] = [];
    for await (const page of bucket.list("a/b/keys/"))
      for (const { key } of page) {
        const read = await bucket.get(key);
        assert.ok(read.kind === "read");
        found.push({ name: key.slice("a/b/keys/".length), text: (await bytesOf(read.content)).toString("utf8") });
      }
    return found;
  };
  const restic = (...args: readonly string[]): string => {
    const env = {
      PATH: process.env["PATH"],
      HOME: "/",
      ...environment,
      RESTIC_REPOSITORY: address,
      RESTIC_PASSWORD: password,
    };
    const { stdout, stderr } = spawnSync("restic", ["--no-cache", ...args], { env, encoding: "utf8" });
    return stdout + stderr;
  };
  const id = await open().init();

  assert.deepEqual(await open().addQuickKey(), { kind: "made", strange: [] });
  assert.deepEqual(await open().addQuickKey(), { kind: "there", strange: [] });

  const both = await keys();
  const quick = both.find(({ text }) => isQuick(text));
  assert.ok(both.length === 2 && quick !== undefined);
  for (const { name } of both) assert.match(restic("--key-hint", name, "cat", "config"), new RegExp(id));
  assert.match(restic("check"), /no errors were found/);
  assert.deepEqual(await open().check(false), []);

  // Listed before all others: restic alone gives up at it.
  const first = senselessBefore("1");
  await bucket.delete(`a/b/keys/${quick.name}`);
  await bucket.put(`a/b/keys/${first.name}`, chunksOf(first.text));
  assert.match(restic("cat", "config"), /Fatal/);
  assert.equal(await open().id(), id);
  assert.deepEqual(await open().check(false), [
    `key ${first.name.slice(0, 8)} is damaged: it is no key file of restic's`,
  ]);
});

/** A machine may be busy for longer than anybody waits for a hint. */
function patientBucket(address: BucketAddress): ObjectBucket {
  const bucket = openBucket(address);
  return { ...bucket, list: (prefix) => bucket.list(prefix), get: (key) => bucket.get(key) };
}

/** A key file that is none, by a name that begins with less than this. */
function senselessBefore(digit: string): NamedKey {
  for (let turn = 0; ; turn += 1) {
    const made = namedKey(`{"turn": ${turn}, `);
    if (made.name < `00${digit}`) return made;
  }
}
