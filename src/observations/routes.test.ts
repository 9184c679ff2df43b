import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Roles } from "../access/role.ts";
import { type TestApi, testApi, testNow } from "../api/test-support.ts";
import { healthRoutes, healthService } from "../health/routes.ts";
import { instantOf } from "../kernel/instant.ts";
import type { Reading } from "../systems/contract.ts";
import type { Observation } from "./observe.ts";
import { observationRoutes } from "./routes.ts";
import { recordLooks } from "./store.ts";

let api: TestApi;

const ok: Reading = {
  subject: "status",
  kind: "known",
  health: "healthy",
  value: "ok",
  evidence: "200",
  metrics: [{ name: "millwright_probe_millis", value: 12 }],
};

function seen(environment: string, component: string, reading: Reading, minutesAgo = 0): Observation {
  const at = instantOf(Date.parse(testNow) - minutesAgo * 60_000);
  return { environment, component, system: "sharinghub", probe: "status", tells: "own", at, ...reading } as Observation;
}

before(async () => {
  const services = {
    need: (key: { readonly name: string }) =>
      ({ [healthService.name]: { needs: () => new Map([["hub", ["mlflow"]]]) } })[key.name] as never,
  };
  api = await testApi([...observationRoutes, ...healthRoutes], { services });
  const bad: Reading = { ...ok, kind: "known", health: "unhealthy", value: 503, evidence: "503" };
  for (let minute = 5; minute > 0; minute -= 1)
    await recordLooks(api.store, [{ observations: [seen("staging", "hub", ok, minute)], everySeconds: 600 }]);
  await recordLooks(api.store, [
    { observations: [{ ...seen("production", "hub", bad), tells: "whole" }], everySeconds: 600 },
    { observations: [seen("production", "mlflow", bad)], everySeconds: 600 },
    { observations: [seen("staging", "hub", ok)], everySeconds: 600 },
  ]);
});
after(() => api.close());

