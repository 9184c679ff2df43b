import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { testStore } from "../store/test-support.ts";
import { measuresOf } from "./measures.ts";
import { openMetrics } from "./metrics.ts";
import { statusRoutes } from "./status.ts";
import { testApi, testNow } from "./test-support.ts";

const store = await testStore();
const metrics = openMetrics("1.2.3", measuresOf(store, { now: () => testNow }));
const api = await testApi(statusRoutes, { metrics });
test.after(() => Promise.all([api.close(), store.close()]));

test("calls are counted by their route's pattern, never by what was asked for", async () => {
  await api.ask("GET", "/api/v1/status", undefined);
  await api.ask("POST", "/api/v1/repositories/canary-name/reread", undefined);
  await api.ask("GET", "/api/v1/nowhere/canary-path", undefined);
  await api.ask("GET", "/api/v1/me", undefined, { headers: { authorization: "Bearer canary-token" } });
  const text = await (await api.app.request("/metrics")).text();
  assert.match(text, /millwright_http_request_duration_seconds_count\{method="GET",route="\/status",status="401"\} 1/);
  assert.match(text, /route="\/repositories\/\{name\}\/reread"/);
  assert.match(text, /route="other"/);
  assert.match(text, /millwright_login_failures_total 1/);
  assert.match(text, /millwright_build_info\{version="1\.2\.3"\} 1/);
  assert.doesNotMatch(text, /canary/);
});

test("promtool finds nothing to say about the metrics", async (t) => {
  if (spawnSync("promtool", ["--version"]).error !== undefined) return t.skip("not run: promtool");
  const text = await (await api.app.request("/metrics")).text();
  const { status, stderr, stdout } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  assert.equal(status, 0, `${stdout}${stderr}`);
});
