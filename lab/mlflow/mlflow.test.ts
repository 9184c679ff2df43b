import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { emptyDatabase } from "../../src/store/test-support.ts";
import { fillMlflow } from "../databases/mlflow.ts";
import { Ledger } from "../ledger.ts";
import { assertSourced, holdAgainst } from "../stand-in/fixtures.test-support.ts";
import { readFixtures } from "../stand-in/fixtures.ts";
import { compareMlflow } from "./contract.ts";
import { type MlflowStandIn, mlflowNeverCompared, startMlflow } from "./index.ts";

const fixtures = readFixtures(join(import.meta.dirname, "fixtures"));
const now = new Date("2026-11-20T12:00:00Z");
const artifacts = mkdtempSync(join(tmpdir(), "millwright-artifacts-"));
const ledger = new Ledger();
let databaseUrl: string;
let plain: MlflowStandIn;
let withPlugin: MlflowStandIn;

/** As SharingHub answers the plugin: any token passes auth/info, only the check asks GitLab. */
const hub = createServer((request, response) => {
  const token = request.headers["x-gitlab-token"];
  const [status, body] = ((): readonly [number, unknown] => {
    if (request.url === "/api/auth/info") return [token === undefined ? 401 : 200, { access_token: token }];
    if (token === "expired") return [401, { detail: "HTTP 401" }];
    if (token === "poor") return [404, { detail: "Not Found" }];
    return [200, { id: 1, name: "model", path: "canary/model", access_level: 4, categories: ["ai-model"] }];
  })();
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});

before(async () => {
  await new Promise<void>((resolve) => void hub.listen(0, "127.0.0.1", resolve));
  databaseUrl = await emptyDatabase();
  await fillMlflow(databaseUrl, { version: "2.14.3", seed: 1, size: 3, now });
  plain = await start({});
  withPlugin = await start({ sharinghubUrl: `http://127.0.0.1:${(hub.address() as AddressInfo).port}` });
});

after(async () => {
  await plain.close();
  await withPlugin.close();
  hub.close();
  rmSync(artifacts, { recursive: true, force: true });
});

function start(other: Partial<Parameters<typeof startMlflow>[0]>): Promise<MlflowStandIn> {
  const common = {
    name: "production/mlflow",
    databaseUrl,
    version: "2.14.3",
    port: 0,
    ledger,
    artifacts,
    restartMs: 0,
  };
  return startMlflow({ ...common, now: () => now, ...other });
}

test("every fixture has a source, and most were held against the real MLflow", () => {
  assertSourced(fixtures);
  assert.ok(fixtures.filter(({ compared }) => compared !== undefined).length > 20);
  assert.ok(mlflowNeverCompared.every(({ id }) => id.startsWith("mlflow/plugin-")));
});

for (const fixture of fixtures)
  test(`MLflow answers as the fixture ${fixture.id} says`, async () => {
    switch (fixture.given) {
      case undefined:
        return holdAgainst(plain.url, fixture);
      case "plugin":
        return holdAgainst(withPlugin.url, fixture);
      case "sharinghub-gone": {
        const own = await start({ sharinghubUrl: "http://127.0.0.1:1" });
        await holdAgainst(own.url, fixture).finally(() => own.close());
        return;
      }
      default:
        return withDeadDatabase(fixture);
    }
  });

/** It started while the database lived, and goes on answering without it. */
async function withDeadDatabase(fixture: (typeof fixtures)[number]): Promise<void> {
  const url = await emptyDatabase();
  const { Client } = await import("pg");
  const own = await start({ databaseUrl: url });
  const admin = new Client({ connectionString: databaseUrl });
  await admin.connect();
  const name = new URL(url).pathname.slice(1);
  await admin.query(`alter database ${name} allow_connections false`);
  await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
  await admin.end();
  await holdAgainst(own.url, fixture).finally(() => own.close());
}

test("a server refuses a database of another version, until somebody has migrated it; there is no way back", async () => {
  const url = await emptyDatabase();
  await fillMlflow(url, { version: "2.14.3", seed: 1, size: 2, now });
  const own = new Ledger();
  const mlflow = await start({ databaseUrl: url, ledger: own });
  try {
    const refused = await mlflow.upgrade("2.22.4");
    assert.match(
      refused.kind === "refused" ? refused.log : "",
      /Detected out-of-date database schema \(found version 5b0e9adcef9c, but expected 0584bdc529eb\)/,
    );
    await assert.rejects(fetch(`${mlflow.url}/health`));
    mlflow.fate({ kind: "fails", at: 2 });
    assert.equal((await mlflow.exec(["mlflow", "db", "upgrade", url])).exitCode, 1);
    assert.equal(own.count("production/mlflow", "migration"), 0, "one transaction: nothing stays");
    mlflow.fate({ kind: "well" });
    const { exitCode, stderr } = await mlflow.exec(["mlflow", "db", "upgrade", url]);
    assert.equal(exitCode, 0);
    assert.match(stderr, /Running upgrade 4465047574b1 -> f5a4f2784254, increase run tag value limit to 8000/);
    assert.equal(own.count("production/mlflow", "migration"), 3);
    assert.equal((await mlflow.restart()).kind, "serves");
    assert.equal(await (await fetch(`${mlflow.url}/version`)).text(), "2.22.4");
    assert.equal((await mlflow.upgrade("2.14.3")).kind, "refused");
    assert.match(
      (await mlflow.exec(["mlflow", "db", "upgrade", url])).stderr,
      /Can't locate revision identified by '0584bdc529eb'/,
    );
  } finally {
    await mlflow.close();
  }
});

test("below the prefix that an ingress leaves on it answers alike", async () => {
  assert.equal(await (await fetch(`${plain.url}/mlflow/version`)).text(), "2.14.3");
  assert.equal((await fetch(`${withPlugin.url}/mlflow/`)).status, 401);
});

test("what is asked of the real MLflow is answered alike, and another server is told apart", async () => {
  const url = await emptyDatabase();
  await fillMlflow(url, { version: "2.14.3", seed: 1, size: 3, now });
  const own = await start({ databaseUrl: url });
  assert.deepEqual(await compareMlflow(own.url), []);
  await own.close();
  const other = await compareMlflow(`http://127.0.0.1:${(hub.address() as AddressInfo).port}`);
  assert.ok(other.some((line) => line.startsWith("version: ")));
});

test("an empty database gets its schema at the first start", async () => {
  const url = await emptyDatabase();
  const mlflow = await start({ databaseUrl: url });
  assert.equal(mlflow.state().kind, "serves");
  const found = await fetch(`${mlflow.url}/api/2.0/mlflow/experiments/search?max_results=5`);
  assert.equal(((await found.json()) as { experiments: unknown[] }).experiments.length, 1);
  await mlflow.close();
});
