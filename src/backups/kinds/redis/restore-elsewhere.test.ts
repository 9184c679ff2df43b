// oxlint-disable no-restricted-imports -- a test has another client write meanwhile
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import type { BackupPorts } from "../../../kernel/backup-ports.ts";
import { InputError, SystemError } from "../../../kernel/errors.ts";
import { parseSecretRef } from "../../../platform/secret-ref.ts";
import type { Restoring } from "../../restore/contract.ts";
import { type RestoreLoan, restoringOf } from "../restoring.test-support.ts";
import { taken } from "../taking.test-support.ts";
import { redis } from "./index.ts";
import { restoringMark } from "./pour.ts";
import { TestRedis } from "./redis.test-support.ts";
import { restore } from "./restore.ts";

const password = "canary-4d1e";
const source = await TestRedis.start(password);
source.ask("eval", "for i = 1, 3000 do redis.call('set', 'key ' .. i, string.rep('v', 50)) end", "0");
source.ask("-n", "3", "rpush", "queue", "a", "b");
source.ask("set", "session", "x", "EX", "100000");

const refTo = (text: string) => parseSecretRef(text) ?? assert.fail(text);
const config = { component: "gitlab", store: "data", kind: "redis", url: refTo("env:REDIS") } as const;
const at = ({ port }: TestRedis, host = "127.0.0.1"): string => `redis://:${password}@${host}:${port}`;
const made = await taken(redis, config, { secrets: { "env:REDIS": at(source) } });
const spare = await TestRedis.start(password);
const target = { kind: "redis", url: refTo("env:SPARE") } as const;

type Loan = Pick<RestoreLoan, "replaces" | "signal" | "ports">;

function lent(more: Loan = {}, redises: Readonly<Record<string, string>> = {}): Restoring {
  const secrets = { "env:REDIS": at(source), "env:SPARE": at(spare), ...redises };
  return restoringOf({ stored: made.stored, secrets, declared: [config], ...more });
}
const planned = (more: Loan = {}, redises: Readonly<Record<string, string>> = {}) =>
  restore.plan(made.sealed, config, target, lent(more, redises));
const writes = (replicas: "0" | "1"): void => void spare.ask("config", "set", "min-replicas-to-write", replicas);

/** Does something before redis-cli is called with a command. */
function beforeCall(command: string, work: () => void): BackupPorts {
  const { ports } = lent();
  const start: BackupPorts["programs"]["start"] = (call) => {
    if (call.args.includes(command)) work();
    return ports.programs.start(call);
  };
  return { ...ports, programs: { ...ports.programs, start } };
}

const wiped = (): void => void spare.ask("flushall");

test("an empty Redis gets all keys by another address, and what was backed up is not touched", async () => {
  const plan = await planned();
  assert.deepEqual([plan.refuses, plan.loses, plan.isThere], [[], [], false]);
  assert.match(plan.does.join(), /pour the keys of test into Redis at 127\.0\.0\.1:\d+, .*: 3002 keys in 2 databases/);
  assert.equal(spare.ask("dbsize"), "0");
  source.ask("set", "key 7", "other");

  const done = await restore.run(made.sealed, config, target, lent());

  assert.deepEqual([done.differences, done.notes], [[], []]);
  assert.deepEqual(
    [spare.ask("dbsize"), spare.ask("-n", "3", "lrange", "queue", "1", "1"), spare.ask("strlen", "key 7")],
    ["3001", "b", "50"],
  );
  assert.ok(Number(spare.ask("ttl", "session")) > 90_000);
  assert.equal(source.ask("get", "key 7"), "other");
});

test("one that has keys is refused until somebody lets them go, and the plan says that no backup is made of them", async () => {
  spare.ask("set", "own", "x");
  const plan = await planned();
  assert.match(plan.refuses.join(), /has 3003 keys in 2 databases now: name an empty one, or let them go by --replace/);
  await assert.rejects(
    restore.run(made.sealed, config, target, lent()),
    (thrown) => thrown instanceof InputError && /nothing was changed/.test(thrown.message),
  );
  assert.equal(spare.ask("exists", "own"), "1");

  const agreed = await planned({ replaces: true });
  assert.deepEqual(agreed.refuses, []);
  assert.match(agreed.loses.join(), /they go, and no backup is made of them/);
  await restore.run(made.sealed, config, target, lent({ replaces: true }));
  assert.deepEqual([spare.ask("exists", "own"), spare.ask("dbsize")], ["0", "3001"]);
});

test("what is declared is not replaced without a backup before, by whatever name it is called", async () => {
  for (const host of ["127.0.0.1", "localhost"]) {
    const plan = await planned({ replaces: true }, { "env:SPARE": at(source, host) });
    assert.match(plan.refuses.join(), /is gitlab\/data itself: restore it by --in-place/);
  }
});

