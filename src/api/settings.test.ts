import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Role, Roles } from "../access/role.ts";
import { requestOf } from "../cli/client/request.ts";
import { readSecret, sealingKey } from "../store/sealed.ts";
import { digestOf, keyedDigestOf } from "./idempotency.ts";
import { all } from "./test-support.ts";
import { verbs } from "./verbs.ts";
import { wholeApi } from "./whole.test-support.ts";

const canary = "canary-4f1d-never-shown";
const server = `links: [{ title: Lab, url: 'http://127.0.0.1:8421' }]
forge: { kind: gitlab, url: 'https://gitlab.example.org', project: a/b, token: 'store:forge-token' }
approvers: [{ environment: production, people: [grace], groups: [] }]
endpoints:
  - { environment: staging, component: hub, system: sharinghub, settings: { url: 'https://hub.example.org' } }
  - { environment: production, component: gitlab, system: gitlab, settings: { url: 'https://git.example.org' } }
`;
const api = await wholeApi({ server });
after(() => api.close());

interface Settings {
  readonly mode: string;
  readonly links: readonly { readonly title: string; readonly url: string }[];
  readonly parts: readonly {
    readonly id: string;
    readonly state: string;
    readonly how: string;
    readonly says: string;
    readonly items: readonly unknown[];
  }[];
  readonly platform: { readonly name: string | null; readonly settings: readonly Setting[] };
  readonly server?: { readonly settings: readonly Setting[]; readonly mistakes: readonly unknown[] };
  readonly secrets?: readonly { readonly place: string; readonly uses: readonly string[]; readonly kept: boolean }[];
  readonly approvers?: readonly { readonly environment: string | null; readonly people: readonly string[] }[];
}

interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly from: string;
}

async function settings(role: Role): Promise<Settings> {
  const reply = await api.ask("GET", "/api/v1/settings", all(role));
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()) as Settings;
}

const from = (settings: readonly Setting[], wanted: string): readonly string[] =>
  settings.flatMap((one) => (one.from === wanted ? [one.key] : []));

test("settings say what is in force and where it comes from", async () => {
  const { links, platform, server: file } = await settings("admin");
  assert.ok(file);

  assert.deepEqual(links, [{ title: "Lab", url: "http://127.0.0.1:8421" }]);
  assert.deepEqual(from(platform.settings, "file"), ["environments"]);
  assert.deepEqual(new Set(from(file.settings, "file")), new Set(["forge", "approvers", "links", "endpoints"]));
  assert.match(JSON.stringify(file.settings), /"token":"store:forge-token"/);
  assert.deepEqual(file.mistakes, []);
});

test("what is not set up says how it is", async () => {
  const { parts } = await settings("viewer");
  const part = (id: string) => parts.find((one) => one.id === id);

  assert.equal(part("forge")?.state, "configured");
  assert.equal(part("login")?.state, "not set up");
  assert.ok(parts.every(({ how }) => how.length > 10));
});

test("endpoints are a list of fields, of the environments that the caller sees", async () => {
  const endpoints = async (roles: Roles) => {
    const reply = await api.ask("GET", "/api/v1/settings", roles);
    return ((await reply.json()) as Settings).parts.find(({ id }) => id === "endpoints");
  };
  const hub = { environment: "staging", component: "hub", system: "sharinghub" };
  const gitlab = { environment: "production", component: "gitlab", system: "gitlab" };

  const whole = await endpoints(all("viewer"));
  assert.deepEqual([whole?.says, whole?.items], ["2 endpoints", [hub, gitlab]]);
  assert.deepEqual((await endpoints({ staging: "viewer" }))?.items, [hub]);
});

test("people, grants and places of secrets are for administrators", async () => {
  const viewer = await settings("viewer");
  const admin = await settings("admin");

  assert.deepEqual([viewer.server, viewer.secrets, viewer.approvers], [undefined, undefined, undefined]);
  assert.deepEqual(admin.approvers?.[0]?.people, ["grace"]);
  assert.deepEqual(
    admin.secrets?.map(({ place, uses, kept }) => [place, uses, kept]),
    [["store:forge-token", ["forge.token"], false]],
  );
});

