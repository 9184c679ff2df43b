// oxlint-disable no-restricted-imports -- tests start what they speak to, and look at what runs
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { bucketOf, chunksOf, gatewayWith } from "../../edge/object-store.test-support.ts";
import { openBucket } from "../../edge/object-store.ts";
import type { BackupPorts, ProgramCall, Programs } from "../../kernel/backup-ports.ts";
import { BackupStore } from "../../platform/backup-stores.ts";
import { TestRepository, testPorts } from "../own.test-support.ts";
import { followBy, followNot } from "../progress/follow.ts";
import type { HowFar } from "../progress/line.ts";
import { catalogueOf } from "../repository/catalogue.ts";
import { quickenKey } from "../repository/quick-key.test-support.ts";
import { Repository } from "../repository/restic.ts";
import { throughRclone } from "../repository/through-rclone.ts";
import { copyAll } from "./arrive.ts";
import { type Arrival, Copies } from "./copies.ts";
import { secondState } from "./stands.ts";

const [near, far] = [
  await gatewayWith({ accessKey: "near", secretKey: "canary-near", buckets: ["first", "models"] }),
  await gatewayWith({ accessKey: "far", secretKey: "canary-far", region: "eu-two", buckets: ["second"] }),
];
const skip = near === undefined || far === undefined ? "not run: versitygw (needs Go)" : false;
const nearKeys = { AWS_ACCESS_KEY_ID: "near", AWS_SECRET_ACCESS_KEY: "canary-near" };
const farKeys = { AWS_ACCESS_KEY_ID: "far", AWS_SECRET_ACCESS_KEY: "canary-far", AWS_DEFAULT_REGION: "eu-two" };
const none = new AbortController().signal;

class First extends TestRepository {
  override open(_?: object, other: Partial<BackupPorts> = {}): Repository {
    return this.at(near?.url, nearKeys, other);
  }

  at(url: string | undefined, environment: Readonly<Record<string, string>>, other: Partial<BackupPorts> = {}) {
    const place = { repository: `s3:${url}/first/production`, password: this.password, environment };
    return new Repository(place, { ...testPorts, ...other });
  }
}

const first = new First(`s3:${near?.url}/first/production`, "canary-first");

function second(environment: Readonly<Record<string, string>> = farKeys, programs = testPorts.programs): Copies {
  const place = { repository: `s3:${far?.url}/second/a/b`, password: "canary-second", environment };
  return new Copies(place, { ...testPorts, programs });
}

function copy(more: Partial<Parameters<typeof copyAll>[0]> = {}): Promise<Arrival> {
  return copyAll({
    first: first.open(),
    second: second(),
    identity: first.identity(),
    clock: { now: () => first.now() },
    progress: () => undefined,
    follow: followNot,
    signal: none,
    ...more,
  });
}

/** Something large is backed up into the first. */
async function backUp(bytes: number) {
  if (near === undefined) throw new Error("there is no store");
  const models = bucketOf(near, "models");
  await openBucket(models).put(randomBytes(4).toString("hex"), chunksOf(randomBytes(bytes)));
  const { endpoint, bucket, region } = models;
  const place = { endpoint, bucket, region, prefix: "", accessKey: "env:ID", secretKey: "env:SECRET" };
  const { manifest } = await first.backUpStore(
    BackupStore.parse({ component: "mlflow", store: "objects", kind: "objects", ...place }),
    { secret: async (ref) => (ref.kind === "env" && ref.name === "ID" ? "near" : "canary-near") },
  );
  return manifest;
}

/** The arguments of every rclone that serves the first now. */
function serving(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const said = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return /^rclone .*millwrightfirst:first\//.test(said) ? [said] : [];
      } catch {
        return []; // ended meanwhile
      }
    });
}

const listening = (calls: ProgramCall[]): Programs => ({
  ...testPorts.programs,
  start(call) {
    calls.push(call);
    return testPorts.programs.start(call);
  },
});

