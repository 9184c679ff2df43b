import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import type { Roles } from "../access/role.ts";
import { all, testNow } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";
import { recordInventory } from "../findings/store-inventory.ts";
import { recordLook } from "../findings/store-record.ts";
import { known } from "../kernel/fact.ts";
import { keepSeen } from "../live/store.ts";
import { gitlabChart as pin } from "../platform/pin.test-support.ts";

const platform =
  "environments:\n  - name: staging\n  - { name: production, ref: main, selfHeal: false, kubernetes: '1.32' }\n";
const server =
  "endpoints: [{ environment: staging, component: gitlab, system: gitlab, settings: { url: 'https://gitlab.example.org' } }]\n" +
  "clusters: [{ environment: staging, kubeconfig: 'env:KUBECONFIG_STAGING' }]\n";
const api = await wholeApi({ platform, server });
after(() => api.close());

const rest = { namespace: null, pins: ["p1"] };
await recordInventory(api.store, "repository:platform", {
  pins: [pin],
  components: [
    { name: "gitlab", environment: "production", system: "gitlab", version: "17.7.1", ...rest },
    { name: "gitlab", environment: "staging", system: "gitlab", version: "17.8.0", ...rest },
    { name: "postgresql-gitlab", environment: "production", system: "postgresql", version: "15.4", ...rest },
    { name: "own-tool", environment: "staging", system: null, version: null, ...rest },
  ],
});
await recordInventory(api.store, "cluster:production", {
  pins: [],
  components: [
    { name: "gitlab", environment: "production", system: "gitlab", version: "17.7.0", namespace: "gl", pins: [] },
  ],
});
await recordLook(
  api.store,
  {
    findings: [
      {
        id: "00000000000000bb",
        rule: "end-of-life-chart",
        title: "Old",
        group: "end-of-life",
        severity: "high",
        subject: "chart/gitlab-chart",
        environment: "production",
        places: [{ file: "apps/gitlab.yaml", line: 7, column: 1 }],
        message: "m",
        fix: "f",
      },
    ],
    suppressed: [],
    unknown: [],
    unread: [],
    blind: false,
    ran: new Set(["end-of-life-chart"]),
  },
  { id: "repository:platform" },
  testNow,
);

async function get<T>(path: string, as: Roles = all("viewer"), status = 200): Promise<T> {
  const reply = await api.ask("GET", `/api/v1${path}`, as);
  assert.equal(reply.status, status, await reply.clone().text());
  return (await reply.json()) as T;
}

interface Environments {
  readonly items: readonly {
    readonly name: string;
    readonly kind: string;
    readonly ref?: string;
    readonly selfHeal?: boolean;
    readonly secondPerson: boolean;
    readonly cluster: { readonly state: string; readonly how?: string };
    readonly endpoints: { readonly state: string; readonly count: number };
    readonly window: { readonly rules: readonly string[] };
    readonly versions: readonly {
      readonly component: string;
      readonly declared: string;
      readonly live: string | null;
      readonly running: string;
    }[];
  }[];
}

test("environments say what is set up and what not, and which versions they run", async () => {
  const [staging, production] = (await get<Environments>("/environments")).items;
  assert.ok(staging && production);

  assert.deepEqual(
    [production.kind, production.ref, production.selfHeal, production.secondPerson],
    ["production", "main", false, true],
  );
  assert.equal(staging.cluster.state, "configured");
  assert.deepEqual(
    [production.cluster.state, production.endpoints.count, staging.endpoints.count],
    ["not set up", 0, 1],
  );
  assert.match(production.cluster.how ?? "", /millwright\.server\.yaml/);
  assert.deepEqual(
    production.versions.find(({ component }) => component === "gitlab"),
    { component: "gitlab", system: "gitlab", declared: "17.7.1", live: "17.7.0", running: "different" },
  );
  assert.ok(production.window.rules.length > 0);
});

test("what live observation saw is joined to components: as declared, different, absent and unknown are four things", async () => {
  const runs = (name: string, image: string) => ({
    namespace: "apps",
    kind: "Deployment",
    name,
    application: name,
    wanted: 1,
    ready: 1,
    containers: [{ name: "main", image }],
  });
  const nothing = known([], "test");
  type Facts = Parameters<typeof keepSeen>[1]["facts"];
  const look = async (workloads: Facts["workloads"], applications: Facts["applications"] = nothing) => {
    const kinds = { drifts: nothing, certificates: nothing, served: nothing, writers: nothing };
    const facts = { environment: "staging", production: false, now: testNow, ...kinds, applications, workloads };
    await keepSeen(api.store, { facts, cluster: "c", version: "1.32", objects: 1, putBacks: [] });
  };
  const declared = (name: string) => ({ name, environment: "staging", system: null, version: "1.4.0", ...rest });
  const components = ["web", "api", "old", "odd"].map(declared);
  await recordInventory(api.store, "repository:apps", {
    pins: [],
    components: components.map((one) => ({ ...one, pins: [] })),
  });
  const standing = async () => {
    const staging = (await get<Environments>("/environments")).items.find(({ name }) => name === "staging");
    return Object.fromEntries(
      (staging?.versions ?? [])
        .filter(({ declared: version }) => version === "1.4.0")
        .map(({ component, live, running }) => [component, [live, running]]),
    );
  };

  const unknown = [null, "unknown"];
  assert.deepEqual(await standing(), { web: unknown, api: unknown, old: unknown, odd: unknown }, "never looked");
  const there = known(
    [runs("web", "example.org/web:v1.4.0"), runs("api", "example.org/api:1.3.9"), runs("odd", "a/odd:main")],
    "test",
  );
  await look(there);
  assert.deepEqual(await standing(), {
    web: ["1.4.0", "as-declared"],
    api: ["1.3.9", "different"],
    old: [null, "absent"],
    odd: unknown,
  });
  await look(there, { kind: "unknown", why: "403", howToLearn: "let it list Applications" });
  assert.deepEqual((await standing())["old"], unknown, "nobody sees whether its Application is there");
  await look(there);
  await sql`insert into live_fact (environment, kind, key, content, first_seen)
    values ('staging', 'application', 'argocd/old', '{"name": "old"}', ${testNow})`.execute(api.store.tables());
  assert.deepEqual((await standing())["old"], unknown, "its Application is there: it may be of objects alone");
  await look({ kind: "unknown", why: "403", howToLearn: "let it list deployments" });
  assert.deepEqual(await standing(), { web: unknown, api: unknown, old: unknown, odd: unknown }, "not shown any more");
  await recordInventory(api.store, "repository:apps", { pins: [], components: [] });
});

