import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isGenuine } from "../api/hooks.ts";
import { serveLocally } from "../edge/local-server.ts";
import { freePort } from "../store/postmaster.ts";
import type { Store } from "../store/store.ts";
import { testStore } from "../store/test-support.ts";
import { receiveAlerts } from "./alerts.ts";
import { portsOf, testNow } from "./ports.test-support.ts";
import { alertsOf, listIncidents } from "./store.ts";

const program = ["prometheus-alertmanager", "alertmanager"].find(
  (name) => spawnSync(name, ["--version"]).error === undefined,
);
const secret = "s3cr3t-of-the-hook";

/** What `src/api` does with `POST /hooks/alertmanager`: the secret first, then the message. */
async function receiver(t: TestContext, store: Store, statuses: number[]) {
  const ports = portsOf();
  const server = await serveLocally((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const header = { get: (name: string) => request.headers[name]?.toString() };
      const answer = (status: number): void => {
        statuses.push(status);
        response.writeHead(status).end();
      };
      if (!isGenuine("alertmanager", secret, header, body, testNow)) answer(401);
      else
        receiveAlerts(store, ports, testNow, JSON.parse(body)).then(
          () => answer(200),
          () => answer(500),
        );
    });
  });
  t.after(() => server.close());
  return `${server.url}/hooks/alertmanager`;
}

async function startAlertmanager(t: TestContext, name: string, hook: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-alertmanager-"));
  const config = `
route: { receiver: millwright, group_by: [alertname], group_wait: 100ms, group_interval: 200ms, repeat_interval: 1h }
receivers:
  - name: millwright
    webhook_configs:
      - url: ${hook}
        send_resolved: true
        http_config: { authorization: { type: Bearer, credentials: ${secret} } }
`;
  writeFileSync(join(folder, "alertmanager.yaml"), config);
  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${join(folder, "alertmanager.yaml")}`,
    `--storage.path=${folder}`,
    `--web.listen-address=${address}`,
    "--cluster.listen-address=",
  ];
  const child = spawn(name, args, { stdio: "ignore" });
  t.after(async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  await until(async () => (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok === true);
  return `http://${address}/api/v2/alerts`;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail("it did not come about within a minute");
}

test("a real Alertmanager's alert becomes an incident, and its end ends it", {
  skip: program === undefined ? "not run: alertmanager" : false,
}, async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const statuses: number[] = [];
  const url = await startAlertmanager(t, program ?? "", await receiver(t, store, statuses));
  const began = new Date(Date.now() - 60_000).toISOString();
  const fire = async (instance: string, more: object = {}) => {
    const labels = {
      alertname: "MLflowDown",
      severity: "warning",
      environment: "staging",
      component: "mlflow",
      instance,
    };
    const alert = { labels, annotations: { summary: "MLflow does not answer" }, startsAt: began, ...more };
    const reply = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([alert]),
    });
    assert.equal(reply.status, 200);
  };
  const incidents = () =>
    listIncidents(store, { state: undefined, environments: undefined, before: undefined, limit: 9 });

  await fire("a");
  await fire("b");
  await until(async () => (await alertsOf(store, (await incidents())[0]?.id ?? 0)).length === 2);
  const [incident] = await incidents();
  assert.partialDeepStrictEqual(incident, {
    title: "MLflow does not answer",
    kind: "outage",
    severity: "medium",
    environment: "staging",
    component: "mlflow",
    state: "open",
  });

  const endsAt = new Date(Date.now() - 1000).toISOString();
  await fire("a", { endsAt });
  await fire("b", { endsAt });
  await until(async () => (await incidents())[0]?.state === "closed");

  assert.equal((await incidents()).length, 1);
  assert.equal(
    statuses.every((status) => status === 200),
    true,
  );
});
