import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import * as z from "zod";
import { environmentsOf } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { recordInventory } from "../findings/store-inventory.ts";
import type { Store } from "../store/store.ts";
import { routes } from "./routes.ts";
import { all, type TestApi, testApi } from "./test-support.ts";
import { wholeApi } from "./whole.test-support.ts";

let api: TestApi;
before(async () => {
  api = await wholeApi();
  await deploy(api.store, "17.1.0");
});
after(() => api.close());

function deploy(store: Store, version: string) {
  const component = { name: "gitlab", system: "gitlab", environment: "production", namespace: null, version, pins: [] };
  return recordInventory(store, "repository:platform", { components: [component], pins: [] });
}

const textOf = async (path: string): Promise<string> => (await api.ask("GET", `/api/v1${path}`, all("viewer"))).text();

const kept = routes.flatMap((route) => (route.kind === "answer" && route.kept !== undefined ? [route.path] : []));

/** Without marks, as no write of ours can be. */
const secretly = (work: (part: Store) => Promise<unknown>) =>
  api.store.transaction(async (part) => {
    await sql`set local session_replication_role = replica`.execute(part.tables());
    await work(part);
  });

test("every answer that may be kept is kept: it reads nothing whose changes leave no mark", async () => {
  const before = new Map<string, string>();
  for (const path of kept) before.set(path, await textOf(path));

  await secretly(async (part) => {
    await deploy(part, "17.9.0");
    await sql`update observed_source set at = now()`.execute(part.tables());
    await sql`update configuration_in_force set since = now()`.execute(part.tables());
  });

  assert.ok(kept.length >= 7, kept.join(" "));
  for (const path of kept) assert.equal(await textOf(path), before.get(path), path);
});

test("what a write changed shows in the very next answer", async () => {
  for (const version of ["17.2.0", "17.3.0", "17.4.0"]) {
    await deploy(api.store, version);

    for (const path of ["/documents/architecture", "/matrix", "/environments"])
      assert.ok((await textOf(path)).includes(version), `${path} does not say ${version}`);
  }
});

test("an answer with an ETag is not sent again until it is another one", async () => {
  const ask = (etag: string) => api.ask("GET", "/api/v1/matrix", all("viewer"), { headers: { "if-none-match": etag } });
  const etag = (await ask('"none"')).headers.get("etag") ?? "";

  assert.equal((await ask(etag)).status, 304);
  await deploy(api.store, "18.0.0");
  assert.equal((await ask(etag)).status, 200);
});

test("it is made once for all who hold the same roles, is not told who asks, and again for another configuration", async (t) => {
  let made = 0;
  let configuration = {};
  const route = defineRoute({
    method: "GET",
    path: "/seen",
    cli: "seen",
    summary: "What is seen",
    role: "viewer",
    effect: "none",
    environment: "any",
    kept: {},
    reply: z.object({ by: z.string(), sees: z.array(z.string()).optional() }),
    async handle(_, { principal }) {
      made += 1;
      const sees = environmentsOf(principal, "viewer");
      return { by: principal.actor.id, ...(sees === undefined ? {} : { sees: [...sees] }) };
    },
  });
  const one = await testApi([route], { given: () => [configuration] });
  t.after(() => one.close());
  const ask = async (roles: Readonly<Record<string, "viewer" | "admin">>) =>
    (await one.ask("GET", "/api/v1/seen", roles)).json();

  assert.deepEqual(await ask({ "*": "viewer" }), { by: "anonymous" });
  assert.deepEqual(await ask({ "*": "viewer" }), { by: "anonymous" });
  assert.equal(made, 1);
  assert.deepEqual(await ask({ a: "viewer", b: "viewer" }), { by: "anonymous", sees: ["a", "b"] });
  assert.deepEqual(await ask({ b: "viewer" }), { by: "anonymous", sees: ["b"] });
  assert.equal(made, 3);
  configuration = {};
  await ask({ "*": "viewer" });
  assert.equal(made, 4);
});
