// oxlint-disable no-restricted-imports -- tests start what they speak to
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { gateway } from "../../edge/object-store.test-support.ts";
import { millwright } from "../shell.test-support.ts";
import { site } from "./backup.test-support.ts";

const store = await gateway("models", "elsewhere");
const skip = store === undefined ? "not run: versitygw (needs Go)" : false;

const { dir, secret, production } = site();

function configure(mode: string): void {
  const keys = `accessKey: ${secret("access", store?.accessKey ?? "")}, secretKey: ${secret("secret", store?.secretKey ?? "")}`;
  const bucket = `{ component: mlflow, kind: objects, endpoint: "${store?.url}", bucket: models, ${keys} }`;
  const config = production({ head: `mode: ${mode}\n`, key: "canary-9c02", stores: [bucket] });
  writeFileSync(join(dir, "millwright.server.yaml"), config);
}

test("in mode observe nothing is put into another bucket; in mode act it is", { skip }, async () => {
  const buckets = join(store?.folder ?? "", "buckets");
  mkdirSync(join(buckets, "models", "a"));
  writeFileSync(join(buckets, "models", "a", "model"), "weights");
  const run = (...args: readonly string[]) => millwright(dir, ["backup", ...args]);
  configure("observe");
  await run("init");
  quickenKey(join(dir, "repository"), "canary-9c02");
  const made = JSON.parse((await run("run", "-o", "json")).out) as { point: { backups: [{ id: string }] } };
  const [{ id }] = made.point.backups;
  const there = (): readonly string[] => readdirSync(join(buckets, "elsewhere")).filter((name) => name === "back");

  const observed = await run("restore", id, "--to", "bucket:elsewhere/back/", "--yes");
  assert.equal(observed.code, 2, observed.out + observed.err);
  assert.match(observed.out, /nothing outside is changed in mode observe/);
  assert.deepEqual(there(), []);

  configure("act");
  const acted = await run("restore", id, "--to", "bucket:elsewhere/back/", "--yes");
  assert.equal(acted.code, 0, acted.out + acted.err);
  assert.deepEqual(there(), ["back"]);
});
