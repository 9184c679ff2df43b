// oxlint-disable no-restricted-imports -- tests start what they speak to
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { bucketOf, chunksOf, gateway } from "../../edge/object-store.test-support.ts";
import { openBucket } from "../../edge/object-store.ts";
import type { BackupPorts } from "../../kernel/backup-ports.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { receiptFor } from "../receipts/issue.ts";
import { relayTo } from "../relay.test-support.ts";
import { hurtEach } from "./hurt.test-support.ts";
import { quickenKey } from "./quick-key.test-support.ts";
import { Repository } from "./restic.ts";

const store = await gateway("repository", "models", "hurt");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;
const secretKey = "canary-of-the-secret-key";

/** restic's repository in a bucket. */
class BucketRepository extends TestRepository {
  readonly #key: string;

  constructor(bucket: string, url = store?.url, key = secretKey) {
    super(`s3:${url}/${bucket}`, "canary-password");
    this.#key = key;
  }

  override open(place: Partial<{ readonly password: string }> = {}, other: Partial<BackupPorts> = {}): Repository {
    const environment = { AWS_ACCESS_KEY_ID: "tests", AWS_SECRET_ACCESS_KEY: this.#key };
    const whole = { repository: this.folder, password: this.password, environment, ...place };
    return new Repository(whole, { ...testPorts, ...other });
  }
}

async function backUp(repository: TestRepository) {
  if (store === undefined) throw new Error("there is no store");
  const [accessKey, ownKey] = [
    { kind: "env", name: "ACCESS" },
    { kind: "env", name: "SECRET" },
  ] as const;
  const { endpoint, bucket, region } = bucketOf(store, "models");
  const place = { endpoint, bucket, region, prefix: "", accessKey, secretKey: ownKey };
  return repository.backUpStore(
    { component: "mlflow", store: "objects", kind: "objects", ...place },
    { secret: async (ref) => (JSON.stringify(ref).includes("ACCESS") ? "tests" : secretKey) },
  );
}

test("a repository in a bucket is made, written while connections are cut, proven and checked, and gives a receipt", {
  skip,
}, async () => {
  if (store === undefined) return;
  const relay = await cuttingRelay(Number(new URL(store.url).port));
  const repository = new BucketRepository("repository", relay.url);
  await openBucket(bucketOf(store, "models")).put("model", chunksOf(randomBytes(6_000_000)));

  assert.equal(await repository.open().id(), undefined);
  repository.id = await repository.open().init();
  relay.cut(2, 1_000_000);
  const { manifest } = await backUp(repository);
  assert.equal(relay.left(), 0);
  const proof = await repository.prove(manifest.id);
  const receipt = await receiptFor(manifest.id, repository.open(), repository.identity());

  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.equal(receipt.backup, manifest.id);
  assert.deepEqual(await repository.open().check(true), []);
  assert.doesNotMatch(JSON.stringify(manifest), /canary/);
});

test("a flipped byte and a cut in every class of repository file in a bucket are found by the check", {
  skip,
}, async () => {
  if (store === undefined) return;
  const repository = new BucketRepository("hurt");
  repository.id = await repository.open().init();
  // An object is a file behind the gateway.
  const folder = store.folderOf("hurt");
  quickenKey(folder, repository.password);
  await openBucket(bucketOf(store, "models")).put("model", chunksOf(randomBytes(100_000)));
  const { manifest } = await backUp(repository);
  assert.deepEqual(await repository.open().check(true), []);

  const seen: string[] = [];
  await hurtEach(folder, async (what) => {
    seen.push(what);
    assert.notDeepEqual(await repository.open().check(true), [], `${what} was not found`);
  });

  assert.equal(seen.length, 10);
  assert.deepEqual(await repository.open().check(true), []);
  assert.equal((await repository.prove(manifest.id)).verdict.kind, "proven");
});

test("keys that are wrong and a store that is away are said so, and are no repository that is missing", {
  skip,
}, async () => {
  const wrong = new BucketRepository("repository", store?.url, "another-canary");
  const away = new BucketRepository("repository", "http://127.0.0.1:9");

  await assert.rejects(wrong.open().id(), (thrown: Error) => {
    assert.match(thrown.message, /are the keys under the repository's variables right\?/);
    assert.doesNotMatch(thrown.message, /canary/);
    return true;
  });
  await assert.rejects(backUp(wrong), /are the keys under the repository's variables right\?/);
  await assert.rejects(away.open().id(), { remedy: "retry", message: /does not answer; try again when it does/ });
  assert.equal(await new BucketRepository("nowhere").open().id(), undefined);
});

/** Passes on to a port; some connections are cut once so much went up. */
async function cuttingRelay(of: number) {
  let left = 0;
  let limit = 0;
  const port = await relayTo(of, ({ up }) => {
    if (left === 0 || up < limit) return false;
    left -= 1;
    return true;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    left: () => left,
    cut: (connections: number, bytes: number): void => {
      left = connections;
      limit = bytes;
    },
  };
}