test("a repository in a bucket is copied to another bucket with other keys in another region", { skip }, async () => {
  first.id = await first.open().init();
  if (near !== undefined) quickenKey(join(near.folderOf("first"), "production"), first.password);
  const { id: backup } = await backUp(3_000_000);
  const calls: ProgramCall[] = [];
  const there = second(farKeys, listening(calls));

  await there.initLike(first.open());
  if (far !== undefined) quickenKey(join(far.folderOf("second"), "a/b"), "canary-second");
  const told: HowFar[] = [];
  const follow = followBy({
    tell: () => undefined,
    now: Date.now,
    everyMillis: 60_000,
    over: (_, far) => told.push(far),
  });
  const arrival = await copy({ second: there, follow });

  assert.deepEqual([arrival.wrong, arrival.backups.map(({ id }) => id)], [[], [backup]]);
  assert.ok(calls.some(({ env }) => env?.["RESTIC_FROM_REPOSITORY"]?.startsWith("rclone:")));
  assert.doesNotMatch(JSON.stringify(calls.map(({ args }) => args)), /canary/);
  const [{ phase, done, total } = {}] = told;
  assert.match(phase ?? "", /(?<all>\d+) of \k<all> snapshots are there/);
  assert.ok(done !== undefined && done > 3_000_000 && done === total);
  assert.equal((await secondState(first.open(), second(), { lateHours: 24, now: first.now() })).kind, "current");
  assert.equal(await second().id(), first.id);
  assert.equal(catalogueOf(await second().snapshots()).backups.length, 1);
  const proof = await first.prove(backup, { repository: second() });
  assert.deepEqual(proof.verdict, { kind: "proven" });
});

test("through rclone it is the same repository, file by file", { skip }, async () => {
  const direct = first.open();
  const place = throughRclone({ repository: first.folder, password: first.password, environment: nearKeys });
  assert.ok(place);
  const other = new Repository({ ...place, password: first.password }, testPorts);
  assert.equal(await other.id(), first.id);
  assert.deepEqual(await other.snapshots(), await direct.snapshots());
  assert.deepEqual(await other.check(true), []);
  assert.equal(await other.size(), await direct.size());
});

test("a copy that is broken off while the first hangs leaves no rclone, and the next goes on", { skip }, async () => {
  const large = await backUp(24_000_000);
  const halted = await halting(Number(new URL(near?.url ?? "").port), 8_000_000);
  const stop = new AbortController();
  const copying = copy({ first: first.at(halted.url, nearKeys), signal: stop.signal });
  copying.catch(() => undefined);
  await halted.reached;
  const ran = serving();
  stop.abort();

  await assert.rejects(copying);
  assert.equal(ran.length, 1);
  assert.doesNotMatch(ran.join(), /canary/);
  await eventually(() => serving().length === 0);
  const cut = catalogueOf(await second().snapshots()).backups.map(({ id }) => id);
  assert.ok(!cut.includes(large.id));
  const arrival = await copy();
  assert.deepEqual([arrival.wrong, arrival.backups.map(({ id }) => id)], [[], [large.id]]);
});

test("keys of the second that are wrong are said, and known to the first", { skip }, async () => {
  const wrong = second({ ...farKeys, AWS_SECRET_ACCESS_KEY: "canary-wrong" });
  await assert.rejects(copy({ second: wrong }), (thrown: Error) => {
    assert.match(thrown.message, /keys under the repository's variables/);
    assert.doesNotMatch(thrown.message, /canary/);
    return true;
  });
  assert.equal((await secondState(first.open(), wrong, { lateHours: 24, now: first.now() })).kind, "failed");
});

test("a first that rclone is not let into is not said to be damaged", { skip }, async () => {
  const other = first.at(near?.url, { ...nearKeys, AWS_DEFAULT_REGION: "eu-two" });
  await assert.rejects(second().copyFrom(other, ["a"], none), (thrown: Error) => {
    assert.match(thrown.message, /are the first repository's address, keys and AWS_DEFAULT_REGION right\?/);
    assert.doesNotMatch(thrown.message, /canary|damaged/);
    return true;
  });
});

test("without rclone it is said what to install, and the first knows", { skip }, async () => {
  await copy();
  await backUp(1000);
  const without: Programs = {
    ...testPorts.programs,
    start: (call) => testPorts.programs.start(call.program === "rclone" ? { ...call, program: "no-rclone" } : call),
  };
  await assert.rejects(copy({ second: second(farKeys, without) }), /rclone is not on this machine: install it/);
  const state = await secondState(first.open(), second(), { lateHours: 24, now: first.now() });
  assert.deepEqual([state.kind, /install it/.test(state.words)], ["failed", true]);
});

/** Passes on, until so much came down: then nothing more, and no connection ends. */
async function halting(to: number, bytes: number) {
  const reached = Promise.withResolvers<void>();
  let down = 0;
  const server = createServer((from) => {
    const store = connect(to, "127.0.0.1");
    for (const one of [from, store]) one.on("error", () => undefined).on("close", () => [from, store].map(end));
    from.pipe(store);
    store.on("data", (chunk: Buffer) => {
      if (down < bytes) from.write(chunk);
      down += chunk.length;
      if (down >= bytes) reached.resolve();
    });
    test.after(() => [from, store].map(end));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => server.close());
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    reached: reached.promise,
  };
}

const end = (socket: Socket): void => void socket.destroy();

async function eventually(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += 50) {
    assert.ok(waited < 60_000, "it did not come to be so within a minute");
    await setTimeout(50);
  }
}