async function get(
  path: string,
  as: Roles = { "*": "viewer" },
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await api.ask("GET", `/api/v1${path}`, as);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const items = (body: Record<string, unknown>) => body["items"] as readonly Record<string, unknown>[];

test("observations come in pages, and only those of environments one may see", async () => {
  const first = await get("/observations?limit=2");
  assert.deepEqual(
    items(first.body).map((one) => [one["environment"], one["component"], one["state"]]),
    [
      ["production", "hub", "unhealthy"],
      ["production", "mlflow", "unhealthy"],
    ],
  );
  const second = await get(`/observations?limit=2&cursor=${String(first.body["next"])}`);
  assert.deepEqual([items(second.body).length, second.body["next"]], [1, undefined]);

  assert.equal(items((await get("/observations", { staging: "viewer" })).body).length, 1);
  assert.equal(items((await get("/observations?environment=production", { staging: "viewer" })).body).length, 0);
  assert.equal(items((await get("/observations?state=healthy")).body).length, 1);
  assert.equal((await get("/observations?cursor=nonsense")).status, 422);
});

test("changes come newest first", async () => {
  const { body } = await get("/observation-changes?limit=200");
  assert.deepEqual(
    items(body)
      .map((one) => [one["component"], one["after"]])
      .at(-1),
    ["hub", "healthy"],
  );
  assert.equal(items(body).length, 3);
});

test("measurements are read by series, in pages, by whom may see their environment", async () => {
  const { body } = await get("/series?environment=staging");
  const id = Number(items(body)[0]?.["id"]);
  const to = instantOf(Date.parse(testNow) + 1);
  const first = await get(`/series/${id}/samples?limit=4&to=${to}`);
  assert.equal(items(first.body).length, 4);
  const rest = await get(`/series/${id}/samples?limit=4&to=${to}&cursor=${String(first.body["next"])}`);
  assert.equal(items(rest.body).length, 2);
  assert.equal((await get(`/series/${id}/samples`, { production: "viewer" })).status, 404);
  assert.equal((await get(`/series/${id}/hours`)).status, 200);
  assert.equal((await get("/series/999999/samples")).status, 404);
  assert.equal((await get("/series/0/samples")).status, 400);
});

test("health says whose trouble it is", async () => {
  const { body } = await get("/health");
  const components = body["components"] as readonly Record<string, unknown>[];
  assert.deepEqual(
    components.map((one) => [one["environment"], one["component"], one["health"], one["causes"]]),
    [
      ["production", "hub", "affected", ["mlflow"]],
      ["production", "mlflow", "unhealthy", []],
      ["staging", "hub", "healthy", []],
    ],
  );
  const [hub, ...others] = (await get("/health?environment=staging")).body["components"] as typeof components;
  assert.deepEqual([others.length, hub?.["answers"], hub?.["at"]], [0, 1, testNow]);
});

test("the fourteen key metrics are all there, two of them absent by design", async () => {
  const metrics = (await get("/key-metrics")).body["metrics"] as readonly Record<string, unknown>[];
  assert.equal(metrics.length, 14);
  assert.deepEqual(
    metrics.filter((one) => one["kind"] === "absent-by-design").map((one) => one["id"]),
    ["sharinghub-catalogue", "sharinghub-token-refresh"],
  );
  assert.ok(metrics.every((one) => String(one["source"]).length > 5));
});

test("a known key metric names the series that it is the newest value of", async () => {
  const metrics: Reading = { ...ok, kind: "known", metrics: [{ name: "gitlab_sidekiq_backlog_jobs", value: 7 }] };
  const look = { ...seen("production", "gitlab", metrics), system: "gitlab", probe: "sidekiq" };
  await recordLooks(api.store, [{ observations: [look], everySeconds: 600 }]);

  const found = (await get("/key-metrics")).body["metrics"] as readonly Record<string, unknown>[];
  const queue = found.find(({ id }) => id === "gitlab-sidekiq-queue");

  assert.deepEqual([queue?.["kind"], queue?.["environment"], queue?.["value"]], ["known", "production", 7]);
  const { body } = await get(`/series/${String(queue?.["series"])}/chart`);
  assert.equal((body["series"] as Record<string, unknown>)["name"], "gitlab_sidekiq_backlog_jobs");
});

test("error lines say whether they are new, and only to whom may see their environment", async () => {
  const lines: Reading = {
    subject: "log/ab12",
    kind: "known",
    health: "unhealthy",
    value: 9,
    evidence: "connection to <host> refused",
    metrics: [{ name: "log_signature_lines", value: 9, labels: { signature: "ab12" } }],
  };
  const look = { ...seen("production", "hub", lines), probe: "log-signatures", tells: "upkeep" } as Observation;
  await recordLooks(api.store, [{ observations: [look], everySeconds: 600 }]);

  const signatures = (await get("/log-signatures?component=hub")).body["signatures"] as readonly Record<
    string,
    unknown
  >[];

  assert.deepEqual(
    signatures.map((one) => [one["template"], one["verdict"], one["recent"]]),
    [["connection to <host> refused", "unknown", 9]],
  );
  assert.match(String(signatures[0]?.["why"]), /read for 0 h before/);
  assert.deepEqual((await get("/log-signatures", { staging: "viewer" })).body["signatures"], []);
});

test("a chart has as many points as it has room for, and each tells mean, least and most", async () => {
  const { body: found } = await get("/series?environment=staging&component=hub&name=millwright_probe_millis");
  const id = Number(items(found)[0]?.["id"]);
  const from = instantOf(Date.parse(testNow) - 600_000);
  const to = instantOf(Date.parse(testNow) + 1000);

  const { body } = await get(`/series/${id}/chart?from=${from}&to=${to}&points=10`);
  const points = body["points"] as readonly { readonly count: number; readonly mean: number; readonly at: string }[];

  assert.ok(points.length > 1 && points.length <= 10);
  assert.equal(
    points.reduce((sum, { count }) => sum + count, 0),
    6,
  );
  assert.ok(points.every(({ mean, at }) => mean === 12 && at >= from && at < to));
  const { body: week } = await get(`/series/${id}/chart?hours=168`);
  assert.equal(Date.parse(String(week["to"])) - Date.parse(String(week["from"])), 168 * 3_600_000);
  assert.equal((await get(`/series/${id}/chart`, { production: "viewer" })).status, 404);
  assert.equal((await get(`/series/${id}/chart?from=${to}&to=${from}`)).status, 422);
});

test("hours stand in a chart where single measurements are gone, and are not counted twice", async () => {
  const { body: found } = await get("/series?environment=staging&component=hub&name=millwright_probe_millis");
  const id = Number(items(found)[0]?.["id"]);
  const hour = (back: number) => instantOf(Math.floor(Date.parse(testNow) / 3_600_000 - back) * 3_600_000);
  await api.store
    .tables<{ sample_hourly: Record<string, unknown> }>()
    .insertInto("sample_hourly")
    .values([0, 48].map((back) => ({ series_id: id, hour: hour(back), count: 60, sum: 600, least: 1, most: 90 })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();

  const from = instantOf(Date.parse(testNow) - 3 * 86_400_000);
  const { body } = await get(`/series/${id}/chart?from=${from}&to=${instantOf(Date.parse(testNow) + 1000)}`);

  const points = body["points"] as readonly { readonly count: number; readonly most: number }[];
  assert.deepEqual([points[0]?.count, points[0]?.most], [60, 90]);
  assert.equal(
    points.reduce((sum, { count }) => sum + count, 0),
    66,
  );
});
