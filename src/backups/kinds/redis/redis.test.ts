import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { chmodSync } from "node:fs";
import { after, test } from "node:test";
import { openBackups } from "../../../edge/backups.ts";
import { chunksOf } from "../../../edge/object-store.test-support.ts";
import { SystemError } from "../../../kernel/errors.ts";
import { parseSecretRef } from "../../../platform/secret-ref.ts";
import { folder } from "../../others/prove.test-support.ts";
import { testPods } from "../pod.test-support.ts";
import { withProgram } from "../program-on-path.test-support.ts";
import { proved, taken } from "../taking.test-support.ts";
import { dumpFile } from "./body.ts";
import { answerOf, type RedisCli } from "./cli.ts";
import { redis } from "./index.ts";
import { judged } from "./prove.ts";
import { TestRedis } from "./redis.test-support.ts";
import { loadDump, redisUser } from "./throw-away.ts";

const password = "canary-7c1f0e";
const server = await TestRedis.start(password);
const { port } = server;
const ask = server.ask.bind(server);
ask("eval", "for i = 1, 5000 do redis.call('set', 'key ' .. i, string.rep('v', 200)) end", "0");
ask("-n", "3", "rpush", "queue", "a", "b");
ask("set", "session", "x", "EX", "100000");

const pods = await testPods();
pods.add("redis-0", { env: { REDIS_PORT: String(port) } });
const ownPort = { "redis-cli": ["redis-cli", "-p", String(port)] };
pods.add("told-0", { programs: ownPort });
const path = `${folder()}`;

const base = { component: "gitlab", store: "data", kind: "redis" } as const;
const refTo = (text: string) => parseSecretRef(text) ?? assert.fail(text);
const byUrl = { ...base, url: refTo("env:REDIS") };
const inPod = (name: string, secret?: string) => ({
  ...base,
  pod: { namespace: "default", labels: `app=${name}` },
  ...(secret === undefined ? {} : { password: refTo(secret) }),
});
const secrets = { "env:REDIS": `redis://:${password}@127.0.0.1:${port}`, "env:PASSWORD": password, "env:WRONG": "no" };
const loan = { cluster: pods.cluster, secrets };

test("by its address: the dump is loaded again, and has the keys that were there", async () => {
  const backup = await taken(redis, byUrl, loan);

  const { body } = backup.sealed;
  assert.deepEqual(body.databases, [
    { db: 0, before: 5001, after: 5001 },
    { db: 3, before: 1, after: 1 },
  ]);
  assert.ok(body.names?.startsWith("sha256:"));
  const proof = await proved(redis, backup);
  assert.deepEqual(proof.verdict, { kind: "proven" });
  assert.deepEqual(proof.counts, { databases: 2, keys: 5002 });
});

test("in the pod: the password is in no command line", async () => {
  const backup = await taken(redis, inPod("told-0", "env:PASSWORD"), loan);

  assert.equal((await proved(redis, backup)).verdict.kind, "proven");
  assert.ok(pods.commands.length > 0 && !JSON.stringify(pods.commands).includes(password));
});

test("in the pod: its own password is used where none is declared", async () => {
  const wrapper = `${path}/redis-cli`;
  execFileSync("sh", ["-c", `printf '#!/bin/sh\\nexec /usr/bin/redis-cli -p ${port} "$@"\\n' >${wrapper}`]);
  chmodSync(wrapper, 0o755);
  pods.add("own-0", { env: { REDIS_PASSWORD: password, PATH: `${path}:${process.env["PATH"]}` } });

  const backup = await taken(redis, inPod("own-0"), loan);
  pods.add("bare-0", { env: { PATH: `${path}:${process.env["PATH"]}` } });

  assert.equal((await proved(redis, backup)).verdict.kind, "proven");
});

test("a wrong password, a server that is gone and a cut connection are no backup", async () => {
  await assert.rejects(taken(redis, inPod("told-0", "env:WRONG"), loan), SystemError);
  await assert.rejects(taken(redis, inPod("bare-0"), loan), /NOAUTH/);
  const nowhere = { "env:REDIS": `redis://:${password}@127.0.0.1:1` };
  await assert.rejects(
    taken(redis, byUrl, { secrets: nowhere }),
    (thrown) => thrown instanceof SystemError && !thrown.message.includes(password),
  );
  pods.cutAfter(60_000);
  await assert.rejects(taken(redis, inPod("told-0", "env:PASSWORD"), loan), SystemError);
  pods.cutAfter(undefined);
  const half = ["sh", "-c", 'case "$*" in *--rdb*) redis-cli "$@" | head -c 1000;; *) exec redis-cli "$@";; esac'];
  pods.add("half-0", { programs: { "redis-cli": [...half, "redis-cli", "-p", String(port)] } });
  await assert.rejects(taken(redis, inPod("half-0", "env:PASSWORD"), loan), /no whole dump/);
});

