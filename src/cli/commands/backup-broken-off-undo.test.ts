import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { TestRedis } from "../../backups/kinds/redis/redis.test-support.ts";
import { quickenKey } from "../../backups/repository/quick-key.test-support.ts";
import { millwright, type Said } from "../shell.test-support.ts";
import type { BackupShell } from "../shell.ts";
import { site } from "./backup.test-support.ts";
import { brokenOff } from "./backup-broken-off.test-support.ts";

const { dir, secret, production } = site();
const password = "canary-3b7d";
const redis = await TestRedis.start(password);
redis.ask("eval", "for i = 1, 2000 do redis.call('set', 'key ' .. i, string.rep('v', 50)) end", "0");
const url = secret("redis", `redis://:${password}@127.0.0.1:${redis.port}`);
const store = `{ component: gitlab, store: queues, kind: redis, url: "${url}" }`;
writeFileSync(join(dir, "millwright.server.yaml"), production({ head: "mode: act\n", key: password, stores: [store] }));

const run = (args: readonly string[], bound?: BackupShell): Promise<Said> =>
  millwright(dir, ["backup", ...args], bound === undefined ? {} : { backups: () => Promise.resolve(bound) });

test("taking a restore back that is broken off says so, changes nothing yet, and is done by doing it again", async () => {
  await run(["init"]);
  quickenKey(join(dir, "repository"), password);
  const taken = await run(["run", "--no-prove", "-o", "json"]);
  const [{ id }] = (JSON.parse(taken.out) as { point: { backups: [{ id: string }] } }).point.backups;
  redis.ask("set", "later", "x");
  const restored = await run(["restore", id, "--in-place", "--yes", "-o", "json"]);
  assert.equal(restored.code, 0, restored.out + restored.err);
  const { id: restore } = JSON.parse(restored.out) as { id: string };
  assert.equal(redis.ask("exists", "later"), "0");
  const undo = ["restore", "--undo", restore, "--yes", "--no-safety-backup", "--quiet"];

  const { code, out, err } = await brokenOff(
    dir,
    (called) => called.includes("dump") && called.includes("dump.rdb"),
    (bound) => run(undo, bound),
  );

  assert.deepEqual([code, out], [1, ""], err);
  assert.match(err, /taking it back was broken off; do it again/);
  assert.doesNotMatch(err, /canary/);
  assert.deepEqual([redis.ask("dbsize"), redis.ask("exists", "later")], ["2000", "0"]);

  const again = await run(undo);
  assert.equal(again.code, 0, again.out + again.err);
  assert.deepEqual([redis.ask("dbsize"), redis.ask("exists", "later")], ["2001", "1"]);
});