interface Shown {
  readonly system: string;
  readonly instances: readonly { readonly environment: string; readonly live: string | null }[];
  readonly pins: readonly { readonly name: string }[];
  readonly findings: readonly { readonly id: string }[];
  readonly needs: readonly { readonly id: string; readonly why: string }[];
  readonly affects: readonly { readonly id: string; readonly distance: number }[];
}

test("a component tells its versions, pins, findings by what its pins name, needs and blast radius", async () => {
  const gitlab = await get<Shown>("/components/gitlab");
  const database = await get<Shown>("/components/postgresql-gitlab");

  assert.deepEqual(
    gitlab.instances.map(({ environment, live }) => [environment, live]),
    [
      ["production", "17.7.0"],
      ["staging", null],
    ],
  );
  assert.deepEqual(
    gitlab.pins.map(({ name }) => name),
    ["gitlab-chart"],
  );
  assert.deepEqual(
    gitlab.findings.map(({ id }) => id),
    ["00000000000000bb"],
  );
  assert.ok(gitlab.needs.some(({ id }) => id === "postgresql-gitlab"));
  assert.deepEqual(database.affects[0]?.distance, 1);
  assert.ok(database.affects.some(({ id }) => id === "gitlab"));
});

test("what nobody declares or sees is not there, and one environment's viewer sees only that one", async () => {
  await get("/components/nothing", all("viewer"), 404);
  await get("/components/postgresql-gitlab", { staging: "viewer" }, 404);
  const gitlab = await get<Shown>("/components/gitlab", { staging: "viewer" });
  assert.deepEqual([gitlab.instances.map(({ environment }) => environment), gitlab.findings], [["staging"], []]);
});

interface Graph {
  readonly nodes: readonly {
    readonly id: string;
    readonly components: readonly { readonly environment: string; readonly version: string | null }[];
  }[];
  readonly order: readonly { readonly members: readonly string[] }[];
  readonly affected?: readonly { readonly id: string }[];
}

test("the graph has every component once, an order in which needs come first, and a blast radius", async () => {
  const graph = await get<Graph>("/graph?of=postgresql-gitlab&alone=true");

  const gitlab = graph.nodes.find(({ id }) => id === "gitlab");
  assert.deepEqual(
    gitlab?.components.map(({ environment, version }) => [environment, version]),
    [
      ["production", "17.7.0"],
      ["staging", "17.8.0"],
    ],
  );
  assert.ok(graph.nodes.some(({ id }) => id === "component-own-tool"));
  const order = graph.order.flatMap(({ members }) => members);
  assert.ok(order.indexOf("postgresql-gitlab") < order.indexOf("gitlab"));
  assert.ok(graph.affected?.some(({ id }) => id === "gitlab"));
  assert.ok((await get<Graph>("/graph?of=own-tool")).affected);
  const staging = await get<Graph>("/graph?environment=staging");
  assert.equal(staging.nodes.find(({ id }) => id === "gitlab")?.components.length, 1);
  await get("/graph?of=nothing", all("viewer"), 422);
});

test("a graph without what stands alone says how many those are", async () => {
  const linked = await get<Graph & { readonly alone: number }>("/graph");

  assert.equal(linked.alone, 1);
  assert.ok(linked.nodes.every(({ id }) => id !== "component-own-tool"));
  assert.ok(linked.order.every(({ members }) => !members.includes("component-own-tool")));
  const focused = await get<Graph>("/graph?of=own-tool");
  assert.ok(focused.nodes.some(({ id }) => id === "component-own-tool"));
});

test("what a look finds is in the next answer, and what it no longer finds is not", async () => {
  const components = [{ name: "late", environment: "staging", system: null, version: "1", ...rest }];
  await recordInventory(api.store, "repository:other", { pins: [], components });

  const isThere = async (): Promise<boolean> =>
    (await get<Graph>("/graph?alone=true")).nodes.some(({ id }) => id === "component-late");
  assert.equal(await isThere(), true);
  await recordInventory(api.store, "repository:other", { pins: [], components: [] });
  assert.equal(await isThere(), false);
});

test("the matrix shows what runs before what is declared", async () => {
  const matrix = await get<{
    readonly environments: readonly string[];
    readonly rows: readonly {
      readonly component: string;
      readonly versions: readonly (string | null)[];
      readonly live: readonly boolean[];
      readonly declared: readonly (string | null)[];
      readonly running: readonly (string | null)[];
      readonly differs: boolean;
    }[];
  }>("/matrix");

  assert.deepEqual(matrix.environments, ["staging", "production"]);
  const gitlab = matrix.rows.find(({ component }) => component === "gitlab");
  assert.deepEqual(
    [gitlab?.versions, gitlab?.live, gitlab?.declared, gitlab?.differs],
    [["17.8.0", "17.7.0"], [false, true], ["17.8.0", "17.7.1"], true],
  );
  assert.deepEqual(gitlab?.running, ["unknown", "different"]);
});
