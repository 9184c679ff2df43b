import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../findings/finding.ts";
import { listIncidents, timelineOf } from "../../incidents/store.ts";
import { instantOf } from "../../kernel/instant.ts";
import { defaultConfig } from "../../platform/config.ts";
import type { NoticeDraft } from "../../platform/record.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import type { Store } from "../../store/store.ts";
import { testStore } from "../../store/test-support.ts";
import { hooksOf } from "../hooks-of.ts";
import { testNow } from "../test-support.ts";
import type { Building } from "./capability.ts";
import { incidentsOf } from "./incidents.ts";

const config = ServerConfig.parse({
  incidents: { call: [{ name: "Ada", address: "ada@example.org" }] },
  webhooks: [{ name: "pager", kind: "pager", secret: "env:PAGER" }],
});

function incidentsOn(store: Store, notices: NoticeDraft[] = []) {
  const parts = { store, config: () => config, clock: { now: () => testNow } };
  const ports = {
    record: async () => undefined,
    notify: async (_: Store, draft: NoticeDraft) => void notices.push(draft),
  };
  // Only what incidents use of it.
  return incidentsOf({ parts, ports } as unknown as Building);
}

const finding = (id: string, environment: string, severity: Finding["severity"] = "critical"): Finding => ({
  id,
  rule: "secrets-in-git",
  title: "A secret is in Git",
  group: "secrets",
  severity,
  subject: "file/values.yaml",
  environment,
  places: [{ file: "values.yaml", line: 1, column: 1 }],
  message: "m",
  fix: "f",
});

const all = { environments: undefined, state: undefined, before: undefined, limit: 9 };

test("a critical finding that opens in production is an incident and calls people; any other is not", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const notices: NoticeDraft[] = [];
  const platform = { ...defaultConfig, environments: [{ name: "prod", paths: [] }] };
  const opened = incidentsOn(store, notices).opened?.(platform);
  const found = [finding("f1", "prod"), finding("f2", "staging"), finding("f3", "prod", "high")];
  await store.transaction(async (part) => opened?.(part, found, testNow));
  const incidents = await listIncidents(store, all);
  assert.deepEqual(
    incidents.map(({ title, kind, environment }) => [title, kind, environment]),
    [["A secret is in Git: file/values.yaml", "vulnerability", "prod"]],
  );
  assert.deepEqual(notices[0]?.audience, ["ada@example.org"]);
  assert.equal(notices[0]?.page?.action, "trigger");

  await opened?.(store, found, testNow);
  assert.equal((await listIncidents(store, all)).length, 1, "the same finding does not make a second one");
});

test("one expired certificate, seen by a rule and by two probes, is one incident and one call; another one is another", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const notices: NoticeDraft[] = [];
  const opened = incidentsOn(store, notices).opened?.(defaultConfig);
  const of = (id: string, rule: string, subject: string, file: string, message: string): Finding => ({
    ...finding(id, "production"),
    rule,
    subject,
    message,
    group: "health",
    places: [{ file, line: 1, column: 1 }],
  });
  const over = "Certificate mlflow/tls (mlflow.example.org) expired at 2026-11-19T00:00:00.000Z.";
  const seen = "mlflow.example.org: CN=mlflow was valid until 2026-11-19T00:00Z and has expired";
  const place = "observations/production";
  const found = [
    of("f1", "certificate-expired", "certificate/mlflow/tls", "mlflow/Certificate/tls", over),
    of(
      "f2",
      "health-certificate-ended",
      "component/cert-manager",
      `${place}/cert-manager/certificates/certificate/mlflow/tls`,
      "Ready=False",
    ),
    of("f3", "health-certificate-ended", "component/mlflow", `${place}/mlflow/certificate/certificate`, seen),
    of(
      "f4",
      "health-certificate-ended",
      "component/hub",
      `${place}/hub/certificate/certificate`,
      seen.replaceAll("mlflow", "hub"),
    ),
    {
      ...of("f5", "certificate-expired", "certificate/mlflow/tls", "mlflow/Certificate/tls", over),
      environment: "staging",
    },
  ];
  for (const one of found) await opened?.(store, [one], testNow);
  const incidents = (await listIncidents(store, all)).toReversed();
  assert.deepEqual(
    incidents.map(({ environment, title }) => [environment, title.split(": ")[1]]),
    [
      ["production", "certificate/mlflow/tls"],
      ["production", "component/hub"],
      ["staging", "certificate/mlflow/tls"],
    ],
  );
  assert.equal(notices.length, 3);
  const notes = (await timelineOf(store, incidents[0]?.id ?? 0)).filter(({ kind }) => kind === "note");
  assert.deepEqual(
    notes.map(({ text }) => /component\/[\w-]+/.exec(text)?.[0]),
    ["component/cert-manager", "component/mlflow"],
  );
});

test("what the pager says through its hook acknowledges the incident, and reviews that are due are called for", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const notices: NoticeDraft[] = [];
  const incidents = incidentsOn(store, notices);
  await incidents.opened?.(defaultConfig)(store, [finding("f1", "production")], testNow);
  const [incident] = await listIncidents(store, all);
  const { takeFromPager } = incidents;
  const [hook] = hooksOf(config, {
    store,
    clock: { now: () => testNow },
    useSecret: async () => "s3cret",
    takeAlerts: undefined,
    takeFromPager,
  });
  const say = (action: string) => hook?.receive({ thread: `millwright/incident/${incident?.id}`, action, by: "Bo" });
  await say("acknowledge");
  assert.equal((await listIncidents(store, all))[0]?.state, "acknowledged");
  await say("resolve");
  assert.equal((await listIncidents(store, all))[0]?.state, "resolved");

  const [job] = incidents.jobs ?? [];
  const turn = { store, signal: new AbortController().signal, missed: 0 };
  await job?.run({ ...turn, now: testNow });
  const due = (): number => notices.filter(({ key }) => key.includes("review-due")).length;
  assert.equal(due(), 0);
  await job?.run({ ...turn, now: instantOf(Date.parse(testNow) + 8 * 86_400_000) });
  assert.equal(due(), 1);
});

test("a hook of a kind that nothing here takes in says so", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const [hook] = hooksOf(config, {
    store,
    clock: { now: () => testNow },
    useSecret: async () => "s3cret",
    takeAlerts: undefined,
    takeFromPager: undefined,
  });
  await assert.rejects(async () => hook?.receive({}), /takes nothing of that kind/);
});
