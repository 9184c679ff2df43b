// oxlint-disable no-restricted-imports -- tests start what they speak to
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { gateway } from "../../edge/object-store.test-support.ts";
import { millwright } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";
import { brokenOff } from "./backup-broken-off.test-support.ts";

const store = await gateway("models", "elsewhere");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;
const { dir, secret, production } = site();

test("a restore into another bucket that is broken off leaves whole objects alone, and goes on from there", {
  skip,
}, async () => {
  const buckets = join(store?.folder ?? "", "buckets");
  mkdirSync(join(buckets, "models", "a"));
  const [small, large] = [randomBytes(200), randomBytes(4_000_000)];
  writeFileSync(join(buckets, "models", "a", "first"), small);
  writeFileSync(join(buckets, "models", "a", "second"), large);
  const keys = `accessKey: ${secret("access", store?.accessKey ?? "")}, secretKey: ${secret("secret", store?.secretKey ?? "")}`;
  const bucket = `{ component: mlflow, kind: objects, endpoint: "${store?.url}", bucket: models, ${keys} }`;
  const config = production({ head: "mode: act\n", key: "canary-9c02", stores: [bucket] });
  writeFileSync(join(dir, "millwright.server.yaml"), config);
  await millwright(dir, ["backup", "init"]);
  quickenKey(join(dir, "repository"), "canary-9c02");
  const made = await millwright(dir, ["backup", "run", "--no-prove", "-o", "json"]);
  const [{ id }] = (JSON.parse(made.out) as { point: { backups: [{ id: string }] } }).point.backups;
  const args = ["backup", "restore", id, "--to", "bucket:elsewhere/back/", "--yes", "--quiet"];
  const back = join(buckets, "elsewhere", "back", "a");

  const { code, err } = await brokenOff(
    dir,
    (called) => called.includes("dump") && (called.at(-1) ?? "").endsWith(".tar"),
    (bound) => millwright(dir, args, { backups: () => Promise.resolve(bound) }),
  );
  assert.equal(code, 1);
  assert.match(err, /the restore of mlflow\/objects was broken off; what it may have left is not whole: do it again/);
  assert.ok(!existsSync(join(back, "second")));
  for (const name of existsSync(back) ? readdirSync(back) : []) assert.deepEqual(readFileSync(join(back, name)), small);

  const again = await millwright(dir, args);
  assert.equal(again.code, 0, again.out + again.err);
  assert.deepEqual([readFileSync(join(back, "first")), readFileSync(join(back, "second"))], [small, large]);
});
