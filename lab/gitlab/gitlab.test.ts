import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { running } from "../../src/observations/look.test-support.ts";
import { redisProgram, startRedis } from "../../src/observations/servers.test-support.ts";
import { emptyDatabase } from "../../src/store/test-support.ts";
import { fillGitlab } from "../databases/gitlab.ts";
import { Ledger } from "../ledger.ts";
import { assertSourced, holdAgainst } from "../stand-in/fixtures.test-support.ts";
import { readFixtures } from "../stand-in/fixtures.ts";
import { openRedisServer } from "../stand-in/redis.ts";
import { type GitlabStandIn, gitlabNeverCompared, startGitLab } from "./index.ts";
import type { GitlabToken } from "./tokens.ts";

const fixtures = readFixtures(join(import.meta.dirname, "fixtures"));
const now = new Date("2026-11-20T12:00:00Z");

const tokens: readonly GitlabToken[] = [
  { token: "lab-admin", name: "admin", username: "root", scopes: ["api", "admin_mode"], expiresAt: "2027-06-01" },
  { token: "lab-reader", name: "reader", username: "user2", scopes: ["read_api"], expiresAt: "2027-06-01" },
  { token: "lab-narrow", name: "narrow", username: "user2", scopes: ["read_repository"] },
  { token: "lab-revoked", name: "revoked", username: "root", scopes: ["api"], revoked: true },
  { token: "lab-expired", name: "expired", username: "root", scopes: ["api"], expiresAt: "2026-11-20" },
  { token: "lab-rotating", name: "rotating", username: "user2", scopes: ["api"] },
  { token: "lab-bot", name: "bot", username: "group_1_bot", scopes: ["api"], group: { path: "canary", access: 50 } },
  {
    token: "lab-bot-developer",
    name: "bot",
    username: "group_1_bot_2",
    scopes: ["api"],
    group: { path: "canary", access: 30 },
  },
  {
    token: "lab-bot-elsewhere",
    name: "bot",
    username: "group_2_bot",
    scopes: ["api"],
    group: { path: "team-1", access: 50 },
  },
  { token: "lab-leaving", name: "leaving", username: "user2", scopes: ["read_api"] },
];

let gitlab: GitlabStandIn;
let databaseUrl: string;
let redisUrl: string;
const ledger = new Ledger();

before(async () => {
  databaseUrl = await emptyDatabase();
  await fillGitlab(databaseUrl, { version: "17.8.7", seed: 1, size: 30, now });
  const { port } = await running(startRedis(redisProgram ?? ""));
  redisUrl = `redis://127.0.0.1:${port}`;
  gitlab = await start({});
});

after(() => gitlab.close());

function start(other: Partial<Parameters<typeof startGitLab>[0]>): Promise<GitlabStandIn> {
  const name = "production/gitlab";
  const common = { name, databaseUrl, redisUrl, version: "17.8.7", port: 0, ledger, tokens, stepMs: 0 };
  return startGitLab({ ...common, now: () => now, ...other });
}

test("every fixture has a source, and says whether it was compared", () => {
  assertSourced(fixtures);
  assert.ok(gitlabNeverCompared.length > 0);
});

const deadDatabase = "postgresql://nobody@127.0.0.1:1/nothing";

/** What a fixture's `given` does to a stand-in of its own. */
async function given(
  circumstance: string | undefined,
  version: string | undefined,
): Promise<GitlabStandIn | undefined> {
  if (circumstance === undefined) return version === undefined ? undefined : start({ version });
  if (circumstance === "database-dead") return start({ databaseUrl: deadDatabase, tokens: [] });
  if (circumstance === "redis-dead") return start({ redisUrl: "redis://127.0.0.1:1" });
  if (circumstance === "schema-behind") return start({ version: "17.11.7" });
  const own = await start({});
  if (circumstance === "not-allowed") own.allow(false);
  else if (circumstance === "metrics-off") own.switchMetrics(false);
  else if (circumstance === "shard-dead") own.shard("second", true);
  else assert.fail(`unknown circumstance ${circumstance}`);
  return own;
}

for (const fixture of fixtures)
  test(`GitLab answers as the fixture ${fixture.id} says`, async () => {
    const own = await given(fixture.given, fixture.version);
    try {
      await holdAgainst((own ?? gitlab).url, fixture);
    } finally {
      await own?.close();
    }
  });

