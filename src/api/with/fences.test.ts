import assert from "node:assert/strict";
import { test } from "node:test";
import { absent, known } from "../../kernel/fact.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { KubeName, KubeReader } from "../../kernel/kube.ts";
import type { ObservationTables } from "../../observations/tables.ts";
import { ServerConfig } from "../../platform/server-config.ts";
import { testStore } from "../../store/test-support.ts";
import { systems } from "../../systems/index.ts";
import { testNow } from "../test-support.ts";
import type { Building } from "./capability.ts";
import { fencesOf } from "./fences.ts";

const later = (seconds: number): Instant => instantOf(Date.parse(testNow) + seconds * 1000);

const config = ServerConfig.parse({
  clusters: [{ environment: "production", kubeconfig: "file:/nowhere" }],
  endpoints: ["gitlab", "gitlab-runner", "mlflow"].map((component) => ({
    environment: "production",
    component,
    system: component,
    settings: {},
  })),
  backups: {
    environments: [
      {
        environment: "production",
        repository: "/nowhere",
        key: "env:KEY",
        fence: {
          scaleDown: [
            { namespace: "gitlab", name: "gitlab-sidekiq-all-in-1-v2" },
            { namespace: "mlops", name: "tracking", component: "mlflow" },
            { namespace: "db", name: "other", kind: "statefulset" },
          ],
        },
      },
    ],
  },
});

test("what carries a run's mark and is scaled down is held, by its component; who does not renew it is gone; a cluster that is silent says nothing", async (t) => {
  const store = await testStore();
  t.after(() => store.close());
  const marks = new Map<string, { readonly by: string; readonly at: string }>();
  const up = new Set<string>();
  const logged: string[] = [];
  let answers: "yes" | "no" | "never" = "yes";
  const reader = {
    async get({ name, plural }: KubeName) {
      if (answers === "never") return new Promise(() => undefined);
      if (answers === "no") return { kind: "unknown", why: "403", howToLearn: "grant get" };
      if (plural === "statefulsets") return absent("the cluster");
      const mark = marks.get(name);
      const annotations = mark === undefined ? {} : { "millwright.dev/fence": JSON.stringify({ ...mark, was: "1" }) };
      const spec = { replicas: up.has(name) ? 1 : 0 };
      return known({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, annotations }, spec }, "the cluster");
    },
  } as unknown as KubeReader;
  const look = fencesOf({
    parts: {
      config: () => config,
      useSecret: async () => "",
      log: ({ message }: { readonly message: string }) => logged.push(message),
    },
    ports: {
      openCluster: async () => reader,
      // Over at once for a cluster that hangs, and never for one that answers.
      probes: {
        systems,
        wait: () => (answers === "never" ? Promise.resolve() : new Promise(() => undefined)),
      },
    },
  } as unknown as Building);
  const holds = async () => {
    const kept = store.tables<ObservationTables>().selectFrom("component_holds").selectAll().orderBy("component");
    return (await kept.execute()).map((row) => [
      row.component,
      row.by,
      row.since,
      row.seen_at,
      row.left_at,
      row.probes,
    ]);
  };

  await look(store, later(0));
  assert.deepEqual(await holds(), []);
  marks.set("gitlab-sidekiq-all-in-1-v2", { by: "backup run 7", at: later(30) });
  marks.set("tracking", { by: "backup run 7", at: later(30) });
  await look(store, later(60));
  marks.set("tracking", { by: "backup run 7", at: later(110) });
  await look(store, later(180));
  assert.deepEqual(await holds(), [
    ["gitlab", "backup run 7", later(60), later(180), later(30), ["sidekiq"]],
    ["mlflow", "backup run 7", later(60), later(180), null, null],
  ]);

  for (answers of ["no", "never"] as const) await look(store, later(240));
  assert.deepEqual((await holds()).length, 2);
  assert.match(logged.join(), /the fence of production cannot be looked at: 403 grant get/);
  answers = "yes";
  marks.clear();
  await look(store, later(361));
  assert.deepEqual(await holds(), [], "long enough ago");

  const moments = ["never", later(3600), "+275760-09-13T00:00:00.000Z", "-271821-04-20T00:00:00.000Z", "0000-01-01"];
  for (const at of moments) {
    marks.set("tracking", { by: "anybody", at });
    await look(store, later(420));
    assert.deepEqual(await holds(), [], `nobody renewed it ${at}`);
  }
  marks.set("tracking", { by: `any\u0000body\u001b[2J${"!".repeat(1000)}`, at: later(420) });
  up.add("tracking");
  await look(store, later(420));
  assert.deepEqual(await holds(), [], "it is up: whatever its probes say is its own");
  up.clear();
  await look(store, later(420));
  const [first] = await holds();
  assert.match(String(first?.[1]), /^any body \[2J!{87}…$/);
});
