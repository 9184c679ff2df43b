import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openProbeHttp } from "../../src/edge/probe-http.ts";
import { openRedis } from "../../src/edge/redis.ts";
import { openSql } from "../../src/edge/sql.ts";
import { openTls } from "../../src/edge/tls.ts";
import { looker, running, said } from "../../src/observations/look.test-support.ts";
import { redisProgram, startRedis } from "../../src/observations/servers.test-support.ts";
import { emptyDatabase } from "../../src/store/test-support.ts";
import { systems } from "../../src/systems/index.ts";
import { fillGitlab } from "../databases/gitlab.ts";
import { fillMlflow } from "../databases/mlflow.ts";
import { type GitlabStandIn, startGitLab } from "../gitlab/index.ts";
import { Ledger } from "../ledger.ts";
import { type MlflowStandIn, startMlflow } from "../mlflow/index.ts";
import { type SharingHubStandIn, startSharingHub } from "../sharinghub/index.ts";
import type { Lie } from "../stand-in/lie.ts";
import { lies } from "./index.ts";

/* Each lie is told to the probes as the server runs them; without it they say healthy, with it they do not. */

const { look, secrets } = looker(
  {
    http: () => openProbeHttp({ userAgent: "millwright/test" }),
    sql: (url, timeoutMs) => openSql({ url, timeoutMs }),
    redis: (url, timeoutMs) => openRedis({ url, timeoutMs }),
    tls: (timeoutMs) => openTls({ timeoutMs }),
  },
  systems,
);

const artifacts = mkdtempSync(join(tmpdir(), "millwright-artifacts-"));
const ledger = new Ledger();
const now = (): Date => new Date();
const tokens = [{ token: "lab-admin", name: "admin", username: "root", scopes: ["api", "admin_mode"] }];
let redisUrl: string;

interface Platform {
  readonly gitlab: GitlabStandIn;
  readonly sharinghub: SharingHubStandIn;
  readonly mlflow: MlflowStandIn;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

async function startPlatform(): Promise<Platform> {
  const databaseUrl = await emptyDatabase();
  await fillGitlab(databaseUrl, { version: "17.8.7", seed: 1, size: 6 });
  const gitlab = await startGitLab({
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
  const hubOf = (port: number, mlflowUrl?: string): Promise<SharingHubStandIn> =>
    startSharingHub({
      name: "hub",
      version: "0.4.0",
      port,
      ledger,
      now,
      gitlabUrl: gitlab.url,
      ...(mlflowUrl === undefined ? {} : { mlflowUrl }),
    });
  const first = await hubOf(0);
  await first.close();
  const models = await emptyDatabase();
  await fillMlflow(models, { version: "2.14.3", seed: 1, size: 1 });
  const mlflow = await startMlflow({
    name: "mlflow",
    databaseUrl: models,
    version: "2.14.3",
    port: 0,
    ledger,
    now,
    artifacts,
    sharinghubUrl: first.url,
    restartMs: 0,
  });
  const sharinghub = await hubOf(first.port, mlflow.url);
  const close = async (): Promise<void> => {
    for (const part of [sharinghub, mlflow, gitlab]) await part.close();
  };
  return { gitlab, sharinghub, mlflow, databaseUrl, close };
}

let platform: Platform;

before(async () => {
  const { port } = await running(startRedis(redisProgram ?? ""));
  redisUrl = `redis://127.0.0.1:${port}`;
  secrets.set("TOKEN", "lab-admin");
  platform = await startPlatform();
});

after(async () => {
  await platform.close();
  rmSync(artifacts, { recursive: true, force: true });
});

/** What the lie's probe says of the lie's subject. */
async function seen(on: Platform, { system, caughtBy }: Lie): Promise<string | undefined> {
  const systemId = system === "mlflow" ? "mlflow-sharinghub" : system;
  const settings = {
    gitlab: { url: on.gitlab.url },
    sharinghub: {
      url: on.sharinghub.url,
      gitlabUrl: on.gitlab.url,
      mlflowUrl: on.mlflow.url,
      public: false,
      collections: ["ai-model", "dataset"],
      knownItem: { collection: "ai-model", id: "canary/model" },
    },
    mlflow: { url: on.mlflow.url, knownModel: { project: "canary/model", model: "model (1)" } },
  }[system];
  const endpoint = { system: systemId, settings, credentials: { token: "env:TOKEN" } };
  return said(await look(endpoint, caughtBy.probe))[caughtBy.subject];
}

test("there are at least ten lies, each with a source and a probe that must catch it", () => {
  assert.ok(lies.length >= 10);
  assert.equal(new Set(lies.map(({ id }) => id)).size, lies.length);
  for (const { id, source, looksLike, title } of lies)
    assert.ok(source.length > 20 && looksLike !== "" && title !== "", id);
});

for (const lie of lies.filter(({ given }) => given === undefined))
  test(`the lie ${lie.id} is caught, and the truth is healthy`, async () => {
    const part = platform[lie.system];
    assert.equal(await seen(platform, lie), "healthy", "before");
    part.lie(lie.id);
    try {
      const verdict = await seen(platform, lie);
      assert.ok(verdict !== undefined && verdict !== "healthy", `${lie.caughtBy.probe} says ${verdict}`);
    } finally {
      part.tell();
    }
    assert.equal(await seen(platform, lie), "healthy", "after");
  });

test("an old version from a cache is seen through after an upgrade", async () => {
  const lie = lies.find(({ id }) => id === "gitlab-old-version");
  assert.ok(lie !== undefined);
  const own = await startPlatform();
  try {
    own.gitlab.lie(lie.id);
    assert.equal(await seen(own, lie), "healthy");
    await own.gitlab.upgrade("17.11.7");
    const endpoint = { system: "gitlab", settings: { url: own.gitlab.url }, credentials: { token: "env:TOKEN" } };
    const [one] = await look(endpoint, "version");
    assert.equal(one?.kind === "known" && one.value, "17.11.7");
  } finally {
    await own.close();
  }
});

test("an item from a cache is seen through while GitLab is gone", async () => {
  const lie = lies.find(({ id }) => id === "sharinghub-stale-cache");
  assert.ok(lie !== undefined);
  const own = await startPlatform();
  try {
    own.sharinghub.lie(lie.id);
    assert.equal(await seen(own, lie), "healthy");
    await own.gitlab.close();
    assert.equal(await seen(own, lie), "unhealthy");
  } finally {
    await own.sharinghub.close();
    await own.mlflow.close();
  }
});

test("a green readiness with a dead database is not healthy", async () => {
  const lie = lies.find(({ id }) => id === "gitlab-query-dropped");
  assert.ok(lie !== undefined);
  assert.equal(await seen(platform, lie), "healthy");
  const databaseUrl = "postgresql://nobody@127.0.0.1:1/nothing";
  const gitlab = await startGitLab({
    name: "gitlab",
    databaseUrl,
    redisUrl,
    version: "17.8.7",
    port: 0,
    ledger,
    now,
    tokens: [],
    stepMs: 0,
  });
  const dead = { ...platform, gitlab };
  assert.equal(await seen(dead, lie), "unhealthy", "the truth");
  gitlab.lie(lie.id);
  assert.equal(await seen(dead, lie), "unknown");
  await gitlab.close();
});

test("every lie is tested above", () => {
  const apart = ["gitlab-old-version", "sharinghub-stale-cache", "gitlab-query-dropped"];
  assert.deepEqual(
    lies
      .filter(({ given }) => given !== undefined)
      .map(({ id }) => id)
      .sort(),
    apart.sort(),
  );
});
