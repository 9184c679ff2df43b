import assert from "node:assert/strict";
import { test } from "node:test";
import { alertmanager, begin, eventually, isAt, platformIn } from "./story.test-support.ts";

test("a server killed between an effect and its entry goes on after its restart, and does nothing twice", async (t) => {
  const alerts = await alertmanager(t);
  const platform = platformIn(t, `mode: act\nreleasesEveryHours: 0\nalertmanager: { url: "${alerts.url}" }\n`);
  await platform.up();
  alerts.hang = true;
  const matchers = [{ name: "namespace", value: "mlflow" }];
  const given = { matchers, minutes: 30, reason: "MLflow is moved" };
  const run = await begin(platform, "silence-and-inform", given);
  await eventually("the silence is made, and not yet answered", () => alerts.silences.length > 0);
  await platform.end("SIGKILL");
  alerts.hang = false;
  await platform.up();

  await isAt(platform, run, "waiting", "attestation");
  assert.equal(alerts.silences.length, 1, "what was done before the server died is not done again");
  await platform.json("run", "attest", run, "--said", "MLflow serves at its new place");
  await isAt(platform, run, "done");
  assert.equal(alerts.silences[0]?.status.state, "expired");
});
