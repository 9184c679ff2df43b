import assert from "node:assert/strict";
import { test } from "node:test";
import { listOrders } from "../../calendar/store.ts";
import { orderOf } from "../../calendar/tables.ts";
import { parseConfig } from "../../findings/platform-file.ts";
import { recordLook } from "../../findings/store-record.ts";
import { listIncidents } from "../../incidents/store.ts";
import { instantOf } from "../../kernel/instant.ts";
import { certificateYaml } from "../../live/examples.ts";
import { offerFor } from "../../live/offer.ts";
import { listFacts, listLooks } from "../../live/store.ts";
import { recordSamples } from "../../observations/store-samples.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { testNow } from "../test-support.ts";
import { calendarOf } from "./calendar.ts";
import { bench, drifted, fine } from "./live.test-support.ts";

const { gates: gate } = ServerConfig.parse({});

test("a change by hand is found with field, author and age, stays while the cluster is away, and closes once it is put back", async (t) => {
  const { store, world, turn, found, opened } = await bench(t);
  world.text = drifted;
  await turn();
  assert.deepEqual(await found(), [["drift-by-hand", "high", "production"]]);
  assert.deepEqual(opened, ["env:KUBECONFIG"], "the observer's, wherever it is kept");
  const all = { visible: undefined };
  const [drift] = await listFacts(store, "drift", all);
  assert.deepEqual(
    [drift?.content.field, drift?.content.git, drift?.content.live, drift?.content.author, drift?.content.selfHeal],
    ["spec.replicas", "1", "5", "kubectl-edit", false],
  );

  world.away = true;
  await turn();
  assert.equal((await found()).length, 1);
  assert.equal((await listFacts(store, "drift", all)).length, 1, "what was seen stays to be read");
  const [look] = await listLooks(store, undefined);
  assert.match(look?.why ?? "", /ECONNREFUSED/);

  world.away = false;
  world.text = fine;
  await turn();
  assert.deepEqual(await found(), []);
  assert.deepEqual(await listFacts(store, "drift", all), []);
  assert.equal((await listLooks(store, undefined))[0]?.why, null);
});

test("the finding names its procedure and arguments, bound to the drift as it is", async (t) => {
  const { store, world, turn } = await bench(t);
  world.text = drifted;
  await turn();
  const finding = { rule: "drift-by-hand", environment: "production", subject: "application/mlflow" };
  const first = await offerFor(store, finding, gate);
  assert.equal(first?.procedure, "put-back");
  assert.deepEqual(first.arguments["resources"], [
    { group: "apps", kind: "Deployment", namespace: "mlops", name: "mlflow" },
  ]);
  world.text = drifted.replace("replicas: 5", "replicas: 6");
  await turn();
  const second = await offerFor(store, finding, gate);
  assert.notEqual(second?.arguments["digest"], first.arguments["digest"]);
  assert.equal(await offerFor(store, { ...finding, rule: "drift-out-of-sync" }, gate), undefined);
});

test("a gate is offered where enough is measured for what the server's configuration asks for", async (t) => {
  const { store, world, turn } = await bench(t);
  world.text = drifted;
  await turn();
  const finding = { rule: "drift-by-hand", environment: "production", subject: "application/mlflow" };
  const of = { environment: "production", component: "mlflow", system: "mlflow", probe: "version", subject: "version" };
  for (let index = 1; index <= 6; index += 1) {
    const at = instantOf(Date.now() - index * 10_000);
    const metrics = [{ name: "millwright_probe_millis", value: 20 }];
    await recordSamples(store, [{ ...of, state: "healthy", tells: "own", evidence: "", at, metrics }] as never);
  }

  const policy = { ...gate, minSamples: 5, beforeMinutes: 30 };
  assert.deepEqual((await offerFor(store, finding, policy))?.arguments["measured"], { component: "mlflow", ...policy });
  assert.equal((await offerFor(store, finding, gate))?.arguments["measured"], undefined);
});

test("a certificate that has expired is an incident at the next look, in production and elsewhere", async (t) => {
  const { store, world, turn, found } = await bench(t, ["production", "staging"]);
  world.text = certificateYaml('{ notAfter: "2020-01-01T00:00:00Z", conditions: [{ type: Ready, status: "True" }] }');
  await turn();
  assert.deepEqual(await found(), [
    ["certificate-expired", "critical", "production"],
    ["certificate-expired", "high", "staging"],
  ]);
  const filter = { environments: undefined, state: undefined, before: undefined, limit: 9 };
  const incidents = await listIncidents(store, filter);
  assert.deepEqual(
    incidents
      .map(({ environment, severity, source }) => `${environment} ${severity} ${source}`)
      .toSorted((a, b) => (a < b ? -1 : 1)),
    ["production critical rule", "staging high rule"],
  );
  await turn();
  assert.equal((await listIncidents(store, filter)).length, 2, "and once");
});

test("a suppression of millwright.yaml reaches it; a cluster that is no longer configured takes its findings along", async (t) => {
  const { store, world, turn, found } = await bench(t);
  world.text = drifted;
  world.platform += "suppress:\n  - { rule: drift-by-hand, reason: a trial of more replicas, until: 2099-01-01 }\n";
  await turn();
  assert.deepEqual(await found(), []);
  assert.equal((await found("suppressed")).length, 1);
  world.clusters = [];
  await turn();
  assert.deepEqual(await found("suppressed"), []);
  assert.deepEqual(await listFacts(store, "application", { visible: undefined }), []);
});

test("the work order of a change by hand offers its procedure with the arguments of the drift", async (t) => {
  const { store, world, turn } = await bench(t);
  world.text = drifted;
  await turn();
  const parts = { store, config: () => ServerConfig.parse({}), log: () => undefined, mode: () => "act" };
  const ports = { record: async () => undefined, notify: async () => undefined };
  const platform = parseConfig(world.platform, "millwright.yaml");
  const source = { id: "repository:platform" };
  await recordLook(store, { ...nothing, blind: false }, source, testNow);
  const { jobs, calendar } = calendarOf({
    parts,
    ports,
    platform: () => platform,
    look: async () => undefined,
  } as never);
  const job = jobs?.find(({ id }) => id === "calendar");
  assert.ok(job);
  await job.run({ store, now: testNow, signal: new AbortController().signal, missed: 0 });
  const filter = { state: "open", environment: undefined, visible: undefined } as const;
  const order = (await listOrders(store, filter, undefined, 99)).find(({ origin }) => origin.kind === "finding");
  assert.match(order?.title ?? "", /Changed by hand.*application\/mlflow/);
  assert.ok(order);
  const offer = await calendar.offer(store, orderOf(order));
  assert.equal(offer?.procedure, "put-back");
  assert.match(String(offer.arguments["digest"]), /^[0-9a-f]{64}$/);
});

const nothing = { findings: [], suppressed: [], unknown: [], ran: new Set<string>(), unread: [] };
