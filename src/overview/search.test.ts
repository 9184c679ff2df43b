import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Roles } from "../access/role.ts";
import { all } from "../api/test-support.ts";
import { wholeApi } from "../api/whole.test-support.ts";
import { recordInventory } from "../findings/store-inventory.ts";

const api = await wholeApi();
after(() => api.close());

const rest = { namespace: null, pins: [] };
await recordInventory(api.store, "repository:platform", {
  pins: [],
  components: [
    { name: "keycloak-proxy", environment: "production", system: null, version: null, ...rest },
    { name: "keycloak", environment: "production", system: "keycloak", version: "26.0", ...rest },
  ],
});
for (const body of [
  { title: "Keycloak to 26.4", environment: "production" },
  { title: "Keycloak to 26.4", environment: "staging" },
])
  assert.equal((await api.ask("POST", "/api/v1/work-orders", all("operator"), { body })).status, 201);

interface Hit {
  readonly kind: string;
  readonly id: string;
  readonly route: string;
  readonly cli: string;
}

async function find(query: string, as: Roles = all("viewer")): Promise<readonly Hit[]> {
  const reply = await api.ask("GET", `/api/v1/search?${query}`, as);
  assert.equal(reply.status, 200, await reply.clone().text());
  return ((await reply.json()) as { readonly items: readonly Hit[] }).items;
}

test("a word finds components, work, duties and lines of the guides, the exact name first", async () => {
  const hits = await find("q=keycloak");

  assert.deepEqual(hits[0], {
    kind: "component",
    id: "keycloak",
    title: "keycloak",
    says: "keycloak 26.0",
    environment: null,
    route: "/components/keycloak",
    cli: "millwright component show keycloak",
  });
  assert.deepEqual(new Set(hits.map(({ kind }) => kind)), new Set(["component", "work", "duty", "guide"]));
});

test("who sees one environment finds nothing of another, and signs of a pattern mean nothing", async () => {
  const hits = await find("q=keycloak", { staging: "viewer" });
  assert.equal(hits.filter(({ kind }) => kind === "component").length, 0);
  assert.equal(hits.filter(({ kind }) => kind === "work").length, 1);
  assert.deepEqual(await find("q=%25%25_%25"), []);
});

test("an id finds the thing itself, a kind and a limit narrow it", async () => {
  const [work] = await find("q=keycloak&kind=work");
  assert.deepEqual(
    (await find(`q=${work?.id}`)).map(({ id }) => id),
    [work?.id],
  );
  assert.equal((await find("q=a&kind=guide&limit=3")).length, 3);
});