test("where what was backed up does not answer any more, another gets its keys", async () => {
  const plan = await planned({ replaces: true }, { "env:REDIS": "redis://127.0.0.1:1" });
  assert.deepEqual(plan.refuses, []);
});

test("one that was broken off says of itself that it is half done, and needs no consent to be done again", async () => {
  wiped();
  const broken = new AbortController();
  const pouring = restore.run(made.sealed, config, target, lent({ signal: broken.signal }));
  const failed = assert.rejects(pouring, SystemError);
  while (spare.ask("exists", "millwright:restoring") === "0") await new Promise(setImmediate);
  spare.ask("client", "pause", "600000", "write");
  broken.abort();
  await failed;
  spare.ask("client", "unpause");
  assert.match(spare.ask("get", "millwright:restoring"), /^restore-test-\d+ test$/);

  const plan = await planned();
  assert.deepEqual(plan.refuses, []);
  assert.match(plan.loses.join(), /which restore-test-\d+ left half done: they go/);
  await restore.run(made.sealed, config, target, lent());
  assert.deepEqual([spare.ask("dbsize"), spare.ask("exists", "millwright:restoring")], ["3001", "0"]);
});

test("as many keys as the backup has and others are told, and it stays marked as half done", async () => {
  wiped();
  const rename = "if redis.call('exists', 'key 7') == 1 then redis.call('rename', 'key 7', 'own') end";
  const args = ["-p", String(spare.port), "-r", "-1", "eval", rename, "0"];
  const writer = spawn("redis-cli", args, { env: { ...process.env, REDISCLI_AUTH: password }, stdio: "ignore" });
  try {
    await assert.rejects(
      restore.run(made.sealed, config, target, lent()),
      /has as many keys as the backup, and others.*it does not have the keys of the backup now/,
    );
  } finally {
    writer.kill("SIGKILL");
    await once(writer, "close");
  }
  assert.equal(spare.ask("exists", "millwright:restoring"), "1");
});

test("a connection that is cut while keys come in is told, it stays marked as half done, and the next attempt makes it whole", async () => {
  wiped();
  let comesIn = false;
  const ports = beforeCall("--pipe", () => {
    spare.ask("client", "pause", "600000", "write");
    comesIn = true;
  });
  const failed = assert.rejects(
    restore.run(made.sealed, config, target, lent({ ports })),
    (thrown) => thrown instanceof SystemError && /does not have the keys of the backup now/.test(thrown.message),
  );
  while (!comesIn || spare.ask("client", "list").split("\n").length < 2) await new Promise(setImmediate);
  spare.ask("client", "kill", "type", "normal", "skipme", "yes");
  spare.ask("client", "unpause");
  await failed;
  assert.equal(spare.ask("exists", restoringMark), "1");

  await restore.run(made.sealed, config, target, lent());
  assert.deepEqual([spare.ask("dbsize"), spare.ask("exists", restoringMark)], ["3001", "0"]);
});

test("where the mark cannot be taken away it is not told that all is done", async () => {
  wiped();
  await assert.rejects(
    restore.run(made.sealed, config, target, lent({ ports: beforeCall("DEL", () => writes("1")) })),
    (thrown) =>
      thrown instanceof SystemError &&
      /has all keys of test, and does not let its mark .* be taken away: NOREPLICAS/.test(thrown.message),
  );
  writes("0");
  assert.deepEqual([spare.ask("dbsize"), spare.ask("exists", restoringMark)], ["3002", "1"]);
});

test("a server that does not save what it got says so", async () => {
  wiped();
  spare.ask("acl", "setuser", "default", "-bgsave");
  const { notes } = await restore.run(made.sealed, config, target, lent());
  spare.ask("acl", "setuser", "default", "+@all");
  assert.match(
    notes.join(),
    /does not save its keys now .*NOPERM.*: until it does, a restart brings back what it had before/,
  );
});

test("an older server, too few databases, too little memory and a replica are in its way before anything is done", async () => {
  wiped();
  const { sealed } = made;
  const newer = { ...sealed, body: { ...sealed.body, server: "99.0.0" } };
  const few = { ...sealed, body: { ...sealed.body, databases: [{ db: 16, before: 1, after: 1 }] } };
  const refusals = async (said: typeof sealed): Promise<string> =>
    (await restore.plan(said, config, target, lent())).refuses.join("; ");
  assert.match(await refusals(newer), /of Redis 99\.0\.0, and the server is/);
  assert.match(await refusals(few), /has no database 16, which the backup has/);
  spare.ask("config", "set", "maxmemory", "1kb");
  assert.match(await refusals(sealed), /may have 0 MB of memory, and the backup takes 1 MB/);
  spare.ask("config", "set", "maxmemory", "0");
  spare.ask("replicaof", "127.0.0.1", "1");
  assert.match(await refusals(sealed), /is a slave of 127\.0\.0\.1/);
  spare.ask("replicaof", "no", "one");
  assert.equal(spare.ask("dbsize"), "0");
});
