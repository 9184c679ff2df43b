import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { refuse } from "../access/refusal.ts";
import { defineEvents, defineRoute, type Route } from "../access/route.ts";
import { accessRoutes } from "../access/routes.ts";
import { SystemError } from "../kernel/errors.ts";
import { asJson, type Store } from "../store/store.ts";
import { all, testApi, testNow } from "./test-support.ts";

/** A thing with a version, kept in a table that is there anyway. */
interface Things {
  readonly sessions: {
    readonly hash: string;
    readonly actor: unknown;
    readonly roles: unknown;
    readonly created_at: string;
    readonly expires_at: string;
  };
}

let effects = 0;
async function put(store: Store, name: string): Promise<void> {
  effects += 1;
  await store
    .tables<Things>()
    .insertInto("sessions")
    .values({ hash: name, actor: asJson({}), roles: asJson({}), created_at: testNow, expires_at: testNow })
    .execute();
}

const thing = z.object({ name: z.string(), version: z.number() });
const routes: readonly Route[] = [
  ...accessRoutes,
  defineRoute({
    method: "GET",
    path: "/things/{name}",
    cli: "thing show <name>",
    summary: "A thing",
    role: "viewer",
    effect: "none",
    environment: ({ params }) => (params.name === "none" ? refuse(404, "No such thing.", "Look.") : "staging"),
    params: z.object({ name: z.string().max(20) }),
    query: z.object({ depth: z.coerce.number().int().max(3).default(1) }),
    reply: thing,
    versionOf: ({ version }) => version,
    handle: async ({ params }) => ({ name: params.name, version: 3, secret: "never told" }),
  }),
  defineRoute({
    method: "POST",
    path: "/things",
    cli: "thing make <name>",
    summary: "Make a thing",
    role: "operator",
    effect: "outside",
    body: z.strictObject({
      name: z.string(),
      fail: z.enum(["refuse", "bug", "away"]).optional(),
      note: z.string().optional(),
    }),
    reply: thing,
    status: 201,
    versionOf: ({ version }) => version,
    async handle({ body }, { store, ifMatch }) {
      if (ifMatch !== undefined && ifMatch !== "3") return refuse(412, "It is at version 3.", "Read it again.");
      await put(store, body.name);
      if (body.fail === "refuse") return refuse(409, "Not now.", "Later.");
      if (body.fail === "bug") throw new Error("secret inner words");
      if (body.fail === "away") throw new SystemError("the database does not answer", "retry");
      return { name: body.name, version: 1 };
    },
  }),
  defineEvents({
    path: "/things/{name}/events",
    cli: "thing follow <name>",
    summary: "Follow a thing",
    role: "viewer",
    environment: () => "staging",
    params: z.object({ name: z.string() }),
    event: z.object({ n: z.number() }),
    async *follow({ lastEventId }) {
      for (let n = Number(lastEventId ?? 0) + 1; n <= 3; n += 1) yield { id: String(n), event: "step", data: { n } };
    },
  }),
];

const api = await testApi(routes);
test.after(() => api.close());

async function problemIn(response: Response, status: number): Promise<Record<string, unknown>> {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const problem = (await response.json()) as Record<string, unknown>;
  assert.equal(problem["status"], status);
  for (const field of ["detail", "toDo", "where", "instance", "title"]) assert.ok(problem[field], field);
  return problem;
}

async function isThere(name: string): Promise<boolean> {
  const rows = await api.store
    .tables<Things>()
    .selectFrom("sessions")
    .select("hash")
    .where("hash", "=", name)
    .execute();
  return rows.length > 0;
}

test("a read answers what its schema names, with its version, and how to ask it on the command line", async () => {
  const response = await api.ask("GET", "/api/v1/things/a?depth=2", { staging: "viewer" });
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { name: "a", version: 3 });
  assert.equal(response.headers.get("etag"), '"3"');
  assert.equal(response.headers.get("x-millwright-cli"), "millwright thing show a --depth 2");
  const again = await api.ask(
    "GET",
    "/api/v1/things/a",
    { staging: "viewer" },
    { headers: { "if-none-match": 'W/"2", "3"' } },
  );
  assert.equal(again.status, 304);
  assert.equal(await again.text(), "");
});

