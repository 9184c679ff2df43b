import assert from "node:assert/strict";
import { test } from "node:test";
import type { Programs } from "../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../kernel/errors.ts";
import { bucketPathOf } from "./bucket-of.ts";
import { fromPlace } from "./from-place.ts";
import { requireRclone } from "./through-rclone.ts";

const keys = { AWS_ACCESS_KEY_ID: "first", AWS_SECRET_ACCESS_KEY: "canary-first" };
const others = { AWS_ACCESS_KEY_ID: "second", AWS_SECRET_ACCESS_KEY: "canary-second" };

function from(repository: string, environment: Readonly<Record<string, string>>, to = others, at = "s3:far.example/b") {
  const place = { repository, password: "canary-first-password", environment };
  return fromPlace(place, { repository: at, password: "canary-second-password", environment: to }, "a-key");
}

/** What rclone is told of the first. */
function told(env: Readonly<Record<string, string>> | undefined, ...names: readonly string[]) {
  return names.map((name) => env?.[`RCLONE_CONFIG_MILLWRIGHTFIRST_${name}`]);
}

test("two buckets with variables of their own: the first is rclone's, and none of its variables is the other's", () => {
  const { by, env, secondSecret } = from("s3:https://near.example:9000/backups/production", {
    ...keys,
    AWS_DEFAULT_REGION: "eu-two",
    RESTIC_KEY_HINT: "own",
    RESTIC_CACERT: "/etc/near.pem",
  });
  assert.deepEqual([by, secondSecret], ["rclone", "canary-first-password"]);
  assert.deepEqual(
    [env?.["RESTIC_FROM_REPOSITORY"], env?.["RESTIC_FROM_KEY_HINT"], env?.["RCLONE_CA_CERT"]],
    ["rclone:millwrightfirst:backups/production/", "a-key", "/etc/near.pem"],
  );
  assert.deepEqual(told(env, "TYPE", "PROVIDER", "ENDPOINT", "REGION", "FORCE_PATH_STYLE", "ENV_AUTH"), [
    "s3",
    "Other",
    "https://near.example:9000",
    "eu-two",
    "true",
    "false",
  ]);
  assert.deepEqual(told(env, "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"), ["first", "canary-first", ""]);
  assert.deepEqual(
    Object.keys(env ?? {}).filter((name) => /^(?:AWS|RESTIC)_/.test(name) && !name.startsWith("RESTIC_FROM_")),
    ["AWS_CA_BUNDLE"],
  );
  assert.equal(env?.["AWS_CA_BUNDLE"], "");
});

test("a bucket is named in the host where restic does so, and the region is read there where no variable has it", () => {
  const style = (address: string, environment = {}) =>
    told(from(`s3:${address}`, { ...keys, ...environment }).env, "PROVIDER", "REGION", "FORCE_PATH_STYLE", "ENDPOINT");
  assert.deepEqual(style("s3.eu-central-1.amazonaws.com/backups"), [
    "AWS",
    "eu-central-1",
    "false",
    "https://s3.eu-central-1.amazonaws.com",
  ]);
  assert.deepEqual(style("s3.amazonaws.com/backups", { AWS_DEFAULT_REGION: "ap-south-1" }).slice(1, 3), [
    "ap-south-1",
    "false",
  ]);
  assert.equal(style("s3.amazonaws.com/back.ups")[2], "true");
  assert.deepEqual(style("oss-eu-central-1.aliyuncs.com/backups").slice(0, 3), ["Other", "us-east-1", "false"]);
  assert.deepEqual(style("http://127.0.0.1:7000/backups").slice(1), ["us-east-1", "true", "http://127.0.0.1:7000"]);
});

test("what only one of two buckets has, a session or a region, is not the other's", () => {
  const session = from("s3:near.example/b", { ...keys, AWS_SESSION_TOKEN: "canary-session" }, keys as typeof others);
  assert.deepEqual([session.by, told(session.env, "SESSION_TOKEN")], ["rclone", ["canary-session"]]);
  assert.equal(from("s3:near.example/b", { ...others, AWS_DEFAULT_REGION: "eu-two" }).by, "rclone");
});

test("without keys of its own the first would be spoken to with the other's: refused", () => {
  assert.throws(
    () => from("s3:near.example/b", { AWS_PROFILE: "first" }),
    /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and they are not both among its variables/,
  );
});

test("two buckets with the same variables, and all other pairs, are restic's alone", () => {
  const same = from("s3:near.example/b", others);
  assert.deepEqual([same.by, same.env?.["RESTIC_FROM_REPOSITORY"]], ["restic", "s3:near.example/b"]);
  assert.equal(from("/srv/first", { RESTIC_KEY_HINT: "own" }).by, "restic");
  assert.equal(from("s3:near.example/b", keys, {} as typeof others, "sftp:far:/srv").by, "restic");
  assert.throws(() => from("s3:near.example/b", keys, others, "rest:https://far"), /AWS_ACCESS_KEY_ID is one for/);
  assert.throws(() => from("/srv/first", keys), /AWS_ACCESS_KEY_ID is one for/);
});

test("an address of restic's is read as restic reads it", () => {
  const read = (address: string) => {
    const { endpoint, bucket, prefix } = bucketPathOf(address) ?? {};
    return [endpoint, bucket, prefix];
  };
  assert.deepEqual(read("s3://host:9000/bucket/a//./b/"), ["https://host:9000", "bucket", "a/b/"]);
  assert.deepEqual(read("s3:host/bucket/a%20b"), ["https://host", "bucket", "a%20b/"]);
  assert.deepEqual(read("s3:http://host/bucket/a%20b"), ["http://host", "bucket", "a b/"]);
  assert.deepEqual(read("s3:https://host/bucket/%"), ["https://host", "bucket", "%/"]);
  assert.equal(bucketPathOf("s3:host"), undefined);
  assert.equal(bucketPathOf("rest:https://host/bucket"), undefined);
});

test("an rclone that is not there is to be installed; one that cannot be started is not said to be missing", async () => {
  const failing = (thrown: Error): Programs => ({
    start: () => ({ output: (async function* () {})(), ended: Promise.reject(thrown), stop: () => undefined }),
    restorers: async () => [],
  });
  await assert.rejects(requireRclone(failing(new InputError("rclone is not on this machine"))), /install it where/);
  const refused = new SystemError("rclone could not be started: spawn EACCES", "stop");
  await assert.rejects(requireRclone(failing(refused)), refused);
});