test("a dump that is damaged or is another one is not proven", async () => {
  const backup = await taken(redis, byUrl, loan);
  const whole = backup.stored.get(dumpFile) ?? Buffer.alloc(0);
  const damaged = Buffer.from(whole);
  // In its checksum: elsewhere it may as well be taken for what a newer Redis writes.
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
  const resealed = (bytes: Buffer) => {
    const [part] = backup.sealed.parts;
    const sha256 = hash("sha256", bytes);
    return { ...backup, sealed: { ...backup.sealed, parts: part === undefined ? [] : [{ ...part, sha256 }] } };
  };

  for (const bytes of [damaged, whole.subarray(0, 4000)]) {
    backup.stored.set(dumpFile, bytes);
    assert.equal((await proved(redis, backup)).verdict.kind, "failed");
    assert.equal((await proved(redis, resealed(bytes))).verdict.kind, "failed");
  }
  const newer = Buffer.concat([Buffer.from("REDIS9999"), whole.subarray(9)]);
  backup.stored.set(dumpFile, newer);
  assert.equal((await proved(redis, resealed(newer))).verdict.kind, "unknown");
  ask("set", "one more", "x");
  const later = await taken(redis, byUrl, loan);
  backup.stored.set(dumpFile, later.stored.get(dumpFile) ?? Buffer.alloc(0));
  const other = await proved(redis, { ...backup, sealed: { ...backup.sealed, parts: later.sealed.parts } });
  assert.equal(other.verdict.kind, "failed");
});

test("a proof whose redis-server is killed while it loads says nothing against the backup", async () => {
  const backup = await taken(redis, byUrl, loan);
  await withProgram("redis-server", "kill -9 $$", () =>
    assert.rejects(
      proved(redis, backup),
      (thrown) => thrown instanceof SystemError && thrown.remedy === "retry" && /was killed/.test(thrown.message),
    ),
  );
});

test("keys that expire between the load and the count, or while names are read, fail no proof", async () => {
  const backup = await taken(redis, byUrl, loan);
  const { ports } = openBackups(process.env);
  const { scratch } = await ports.scratch.make(folder(), redisUser());
  after(() => scratch.remove());
  await scratch.write(dumpFile, chunksOf(backup.stored.get(dumpFile) ?? Buffer.alloc(0)));
  const loaded = await loadDump(scratch, dumpFile, ports, new AbortController().signal);
  assert.ok(loaded.kind === "loaded");
  const { cli } = loaded;
  const expire = async (key: string): Promise<void> => {
    await answerOf(cli, ["PEXPIRE", key, "1"]);
    while ((await answerOf(cli, ["EXISTS", key])).trim() !== "0");
  };
  const duringNames: RedisCli = {
    ...cli,
    async *run(args) {
      if (args.includes("--scan")) await expire("key 7");
      yield* cli.run(args);
    },
  };

  const meanwhile = await judged(backup.sealed.body, { cli: duringNames, expired: 0 });
  await expire("key 8");
  const before = await judged(backup.sealed.body, loaded);
  await answerOf(cli, ["DEL", "key 9"]);
  const lost = await judged(backup.sealed.body, loaded);
  await loaded.stop();

  assert.deepEqual([meanwhile.verdict, before.verdict], [{ kind: "proven" }, { kind: "proven" }]);
  assert.match(before.notes.join(), /2 keys have expired since it was taken: the others .* not compared by name/);
  assert.equal(lost.verdict.kind, "failed");
});

test("a Redis that moved on meanwhile is said to have, and its receipt does not cover that it has each key", async () => {
  const write = `REDISCLI_AUTH=${password} redis-cli -p ${port} set "written meanwhile" x >/dev/null`;
  const moving = ["sh", "-c", `case "$*" in *--rdb*) ${write};; esac; exec redis-cli -p ${port} "$@"`, "redis-cli"];
  pods.add("moving-0", { programs: { "redis-cli": moving } });
  const backup = await taken(redis, inPod("moving-0", "env:PASSWORD"), loan);
  ask("del", "written meanwhile");
  const body = {
    ...backup.sealed.body,
    databases: [
      { db: 0, before: 6000, after: 6001 },
      { db: 3, before: 1, after: 1 },
    ],
  };

  const proof = await proved(redis, { ...backup, sealed: { ...backup.sealed, body } });

  assert.deepEqual([backup.sealed.body.names, backup.sealed.body.moved], [undefined, true]);
  assert.equal(proof.verdict.kind, "proven");
  assert.match(proof.notes.join("; "), /5003 keys, and had 6000 before the dump and 6001 after it: it moved on/);
  assert.match(
    proof.doesNotCover.join("; "),
    /a proof that it has each key that was there: .* names were others before the dump/,
  );
});

test("the names of hundreds of thousands of keys are compared; where none were kept, it is proven by a sample alone", async () => {
  const large = await TestRedis.start(password);
  large.ask("eval", "for i = 1, 210000 do redis.call('set', 'cache:' .. i, '') end", "0");
  const secret = { secrets: { "env:REDIS": `redis://:${password}@127.0.0.1:${large.port}` } };
  const backup = await taken(redis, byUrl, secret);
  large.ask("rename", "cache:7", "cache:another");
  const renamed = await taken(redis, byUrl, secret);
  const of = (parts: typeof backup, body: Partial<typeof backup.sealed.body>) => ({
    ...parts,
    sealed: { ...parts.sealed, body: { ...parts.sealed.body, ...body } },
  });

  const whole = await proved(redis, backup);
  const other = await proved(redis, of(renamed, { names: backup.sealed.body.names }));
  const once = await proved(redis, of(backup, { names: undefined }));

  assert.deepEqual([whole.verdict, whole.doesNotCover], [{ kind: "proven" }, []]);
  assert.match(JSON.stringify(other.verdict), /"failed".*the keys are others/);
  assert.match(JSON.stringify(once.verdict), /"sampled".*the names of its 210000 keys were not read/);
});
