import assert from "node:assert/strict";
import { test } from "node:test";
import { listFindings } from "../../findings/store-read.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import { applicationYaml } from "../../live/examples.ts";
import { liveRoutes } from "../../live/routes.ts";
import { keepHolds } from "../../observations/holds.ts";
import { all, type TestApi, testApi, testNow } from "../test-support.ts";
import { bench } from "./live.test-support.ts";

const later = (seconds: number): Instant => instantOf(Date.parse(testNow) + seconds * 1000);
const by = "backup run 7";

/** A Deployment as its cluster shows it; `at`: when the mark was renewed that a fence put on it. */
function deployment(given: { readonly replicas: number; readonly at?: Instant; readonly paused?: boolean }): string {
  const { replicas, at, paused } = given;
  const mark = JSON.stringify({ by, at, was: "1" });
  const owned = [
    ...(at === undefined
      ? []
      : [
          `{ manager: millwright-fence, operation: Update, time: "${at}", fieldsV1: { "f:metadata": { "f:annotations": { "f:millwright.dev/fence": {} } }, "f:spec": { "f:replicas": {} } } }`,
        ]),
    ...(paused === undefined
      ? []
      : [
          `{ manager: kubectl-edit, operation: Update, time: "2026-11-19T14:03:00Z", fieldsV1: { "f:spec": { "f:paused": {} } } }`,
        ]),
  ];
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: mlops
  name: mlflow
  annotations: { note: here${at === undefined ? "" : `, millwright.dev/fence: '${mark}'`} }
  managedFields: [${owned.join(", ")}]
spec:
  replicas: ${replicas}
  paused: ${paused ?? false}
  template: { spec: { containers: [{ name: mlflow, image: "registry.example.org/mlflow:2.22.0" }] } }
`;
}

const cluster = (given: Parameters<typeof deployment>[0]): string => `${applicationYaml()}---\n${deployment(given)}`;

interface Shown {
  readonly field: string;
  readonly live: string;
  readonly held: string | null;
}

async function scene(t: { after(work: () => unknown): void }) {
  const benches: Awaited<ReturnType<typeof bench>>[] = [];
  const api: TestApi = await testApi(liveRoutes, async (store) => {
    const one = await bench(t, ["production"], store);
    benches.push(one);
    return { services: one.services };
  });
  t.after(() => api.close());
  const [made] = benches;
  assert.ok(made);
  made.world.fenced = true;
  const items = async <T>(path: string): Promise<readonly T[]> => {
    const reply = await api.ask("GET", `/api/v1${path}`, all("viewer"));
    return ((await reply.json()) as { readonly items: readonly T[] }).items;
  };
  return {
    ...made,
    drifts: async () => (await items<Shown>("/drift")).map(({ field, live, held }) => [field, live, held]),
    offers: async () => (await items("/drift/put-back")).length,
    putBack: async () => {
      const body = { application: "mlflow", environment: "production" };
      const reply = await api.ask("POST", "/api/v1/drift/put-back", all("operator"), { body });
      return [reply.status, await reply.text()] as const;
    },
    fixes: async () => {
      const open = await listFindings(
        api.store,
        { state: "open", visible: undefined },
        { after: undefined, limit: 20 },
      );
      return open.map(({ fix }) => fix);
    },
  };
}

test("what a backup holds down is shown as held, is no finding, and is not put back; once nobody renews the mark it is drift", async (t) => {
  const { world, turn, found, drifts, offers, putBack } = await scene(t);
  const held = `held down by ${by} since ${testNow.slice(0, 16)}Z`;
  for (const seconds of [0, 60, 23 * 3600]) {
    world.now = later(seconds);
    world.text = cluster({ replicas: 0, at: later(seconds - 20) });
    await turn();
    assert.deepEqual(await drifts(), [["spec.replicas", "0", held]]);
    assert.deepEqual([await found(), await offers()], [[], 0]);
  }

  world.now = testNow;
  await turn();
  const [status, text] = await putBack();
  assert.equal(status, 409);
  assert.match(text, /Deployment mlops\/mlflow is held down by backup run 7 since 2026-11-20T09:00Z/);

  const outOfSync = [["drift-out-of-sync", "medium", "production"]];
  world.now = later(160);
  world.text = cluster({ replicas: 0, at: testNow });
  await turn();
  assert.deepEqual(await drifts(), [["spec.replicas", "0", null]], "its run is gone");
  assert.deepEqual(await found(), outOfSync);

  world.now = later(220);
  world.text = cluster({ replicas: 0, at: later(210) });
  await turn();
  assert.deepEqual(await found(), [], "it was only late");
  world.now = later(25 * 3600);
  world.text = cluster({ replicas: 0, at: later(25 * 3600) });
  await turn();
  assert.deepEqual(await found(), outOfSync, "it hangs");
});

test("a workload of a rendered chart that only the fence wrote to since the last sync is held as well", async (t) => {
  const { world, turn, found, drifts } = await scene(t);
  world.git = "kind: none\n";
  world.text = cluster({ replicas: 0, at: testNow });
  await turn();
  assert.deepEqual(await found(), []);
  assert.deepEqual(
    (await drifts()).map(([field, , held]) => [field, typeof held]),
    [["spec.replicas", "string"]],
  );
});

test("of a workload that is held what a person changed stays a finding, and is put back once it was given back", async (t) => {
  const { store, world, turn, found, drifts, offers, putBack, fixes } = await scene(t);
  world.git = `apiVersion: apps/v1
kind: Deployment
metadata: { namespace: mlops, name: mlflow }
spec: { replicas: 1, paused: false }
`;
  const byHand = [["drift-by-hand", "high", "production"]];
  world.text = cluster({ replicas: 1, paused: true });
  await turn();
  assert.deepEqual([await found(), await offers()], [byHand, 1]);
  const hold = { workload: "deployment mlops/mlflow", component: "mlflow", by, probes: undefined, leftAt: undefined };
  await keepHolds(store, "production", [hold], testNow);
  assert.equal((await putBack())[0], 409, "held since the last look");

  world.text = cluster({ replicas: 0, paused: true, at: testNow });
  await turn();
  assert.deepEqual(
    (await drifts()).map(([field, live, held]) => [field, live, typeof held]),
    [
      ["spec.paused", "true", "object"],
      ["spec.replicas", "0", "string"],
    ],
  );
  assert.deepEqual([await found(), await offers()], [byHand, 0]);
  assert.match((await fixes()).join(), /once that has ended/);
  assert.doesNotMatch((await fixes()).join(), /spec\.replicas/);
  assert.equal((await putBack())[0], 409);

  world.now = later(240);
  world.text = cluster({ replicas: 1, paused: true });
  await turn();
  assert.deepEqual([await found(), await offers()], [byHand, 1]);
  assert.match((await fixes()).join(), /millwright drift put-back mlflow/);
});

test("what nobody marked is drift, whoever scaled it down", async (t) => {
  const { world, turn, found, drifts } = await scene(t);
  world.text = cluster({ replicas: 0 });
  await turn();
  assert.deepEqual(await drifts(), [["spec.replicas", "0", null]]);
  assert.deepEqual(await found(), [["drift-out-of-sync", "medium", "production"]]);
});