test("a read that is refused says too how it is asked on the command line", async () => {
  const response = await api.ask("GET", "/api/v1/things/none", { staging: "viewer" });
  await problemIn(response, 404);
  assert.equal(response.headers.get("x-millwright-cli"), "millwright thing show none");
});

test("a field that is unknown, too large or of no form is named", async () => {
  const problem = await problemIn(await api.ask("GET", "/api/v1/things/a?depth=9&dept=1", all("viewer")), 400);
  assert.deepEqual((problem["errors"] as { where: string }[]).map(({ where }) => where).toSorted(), [
    "query",
    "query.depth",
  ]);
  await problemIn(await api.ask("GET", "/api/v1/things/a%00b", all("viewer")), 400);
});

test("malformed JSON is told by line and column, and not repeated", async () => {
  const sent = '{\n  "name": "canary-secret",\n  "note": x\n}';
  const problem = await problemIn(await api.ask("POST", "/api/v1/things", all("operator"), { body: sent }), 400);
  assert.match(String(problem["detail"]), /line 3, column 11/);
  assert.doesNotMatch(JSON.stringify(problem), /canary/);
  const untyped = { body: "{}", headers: { "content-type": "text/plain" } };
  await problemIn(await api.ask("POST", "/api/v1/things", all("operator"), untyped), 415);
  for (const body of ["", "[]", "null", '{"name":"\\u0000"}', '{"name":"\\ud800"}', "[".repeat(400_000)])
    await problemIn(await api.ask("POST", "/api/v1/things", all("operator"), { body }), 400);
});

test("what is larger than a megabyte is not read", async () => {
  const body = JSON.stringify({ name: "x".repeat(10_000_000) });
  await problemIn(await api.ask("POST", "/api/v1/things", all("operator"), { body }), 413);
});

test("a write that is refused or breaks leaves nothing, and a fault of ours tells nothing", async () => {
  await problemIn(
    await api.ask("POST", "/api/v1/things", all("operator"), { body: { name: "r", fail: "refuse" } }),
    409,
  );
  const bug = await problemIn(
    await api.ask("POST", "/api/v1/things", all("operator"), { body: { name: "r", fail: "bug" } }),
    500,
  );
  assert.doesNotMatch(JSON.stringify(bug), /inner words/);
  assert.ok(
    api.logged.some(
      ({ message, requestId }) => /inner words/.test(message) && bug["instance"] === `urn:uuid:${String(requestId)}`,
    ),
  );
  const away = await api.ask("POST", "/api/v1/things", all("operator"), { body: { name: "r", fail: "away" } });
  assert.equal(away.headers.get("retry-after"), "5");
  await problemIn(away, 503);
  assert.equal(await isThere("r"), false);
});

test("every accepted write is in the journal, in its own words or the call's", async () => {
  api.recorded.length = 0;
  await api.ask("POST", "/api/v1/things", all("operator"), { body: { name: "journal" } });
  assert.equal(api.recorded.length, 1);
  assert.equal(api.recorded[0]?.task, "Make a thing");
  assert.equal(api.recorded[0]?.actor.kind, "token");
  await api.ask("POST", "/api/v1/tokens", all("admin"), { body: { name: "ci", roles: { staging: "viewer" } } });
  assert.deepEqual(
    api.recorded.map(({ task }) => task),
    ["Make a thing", "Token ci made"],
  );
});

