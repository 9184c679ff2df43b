import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fillGitlab } from "../../lab/databases/gitlab.ts";
import { fillMlflow } from "../../lab/databases/mlflow.ts";
import { startGitLab } from "../../lab/gitlab/index.ts";
import { Ledger } from "../../lab/ledger.ts";
import { startMlflow } from "../../lab/mlflow/index.ts";
import { type SharingHubStandIn, startSharingHub } from "../../lab/sharinghub/index.ts";
import { openProbeHttp } from "../edge/probe-http.ts";
import { registryOf } from "../engine/action.ts";
import { attestStep, skipStep } from "../engine/decisions.ts";
import { procedures } from "../engine/procedures/index.ts";
import { startRun } from "../engine/start-run.ts";
import { attemptsOf } from "../engine/store.ts";
import { ada, type Bench, ben, openBench } from "../engine/test-support.ts";
import { looker, running } from "../observations/look.test-support.ts";
import { redisProgram, startRedis } from "../observations/servers.test-support.ts";
import { emptyDatabase } from "../store/test-support.ts";
import { systems } from "../systems/index.ts";
import { suiteActions } from "./suite.ts";

/* The suite of development against the lab's stand-ins, asked by the probes over real connections. */

const refuse = (): never => {
  throw new Error("the suite asks by HTTP alone");
};
const { look, secrets } = looker(
  { http: () => openProbeHttp({ userAgent: "millwright/test" }), sql: refuse, redis: refuse, tls: refuse },
  systems,
);
secrets.set("TOKEN", "lab-admin");

const ledger = new Ledger();
const now = (): Date => new Date();
const artifacts = mkdtempSync(join(tmpdir(), "millwright-suite-"));
const closing: (() => Promise<void>)[] = [];
const endpoints = new Map<string, object>();
let hub: SharingHubStandIn;
let bench: Bench;

before(async () => {
  const { port } = await running(startRedis(redisProgram ?? ""));
  const databaseUrl = await emptyDatabase();
  await fillGitlab(databaseUrl, { version: "17.8.7", seed: 1, size: 6 });
  const gitlab = await startGitLab({
    name: "gitlab",
    databaseUrl,
    redisUrl: `redis://127.0.0.1:${port}`,
    version: "17.8.7",
    port: 0,
    ledger,
    now,
    tokens: [{ token: "lab-admin", name: "admin", username: "root", scopes: ["api", "admin_mode"] }],
    stepMs: 0,
  });
  hub = await startSharingHub({ name: "hub", version: "0.4.0", port: 0, ledger, now, gitlabUrl: gitlab.url });
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
    sharinghubUrl: hub.url,
    restartMs: 0,
  });
  for (const part of [mlflow, hub, gitlab]) closing.push(() => part.close());
  const credentials = { token: "env:TOKEN" };
  endpoints.set("gitlab", { system: "gitlab", settings: { url: gitlab.url }, credentials });
  endpoints.set("sharinghub", {
    system: "sharinghub",
    settings: {
      url: hub.url,
      public: false,
      collections: ["ai-model"],
      knownItem: { collection: "ai-model", id: "canary/model" },
    },
    credentials,
  });
  endpoints.set("mlflow", {
    system: "mlflow-sharinghub",
    settings: { url: mlflow.url, knownModel: { project: "canary/model", model: "model (1)" } },
    credentials,
  });
  bench = await openBench();
  bench.policy = { ...bench.policy, procedures, environments: () => ["development"] };
  const actions = suiteActions(async (_, { component, probe }) => {
    const endpoint = endpoints.get(component);
    return endpoint === undefined ? undefined : look({ component, ...endpoint }, probe);
  });
  bench.ports = { ...bench.ports, registry: () => registryOf(actions) };
});

after(async () => {
  for (const close of closing) await close();
  rmSync(artifacts, { recursive: true, force: true });
  await bench.store.close();
});

async function started(): Promise<string> {
  const wanted = {
    procedure: "test-development",
    arguments: { journeys: "by-hand" },
    environment: "development",
    requestedBy: ada,
  };
  const run = await startRun(bench.store, bench.at, bench.policy, wanted, bench.ports.record);
  return run.id;
}

/** Goes on until the run ends or nobody but a person can help; tries what could not be asked as often as it may. */
async function rested(id: string) {
  for (let tries = 0; tries < 20; tries += 1) {
    await bench.settle();
    const run = await bench.show(id);
    if (run.endedAt !== null || run.waitsFor === "decision" || run.waitsFor === "attestation") return run;
    bench.later(60);
  }
  throw new Error("the run neither ends nor waits");
}

const outcomes = async (id: string) =>
  Object.fromEntries((await attemptsOf(bench.store, id)).map(({ name, outcome }) => [name.split("#", 1)[0], outcome]));

test("the suite of development asks what it can, says what is unknown, and is told by people what it cannot ask", async () => {
  const id = await started();
  const attested: string[] = [];
  const skipped: string[] = [];
  for (let run = await rested(id); run.endedAt === null; run = await rested(id)) {
    const step = run.plan.steps[run.position];
    assert.ok(step !== undefined);
    if (run.waitsFor === "attestation") {
      assert.match(step.title, /Unknown so far: it writes/);
      attested.push(step.name);
      await attestStep(bench.deciding(ben), id, { outcome: "done", message: "seen", evidence: { url: "notes/1" } });
    } else {
      assert.match(run.reason ?? "", /Unknown: no endpoint of development is (?:keycloak|object-store)/);
      skipped.push(step.name);
      await skipStep(bench.deciding(ben), id, "not in this platform");
    }
  }

  assert.equal((await bench.show(id)).state, "done");
  assert.deepEqual(attested, ["git", "projects", "tracking", "registration", "artifacts-stored"]);
  assert.deepEqual(skipped, ["login", "artifacts"]);
  const of = await outcomes(id);
  for (const step of ["web", "catalogue", "project-in-catalogue", "model"]) assert.equal(of[step], "done", step);
  const entry = bench.journal.findLast(({ links, kind }) => kind === "run" && links?.["run"] === id);
  const text = JSON.stringify(entry);
  assert.match(text, /GET http[^ ]*\/users\/sign_in answers 200 with GitLab's page/);
  assert.match(text, /Unknown: no endpoint of development is keycloak/);
  assert.match(text, /not in this platform/);
});

test("a no is a no: a catalogue that lies stops the suite with what was seen", async () => {
  const id = await started();
  await rested(id);
  hub.lie("sharinghub-empty-list");
  try {
    for (
      let run = await rested(id);
      run.waitsFor === "attestation" || run.plan.steps[run.position]?.name === "login";
      run = await rested(id)
    ) {
      if (run.waitsFor === "attestation")
        await attestStep(bench.deciding(ben), id, { outcome: "done", message: "seen", evidence: {} });
      else await skipStep(bench.deciding(ben), id, "none here");
    }
  } finally {
    hub.tell();
  }
  const run = await bench.show(id);

  assert.equal(run.waitsFor, "decision");
  assert.ok(["catalogue", "project-in-catalogue"].includes(run.plan.steps[run.position]?.name ?? ""), run.reason ?? "");
  assert.ok((run.reason ?? "").length > 20);
});
