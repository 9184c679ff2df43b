import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSecretRef } from "../../../platform/secret-ref.ts";
import { testPods } from "../pod.test-support.ts";
import { restoringOf } from "../restoring.test-support.ts";
import { type TestTaken, taken } from "../taking.test-support.ts";
import type { RedisBody } from "./body.ts";
import { redis } from "./index.ts";
import { TestRedis } from "./redis.test-support.ts";
import { restore } from "./restore.ts";

const password = "canary-4d1e";
/** It keeps an append-only file: a dump that were laid beside it would not be looked at. */
const server = await TestRedis.start(password, "--appendonly", "yes");
const { port } = server;
const ask = server.ask.bind(server);

ask("eval", "for i = 1, 3000 do redis.call('set', 'key ' .. i, string.rep('v', 50)) end", "0");
ask("-n", "3", "rpush", "queue", "a", "b\r\nc");
ask("set", "session", "x", "EX", "100000");
ask("xadd", "stream", "1-1", "f", "v");
ask("xgroup", "create", "stream", "readers", "0");
const refTo = (text: string) => parseSecretRef(text) ?? assert.fail(text);
const config = { component: "gitlab", store: "data", kind: "redis", url: refTo("env:REDIS") } as const;
const secrets = { "env:REDIS": `redis://:${password}@127.0.0.1:${port}`, "env:PASSWORD": password };
const pods = await testPods();
pods.add("redis-0", { programs: { "redis-cli": ["redis-cli", "-p", String(port)] } });
const inPod = {
  component: "gitlab",
  store: "data",
  kind: "redis",
  pod: { namespace: "default", labels: "app=redis-0" },
  password: refTo("env:PASSWORD"),
} as const;
const target = { kind: "in-place" } as const;
const loan = { cluster: pods.cluster, secrets };
const lent = ({ stored }: TestTaken<RedisBody>) => restoringOf({ stored, ...loan });
const first = await taken(redis, config, loan);

const asAtFirst = (): void => {
  assert.deepEqual(
    [ask("dbsize"), ask("-n", "3", "lrange", "queue", "1", "1"), ask("exists", "later"), ask("xlen", "stream")],
    ["3002", "b\r\nc", "0", "1"],
  );
  assert.ok(Number(ask("ttl", "session")) > 90_000);
  assert.match(ask("xinfo", "groups", "stream"), /readers/);
};
const spoil = (): void => {
  ask("set", "later", "x");
  ask("-n", "3", "del", "queue");
  ask("set", "key 7", "other");
  ask("-n", "5", "set", "elsewhere", "x");
};

for (const [name, store] of [
  ["by its address", config],
  ["in its pod", inPod],
] as const)
  test(`${name} it comes back while it runs, is so after a start with its append-only file, and is taken back`, async () => {
    spoil();
    const plan = await restore.plan(first.sealed, store, target, lent(first));
    assert.deepEqual([plan.refuses, plan.isThere], [[], true]);
    assert.match(plan.loses.join(), /database 0: 3003 keys now, 3002 in the backup/);
    assert.equal(ask("exists", "later"), "1");
    const safety = await taken(redis, store, loan);
    const done = await restore.run(first.sealed, store, target, lent(first));
    assert.match(done.did.join(), /3003 keys/);
    asAtFirst();
    await server.restart();
    asAtFirst();

    await restore.undo?.(store, safety.sealed, lent(safety));
    assert.deepEqual([ask("get", "key 7"), ask("exists", "later"), ask("-n", "5", "dbsize")], ["other", "1", "1"]);
    assert.equal(ask("-n", "3", "dbsize"), "0");
    assert.ok(!JSON.stringify(pods.commands).includes(password));
  });

test("a replica, an older server, too little memory and a damaged dump are refused, and nothing is changed", async () => {
  const { sealed } = first;
  const newer = { ...sealed, body: { ...sealed.body, server: "99.0.0" } };
  const older = await restore.plan(newer, config, target, lent(first));
  assert.match(older.refuses.join(), /the backup is of Redis 99\.0\.0, and the server is/);
  const dump = Buffer.from(first.stored.get("dump.rdb") ?? "");
  dump.writeUInt8(dump.readUInt8(1000) ^ 1, 1000);
  const damaged = { ...first, stored: new Map([["dump.rdb", dump]]) };
  await assert.rejects(restore.run(sealed, config, target, lent(damaged)), /manifest names/);
  const other = { ...sealed, body: { ...sealed.body, databases: [{ db: 0, before: 1, after: 1 }] } };
  await assert.rejects(restore.run(other, config, target, lent(first)), /and had 1 before .*nothing was changed/);
  ask("config", "set", "maxmemory", "1mb", "maxmemory-policy", "noeviction");
  await assert.rejects(
    restore.run(sealed, config, target, lent(first)),
    /may have 1 MB of memory.*nothing was changed/,
  );
  ask("config", "set", "maxmemory", "0");
  assert.equal(ask("exists", "later"), "1");
  ask("replicaof", "127.0.0.1", "1");
  const replica = await restore.plan(sealed, config, target, lent(first));
  assert.match(replica.refuses.join(), /is a slave of 127\.0\.0\.1/);
  ask("replicaof", "no", "one");
});

test("keys that expire meanwhile, swept or not, do not make it fail", async () => {
  const short = "for i = 1, 20000 do redis.call('set', 'short ' .. i, 'v', 'PX', 1 + math.floor(i / 5)) end";
  for (const db of ["0", "9"]) assert.equal(ask("-n", db, "eval", short, "0"), "");
  const backup = await taken(redis, config, loan);
  ask("config", "set", "hz", "1");
  const done = await restore.run(backup.sealed, config, target, lent(backup));
  assert.match(done.did.join(), /has the keys of/);
  ask("config", "set", "hz", "10");
});

test("a server that takes no key is not changed, and one that lets none be taken away is told, and not asked for ever", async () => {
  ask("config", "set", "min-replicas-to-write", "1");
  await assert.rejects(
    restore.run(first.sealed, config, target, lent(first)),
    /takes no key: .*NOREPLICAS.*; nothing was changed/,
  );
  ask("config", "set", "min-replicas-to-write", "0");
  ask("acl", "setuser", "keeper", "on", ">canary-71", "~*", "+@all", "-unlink");
  const keeper = restoringOf({
    stored: first.stored,
    secrets: { ...secrets, "env:REDIS": `redis://keeper:canary-71@127.0.0.1:${port}` },
  });
  await assert.rejects(
    restore.run(first.sealed, config, target, keeper),
    /does not let the keys of database 0 be taken away: .*; it does not have the keys of the backup now/s,
  );
});

test("functions come back beside the keys, also where they are there already", async () => {
  const library = (answer: number): string =>
    `#!lua name=own\nredis.register_function('answer', function() return ${answer} end)`;
  ask("function", "load", library(1));
  const backup = await taken(redis, config, loan);
  ask("function", "load", "replace", library(2));
  await restore.run(backup.sealed, config, target, lent(backup));
  assert.equal(ask("fcall", "answer", "0"), "1");
  ask("function", "flush");
  await restore.run(backup.sealed, config, target, lent(backup));
  assert.equal(ask("fcall", "answer", "0"), "1");
  assert.equal(ask("exists", "millwright:restoring"), "0");
});
