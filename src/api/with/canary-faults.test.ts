import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { abortRun, skipStep } from "../../engine/decisions.ts";
import { SystemError } from "../../kernel/errors.ts";
import { type Journeys, openJourneys } from "./journeys.test-support.ts";

/* What the journeys that write make of refusals, lies and silence: nothing of others is touched, and nothing stays behind. */

let journeys: Journeys;
let platform: Journeys["platform"];

before(async () => {
  journeys = await openJourneys();
  platform = journeys.platform;
});

after(() => journeys.close());

afterEach(() => {
  platform.tamper = (_, go) => go();
});

test("given up in the middle, what was made is taken away", async () => {
  platform.tamper = async ({ method = "GET", url }, go) =>
    method === "POST" && url.includes("model-versions")
      ? { status: 403, headers: {}, body: "Permission denied." }
      : go();
  const id = await journeys.start();
  const run = await journeys.rested(id);
  assert.equal(run.plan.steps[run.position]?.name, "registration");
  assert.match(run.reason ?? "", /MLflow .* answers 403 to POST .*model-versions\/create: Permission denied/);

  await abortRun(journeys.deciding(), id, "enough seen");
  assert.equal((await journeys.rested(id)).state, "aborted");
  assert.deepEqual(await platform.debris(id), []);
});

test("what bears the run's name and is not its own is left alone", async () => {
  const id = await journeys.start();
  const headers = { "private-token": "lab-admin", "content-type": "application/json" };
  const body = JSON.stringify({
    name: `millwright-${id}`,
    path: `millwright-${id}`,
    namespace_id: 1,
    description: "A person's",
  });
  assert.equal((await fetch(`${platform.gitlab.url}/api/v4/projects`, { method: "POST", headers, body })).status, 201);
  const from = platform.ledger.entries().length;

  let run = await journeys.rested(id);
  assert.match(run.reason ?? "", /does not say that this run made it: it is left alone/);
  for (; run.endedAt === null; run = await journeys.rested(id)) await skipStep(journeys.deciding(), id, "somebody's");

  assert.deepEqual(journeys.effectsSince(from), {});
  assert.equal(
    (await fetch(`${platform.gitlab.url}/api/v4/projects/canary%2Fmillwright-${id}`, { method: "DELETE", headers }))
      .status,
    202,
  );
});

const page = { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><title>Sign in</title>" };

for (const [name, tampered, answer] of [
  ["a login page with 200", async () => page, /answers with what is no list of projects/],
  ["an outage", async () => ({ status: 502, headers: {}, body: "Bad Gateway" }), /answers 502/],
  [
    "a redirect",
    async () => ({ status: 302, headers: { location: "https://elsewhere.example.org/" }, body: "" }),
    /answers 302/,
  ],
  [
    "an answer that shows the token",
    async () => ({ status: 403, headers: {}, body: `glpat-canary-of-development is not allowed` }),
    /answers 403 .*\*\*\* is not allowed/,
  ],
  [
    "a list of other groups' projects",
    async () => ({ status: 200, headers: {}, body: JSON.stringify([{ id: "1; drop", path: "x" }]) }),
    /answers with what is no list of projects \(0\.id/,
  ],
  [
    "silence",
    () => Promise.reject(new SystemError("GET https://gitlab: no whole answer within 20 s", "retry")),
    /no whole answer/,
  ],
] as const)
  test(`to ${name} of GitLab nothing is written, and the token is not told on`, async () => {
    const from = platform.ledger.entries().length;
    platform.tamper = ({ url }, go) => (url.startsWith(platform.gitlab.url) ? tampered() : go());

    const id = await journeys.start();
    const run = await journeys.rested(id);

    assert.equal(run.waitsFor, "decision");
    assert.match(run.reason ?? "", answer);
    assert.deepEqual(journeys.effectsSince(from), {});
    assert.ok(!(await journeys.written(id)).includes(platform.token));
  });

test("what Git repeats of the token is not told on", async () => {
  const open = platform.open();
  const basic = Buffer.from(`oauth2:${platform.token}`).toString("base64");
  const opened = await open("development", { gitlab: "gitlab", sharinghub: "sharinghub", mlflow: "mlflow" });
  assert.equal(opened.kind, "canary");
  if (opened.kind !== "canary") return;

  const words = await opened.canary
    .git("canary/none", ({ git }) => git.run(["rev-parse", "--verify", `${platform.token}-${basic}`]))
    .then(String, String);

  assert.match(words, /rev-parse/);
  assert.ok(!words.includes(platform.token) && !words.includes(basic), words);
});

test("a redirect is not followed with what is written", async () => {
  const seen: (string | undefined)[] = [];
  platform.tamper = ({ redirects }, go) => {
    seen.push(redirects);
    return go();
  };
  await journeys.rested(await journeys.start());

  assert.ok(seen.length > 20);
  assert.deepEqual(new Set(seen), new Set(["refuse"]));
});

test("an experiment that MLflow gives back otherwise is a no", async () => {
  platform.tamper = async ({ url }, go) => {
    const reply = await go();
    return url.includes("/runs/get?") ? { ...reply, body: reply.body.replaceAll("0.25", "0.26") } : reply;
  };
  const id = await journeys.start();
  const run = await journeys.rested(id);
  assert.match(run.reason ?? "", /does not give back what it was given/);
  await abortRun(journeys.deciding(), id, "seen");
  assert.equal((await journeys.rested(id)).state, "aborted");
  assert.deepEqual(await platform.debris(id), []);
});

test("what MLflow lists of others is not taken away", async () => {
  const others = {
    run_id: "f".repeat(32),
    experiment_id: "1",
    artifact_uri: `mlflow-artifacts:/1/${"f".repeat(32)}/artifacts`,
    status: "FINISHED",
  };
  const asked: string[] = [];
  platform.tamper = async ({ url, method = "GET", body = "" }, go) => {
    const reply = await go();
    if (method !== "GET") asked.push(`${method} ${url} ${body}`);
    if (!url.includes("/runs/search")) return reply;
    const { runs = [] } = JSON.parse(reply.body) as { readonly runs?: readonly object[] };
    return { ...reply, body: JSON.stringify({ runs: [{ info: others, data: {} }, ...runs] }) };
  };

  const run = await journeys.rested(await journeys.start());

  assert.equal(run.state, "done", run.reason ?? "");
  assert.ok(asked.length > 10);
  assert.deepEqual(
    asked.filter((line) => line.includes(others.run_id)),
    [],
  );
});

test("artifacts at a place that is not the run's own are neither written nor deleted", async () => {
  const asked: string[] = [];
  platform.tamper = async ({ url, method = "GET" }, go) => {
    if (url.includes("mlflow-artifacts")) asked.push(`${method} ${url}`);
    const reply = await go();
    return {
      ...reply,
      body: reply.body.replaceAll(/mlflow-artifacts:\/[^"]*/g, "mlflow-artifacts:/1/somebody/artifacts"),
    };
  };

  const id = await journeys.start();
  const run = await journeys.rested(id);
  assert.match(run.reason ?? "", /Unknown: MLflow does not serve the artifacts of run/);
  await abortRun(journeys.deciding(), id, "seen");
  assert.equal((await journeys.rested(id)).state, "aborted");
  assert.deepEqual(asked, []);
});