test("a secret is kept sealed, listed by name, never shown, and forgotten; each with an entry of the journal", async () => {
  const path = "/api/v1/secrets/forge-token";
  assert.equal((await api.ask("PUT", path, all("approver"), { body: { value: canary } })).status, 403);

  const kept = await api.ask("PUT", path, all("admin"), {
    body: { value: canary },
    headers: { "idempotency-key": "k1" },
  });
  const list = await api.ask("GET", "/api/v1/secrets", all("admin"));
  const said = [
    await kept.text(),
    await list.text(),
    JSON.stringify(await settings("admin")),
    JSON.stringify(api.logged),
  ];
  const journal = await (await api.ask("GET", "/api/v1/journal/entries?kind=access", all("admin"))).text();

  assert.equal(kept.status, 200);
  assert.ok(said[1]?.includes('"reference":"store:forge-token"'));
  assert.ok(said[2]?.includes('"kept":true'));
  for (const text of [...said, journal, kept.headers.get("x-millwright-cli") ?? ""]) assert.ok(!text.includes(canary));
  assert.equal(kept.headers.get("x-millwright-cli"), "millwright secret keep forge-token --value @-");
  const key = sealingKey("test", Buffer.alloc(32, 7).toString("base64"));
  assert.equal(await readSecret(api.store, "forge-token", [key]), canary);

  assert.equal((await api.ask("DELETE", path, all("admin"))).status, 200);
  assert.equal((await api.ask("DELETE", path, all("admin"))).status, 404);
  const after = await (await api.ask("GET", "/api/v1/journal/entries?kind=access", all("admin"))).text();
  assert.match(after, /Secret forgotten: forge-token/);
  assert.match(after, /Secret kept: forge-token/);
});

test("what is kept to know a call again does not tell its secret to whoever has the database", async () => {
  const path = "/api/v1/secrets/weak";
  const call = (value: string) =>
    api.ask("PUT", path, all("admin"), { body: { value }, headers: { "idempotency-key": "weak-1" } });

  assert.equal((await call("changeme")).status, 200);
  assert.equal((await call("changeme")).headers.get("idempotency-replayed"), "true");
  assert.equal((await call("another")).status, 422);
  const kept = await api.store
    .tables<{ idempotency_keys: { readonly digest: string; readonly key: string } }>()
    .selectFrom("idempotency_keys")
    .select("digest")
    .where("key", "=", "weak-1")
    .executeTakeFirstOrThrow();
  const sent = { method: "PUT", path, query: "", body: JSON.stringify({ value: "changeme" }) };
  assert.notEqual(kept.digest, digestOf(sent)[0]);
  const key = sealingKey("test", Buffer.alloc(32, 7).toString("base64"));
  const newer = sealingKey("newer", Buffer.alloc(32, 8).toString("base64"));
  assert.equal(kept.digest, keyedDigestOf(sent, [key])[0]);
  assert.ok(keyedDigestOf(sent, [newer, key]).includes(kept.digest), "still known when a newer key seals");
  assert.equal((await api.ask("DELETE", path, all("admin"))).status, 200);
});

test("on the command line a secret comes from a file, and one among the words is refused without being repeated", async () => {
  const verb = verbs.find(({ words }) => words.join(" ") === "secret keep");
  assert.ok(verb);

  const request = await requestOf(verb, { name: "x", value: "@/secret" }, async () => `${canary}\n`);
  assert.deepEqual(request.body, { value: canary });
  await assert.rejects(
    requestOf(verb, { name: "x", value: canary }, async () => ""),
    (thrown: Error) => !thrown.message.includes(canary) && thrown.message.includes("@FILE"),
  );
});