test("without a pod Sidekiq stands still, and says so; with one it goes on", async () => {
  const url = await emptyDatabase();
  await fillGitlab(url, { version: "17.8.7", seed: 3, size: 10, now });
  let [at, runs] = [now.getTime(), false];
  const own = await start({
    databaseUrl: url,
    now: () => new Date(at),
    backgroundMs: 60_000,
    sidekiqRuns: () => runs,
  });
  const asked = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${own.url}/api/v4/${path}`, { headers: { "private-token": "lab-admin" } })).json()) as T;
  const seen = async () => {
    await own.step();
    const [first] = await asked<{ progress: number }[]>("admin/batched_background_migrations");
    const { processes } = await asked<{ processes: readonly unknown[] }>("sidekiq/process_metrics");
    const { stdout } = await own.toolbox(["gitlab-rake", "gitlab:check", "SANITIZE=true"]);
    return [first?.progress, processes.length, /Running\? \.\.\. (\w+)/.exec(stdout)?.[1]];
  };
  try {
    await own.upgrade("17.11.7");
    at += 61_000;
    assert.deepEqual(await seen(), [0, 0, "no"]);
    runs = true;
    assert.deepEqual(await seen(), [100, 1, "yes"]);
  } finally {
    await own.close();
  }
});

test("an upgrade migrates the real database, is counted, and its background migrations go on with time", async () => {
  const url = await emptyDatabase();
  await fillGitlab(url, { version: "17.8.7", seed: 2, size: 10, now });
  const own = new Ledger();
  let at = now.getTime();
  const upgraded = await start({ databaseUrl: url, ledger: own, now: () => new Date(at), backgroundMs: 60_000 });
  try {
    await upgraded.upgrade("17.11.7");
    assert.equal(upgraded.version, "17.11.7");
    assert.equal(own.count("production/gitlab", "migration"), 3);
    const look = async (): Promise<{ status: string; progress: number } | undefined> => {
      const asked = await fetch(`${upgraded.url}/api/v4/admin/batched_background_migrations`, {
        headers: { "private-token": "lab-admin" },
      });
      return ((await asked.json()) as { status: string; progress: number }[])[0];
    };
    assert.deepEqual([(await look())?.status, (await look())?.progress], ["active", 0]);
    at += 30_000;
    await upgraded.step();
    assert.ok(Math.abs(((await look())?.progress ?? 0) - 50) < 5);
    await assert.rejects(upgraded.upgrade("18.2.8"), /but it is 'active'/);
    assert.equal(upgraded.version, "17.11.7", "it stays what it was");
    at += 31_000;
    await upgraded.step();
    assert.equal((await look())?.status, "finished");
    await upgraded.upgrade("18.2.8");
    assert.match(
      (await upgraded.toolbox(["gitlab-rake", "gitlab:check", "SANITIZE=true"])).stdout,
      /All migrations up\? \.\.\. yes/,
    );
  } finally {
    await upgraded.close();
  }
});

test("a stand-in can be cut, slowed and mended, and starts again on its port", async () => {
  const own = await start({});
  const { port } = own;
  own.cut();
  await assert.rejects(fetch(`${own.url}/-/health`));
  own.mend();
  assert.equal((await fetch(`${own.url}/-/health`)).status, 200);
  own.slow(150);
  const before = performance.now();
  await fetch(`${own.url}/-/health`);
  assert.ok(performance.now() - before >= 140);
  await own.close();
  const again = await start({ port });
  assert.equal((await fetch(`http://127.0.0.1:${port}/-/health`)).status, 200);
  await again.close();
});

test("a revoked token stays revoked after a restart, and queues are those in Redis", async () => {
  const token = { token: "lab-soon-gone", name: "soon gone", username: "root", scopes: ["api"] };
  const own = await start({ tokens: [token] });
  const ask = (url: string): Promise<Response> =>
    fetch(`${url}/api/v4/sidekiq/queue_metrics`, { headers: { "private-token": token.token } });
  const redis = openRedisServer(redisUrl);
  await redis.send("SADD", "queues", "default");
  await redis.send("LPUSH", "queue:default", JSON.stringify({ class: "X", enqueued_at: now.getTime() / 1000 - 90 }));
  const { queues } = (await (await ask(own.url)).json()) as { queues: Record<string, unknown> };
  assert.deepEqual(queues["default"], { backlog: 1, latency: 90 });
  await own.refuse(token.token);
  await own.close();
  const again = await start({ tokens: [token] });
  assert.equal((await ask(again.url)).status, 401);
  await again.close();
});
