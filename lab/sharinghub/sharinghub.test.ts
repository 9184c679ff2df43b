import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { running } from "../../src/observations/look.test-support.ts";
import { redisProgram, startRedis } from "../../src/observations/servers.test-support.ts";
import { emptyDatabase } from "../../src/store/test-support.ts";
import { fillGitlab } from "../databases/gitlab.ts";
import { fillMlflow } from "../databases/mlflow.ts";
import { type GitlabStandIn, startGitLab } from "../gitlab/index.ts";
import { Ledger } from "../ledger.ts";
import { type MlflowStandIn, startMlflow } from "../mlflow/index.ts";
import { assertSourced, holdAgainst } from "../stand-in/fixtures.test-support.ts";
import { readFixtures } from "../stand-in/fixtures.ts";
import { type SharingHubStandIn, sharinghubNeverCompared, startSharingHub } from "./index.ts";

const fixtures = readFixtures(join(import.meta.dirname, "fixtures"));
const artifacts = mkdtempSync(join(tmpdir(), "millwright-artifacts-"));
const ledger = new Ledger();
let at = Date.parse("2026-11-20T12:00:00Z");
const now = (): Date => new Date(at);
let gitlab: GitlabStandIn;
let hub: SharingHubStandIn;
let mlflow: MlflowStandIn;

before(async () => {
  const databaseUrl = await emptyDatabase();
  await fillGitlab(databaseUrl, { version: "17.8.7", seed: 1, size: 12, now: now() });
  const { port } = await running(startRedis(redisProgram ?? ""));
  const tokens = [
    { token: "lab-admin", name: "admin", username: "root", scopes: ["api"] },
    { token: "lab-stranger", name: "stranger", username: "user2", scopes: ["api"] },
    { token: "lab-soon-gone", name: "soon gone", username: "root", scopes: ["api"] },
  ];
  const redisUrl = `redis://127.0.0.1:${port}`;
  gitlab = await startGitLab({
    name: "gitlab",
    databaseUrl,
    redisUrl,
    version: "17.8.7",
    port: 0,
    ledger,
    now,
    tokens,
    stepMs: 0,
  });
  const models = await emptyDatabase();
  await fillMlflow(models, { version: "2.14.3", seed: 1, size: 1, now: now() });
  // SharingHub and MLflow need each other's address: one of the two is told first which it will be.
  const first = await start({});
  await first.close();
  mlflow = await startMlflow({
    name: "mlflow",
    databaseUrl: models,
    version: "2.14.3",
    port: 0,
    ledger,
    now,
    artifacts,
    sharinghubUrl: first.url,
  });
  hub = await start({ port: first.port, mlflowUrl: `${mlflow.url}/mlflow/` });
});

after(async () => {
  for (const part of [hub, mlflow, gitlab]) await part.close();
  rmSync(artifacts, { recursive: true, force: true });
});

function start(other: Partial<Parameters<typeof startSharingHub>[0]>): Promise<SharingHubStandIn> {
  return startSharingHub({ name: "hub", version: "0.4.0", port: 0, ledger, now, gitlabUrl: gitlab.url, ...other });
}

test("every fixture has a source, and says that it was not compared", () => {
  assertSourced(fixtures);
  assert.equal(sharinghubNeverCompared.length, fixtures.length);
});

for (const fixture of fixtures)
  test(`SharingHub answers as the fixture ${fixture.id} says`, async () => {
    const { given, version = "0.4.0" } = fixture;
    if (given === undefined && version === "0.4.0") return holdAgainst(hub.url, fixture);
    const own = await start({
      version,
      mlflowUrl: mlflow.url,
      ...(given === "public" ? { allowPublic: true } : {}),
      ...(given === "gitlab-gone" ? { gitlabUrl: "http://127.0.0.1:1" } : {}),
    });
    await holdAgainst(own.url, fixture).finally(() => own.close());
  });

const ask = async (path: string, token: string): Promise<{ status: number; body: { links?: { rel: string }[] } }> => {
  const reply = await fetch(`${hub.url}${path}`, { headers: { "x-gitlab-token": token } });
  return { status: reply.status, body: (await reply.json()) as { links?: { rel: string }[] } };
};
const canary = "/api/stac/collections/ai-model/items/canary/model";

test("a model that MLflow has is linked in the item, through both permissions", async () => {
  const { body } = await ask(canary, "lab-admin");
  assert.equal(body.links?.filter(({ rel }) => rel === "mlflow:model").length, 1);
});

test("an item is old for as long as it is asked for more often than its cache lives, and new when it was left alone", async () => {
  const own = await fetch(`${mlflow.url}/canary/model/tracking/api/2.0/mlflow/registered-models/create`, {
    method: "POST",
    headers: { authorization: "Bearer lab-admin", "content-type": "application/json" },
    body: JSON.stringify({ name: "second (1)" }),
  });
  assert.equal(own.status, 200);
  await fetch(`${mlflow.url}/canary/model/tracking/api/2.0/mlflow/model-versions/create`, {
    method: "POST",
    headers: { authorization: "Bearer lab-admin", "content-type": "application/json" },
    body: JSON.stringify({ name: "second (1)", source: "mlflow-artifacts:/1/x/artifacts/model", run_id: "x" }),
  });
  const models = async (): Promise<number | undefined> =>
    (await ask(canary, "lab-admin")).body.links?.filter(({ rel }) => rel === "mlflow:model").length;
  for (let look = 0; look < 3; look += 1) {
    at += 200_000;
    assert.equal(await models(), 1, "the window slides with every look");
  }
  at += 301_000;
  assert.equal(await models(), 2);
});

test("a revoked token passes the check for as long as the answer is kept", async () => {
  const check = "/api/check/canary%2Fmodel?info=true";
  assert.equal((await ask(check, "lab-soon-gone")).status, 200);
  await gitlab.refuse("lab-soon-gone");
  assert.equal((await ask(check, "lab-soon-gone")).status, 200);
  at += 301_000;
  assert.equal((await ask(check, "lab-soon-gone")).status, 401);
});
