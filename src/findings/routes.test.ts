import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Roles } from "../access/role.ts";
import { all, testApi, testNow } from "../api/test-support.ts";
import type { Pin } from "../platform/pin.ts";
import type { Finding } from "./finding.ts";
import { findingRoutes } from "./routes.ts";
import { recordInventory } from "./store-inventory.ts";
import { recordLook } from "./store-record.ts";

const api = await testApi(findingRoutes);
after(() => api.close());

const idOf = (index: number): string => index.toString(16).padStart(16, "0");
const finding = (index: number, environment: string | undefined): Finding => ({
  id: idOf(index),
  rule: "pinning-image",
  title: "An image moves",
  group: "pinning",
  severity: "high",
  subject: `image/${index}\nsecond line`,
  environment,
  places: [{ file: "a.yaml", line: 1, column: 1 }],
  message: "m",
  fix: "f",
});
const pin: Pin = {
  id: "p1",
  file: "a.yaml",
  line: 1,
  column: 1,
  range: [0, 1],
  path: "image",
  reader: "manifests",
  kind: "image",
  name: "nginx",
  version: null,
  digest: null,
  source: null,
  state: "missing",
  environment: "staging",
};
const component = { system: "mlflow", namespace: null, version: "3.1.0", pins: ["p1"] };

await recordLook(
  api.store,
  {
    findings: [finding(1, "production"), finding(2, "staging"), finding(3, undefined)],
    suppressed: [],
    unknown: [],
    ran: new Set(["pinning-image"]),
    unread: [],
    blind: false,
  },
  { id: "repository:platform", revision: "abc" },
  testNow,
  ["b.yaml:1: not YAML"],
);
await recordInventory(api.store, "repository:platform", {
  pins: [pin],
  components: [
    { name: "mlflow", environment: "production", ...component },
    { name: "mlflow", environment: "staging", ...component },
    { name: "mlflow", environment: null, ...component },
  ],
});

async function get(
  path: string,
  as: Roles = all("viewer"),
): Promise<{ readonly status: number; readonly body: never }> {
  const reply = await api.ask("GET", `/api/v1${path}`, as);
  return { status: reply.status, body: (await reply.json()) as never };
}

interface Items {
  readonly items: readonly { readonly id: string; readonly environment?: string | null }[];
  readonly next?: string;
}

test("pages of findings fit together, whatever their size", async () => {
  const ids: string[] = [];
  let cursor = "";
  for (let pages = 0; pages < 5; pages += 1) {
    const { items, next }: Items = (await get(`/findings?limit=1${cursor}`)).body;
    ids.push(...items.map(({ id }) => id));
    if (next === undefined) break;
    cursor = `&cursor=${next}`;
  }
  assert.deepEqual(ids, [idOf(1), idOf(2), idOf(3)]);
  assert.equal((await get("/findings?cursor=bm9uc2Vuc2U")).status, 422);
});

test("who may see one environment sees what is in it and nothing else", async () => {
  const staging: Roles = { staging: "viewer" };
  assert.deepEqual(
    ((await get("/findings", staging)).body as Items).items.map(({ id }) => id),
    [idOf(2)],
  );
  assert.equal((await get(`/findings/${idOf(2)}`, staging)).status, 200);
  assert.equal((await get(`/findings/${idOf(1)}`, staging)).status, 403);
  assert.equal((await get(`/findings/${idOf(3)}`, staging)).status, 403);
  assert.deepEqual(
    ((await get("/components", staging)).body as Items).items.map(({ environment }) => environment),
    ["staging"],
  );
  assert.equal(((await get("/inventory", { production: "viewer" })).body as Items).items.length, 0);
  assert.equal((await get("/sources", staging)).status, 403);
});

test("one finding tells who shows it and what became of it", async () => {
  const { body } = await get(`/findings/${idOf(1)}`);
  const { sources, history, state, environment } = body as {
    readonly sources: readonly object[];
    readonly history: readonly object[];
    readonly state: string;
    readonly environment: string;
  };
  assert.deepEqual([state, environment], ["open", "production"]);
  assert.deepEqual(sources, [
    { source: "repository:platform", shows: "yes", firstSeenAt: testNow, lastSeenAt: testNow },
  ]);
  assert.deepEqual(history, [{ at: testNow, kind: "opened", source: "repository:platform", detail: "abc" }]);
});

test("what there is not is not there, and what is no id is refused", async () => {
  assert.equal((await get("/findings/ffffffffffffffff")).status, 404);
  assert.equal((await get("/findings/nonsense")).status, 400);
  assert.equal((await get("/findings?state=broken")).status, 400);
});

test("a suppression is proposed as a line of the platform's file, which a comment cannot break out of", async () => {
  const reason = encodeURIComponent('The registry is "ours"');
  const { status, body } = await get(`/findings/${idOf(1)}/suppression?reason=${reason}&until=2027-01-31`);
  assert.equal(status, 200);
  const { add } = body as { readonly add: string };
  assert.equal(
    add,
    `suppress:\n  - finding: "${idOf(1)}" # pinning-image, image/1 second line\n    reason: "The registry is \\"ours\\""\n    until: 2027-01-31\n`,
  );
  assert.equal((await get(`/findings/${idOf(1)}/suppression?reason=${reason}&until=2020-01-31`)).status, 422);
  assert.equal((await get(`/findings/${idOf(1)}/suppression?reason=short&until=2027-01-31`)).status, 400);
});

test("counts, sources and pins say what the last look showed", async () => {
  assert.deepEqual((await get("/finding-counts", { production: "viewer" })).body, {
    counts: [{ environment: "production", severity: "high", state: "open", count: 1 }],
  });
  const { sources } = (await get("/sources")).body as { readonly sources: readonly Record<string, unknown>[] };
  assert.deepEqual(sources[0]?.["problems"], ["b.yaml:1: not YAML"]);
  const { items } = (await get("/inventory?state=missing")).body as {
    readonly items: readonly { readonly pin: unknown }[];
  };
  assert.deepEqual(
    items.map((item) => item.pin),
    [pin],
  );
});