test("the same write with the same key is done once, also when both come at once", async () => {
  effects = 0;
  const sent = { body: { name: "once" }, headers: { "idempotency-key": "k1" } };
  const replies = await Promise.all([1, 2, 3].map(() => api.ask("POST", "/api/v1/things", all("operator"), sent)));
  assert.deepEqual(
    replies.map(({ status }) => status),
    [201, 201, 201],
  );
  assert.equal(effects, 1);
  assert.equal(replies.filter((reply) => reply.headers.get("idempotency-replayed") === "true").length, 2);
  const other = { body: { name: "other" }, headers: { "idempotency-key": "k1" } };
  await problemIn(await api.ask("POST", "/api/v1/things", all("operator"), other), 422);
  const refused = { body: { name: "later", fail: "refuse" }, headers: { "idempotency-key": "k2" } };
  await problemIn(await api.ask("POST", "/api/v1/things", all("operator"), refused), 409);
  await problemIn(await api.ask("POST", "/api/v1/things", all("operator"), refused), 409);
  assert.equal(await isThere("other"), false);
});

test("an answer that is shown only once is kept nowhere", async () => {
  const sent = { body: { name: "secret", roles: { "*": "viewer" } }, headers: { "idempotency-key": "k3" } };
  const made = await api.ask("POST", "/api/v1/tokens", all("admin"), sent);
  const { secret } = (await made.json()) as { secret: string };
  assert.equal(made.headers.get("x-millwright-cli"), null);
  await problemIn(await api.ask("POST", "/api/v1/tokens", all("admin"), sent), 409);
  const kept = await api.store
    .tables<{ idempotency_keys: object }>()
    .selectFrom("idempotency_keys")
    .selectAll()
    .execute();
  assert.doesNotMatch(JSON.stringify(kept), new RegExp(secret.slice(20)));
  assert.doesNotMatch(JSON.stringify([api.logged, api.recorded]), new RegExp(secret.slice(20)));
});

test("a write from an old version is refused, and a version where none is kept is not ignored", async () => {
  const old = { body: { name: "v" }, headers: { "if-match": '"2"' } };
  await problemIn(await api.ask("POST", "/api/v1/things", all("operator"), old), 412);
  const token = { body: { name: "v", roles: { "*": "viewer" } }, headers: { "if-match": '"2"' } };
  await problemIn(await api.ask("POST", "/api/v1/tokens", all("admin"), token), 400);
});

test("a stream goes on after the event that was seen last", async () => {
  const whole = await api.ask("GET", "/api/v1/things/a/events", { staging: "viewer" });
  assert.match(whole.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.equal((await whole.text()).match(/^id: /gm)?.length, 3);
  const rest = await api.ask(
    "GET",
    "/api/v1/things/a/events",
    { staging: "viewer" },
    { headers: { "last-event-id": "2" } },
  );
  assert.equal(await rest.text(), 'event: step\ndata: {"n":3}\nid: 3\n\n');
  await problemIn(await api.ask("GET", "/api/v1/things/a/events", { production: "admin" }), 403);
});

test("every reply forbids to be framed, guessed at, or kept by others", async () => {
  for (const path of ["/healthz", "/api/v1/me", "/nowhere", "/api/v1/nowhere"]) {
    const { headers } = await api.ask("GET", path, all("viewer"));
    assert.match(headers.get("content-security-policy") ?? "", /default-src 'self'.*frame-ancestors 'none'/, path);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("access-control-allow-origin"), null);
    assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  }
});

test("pages follow each other to the end, and a cursor of somebody's own is refused", async () => {
  const seen: string[] = [];
  let cursor = "";
  do {
    const response = await api.ask("GET", `/api/v1/tokens?limit=2${cursor}`, all("admin"));
    const { items, next } = (await response.json()) as { items: { id: string }[]; next?: string };
    seen.push(...items.map(({ id }) => id));
    cursor = next === undefined ? "" : `&cursor=${next}`;
  } while (cursor !== "");
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length > 3);
  for (const bad of ["x", "W10", Buffer.from('["a","b"]').toString("base64url")])
    await problemIn(await api.ask("GET", `/api/v1/tokens?cursor=${bad}`, all("admin")), 422);
  await problemIn(await api.ask("GET", "/api/v1/tokens?limit=201", all("admin")), 400);
});
