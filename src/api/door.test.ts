import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import type { Oidc } from "../access/oidc.ts";
import { accessRoutes } from "../access/routes.ts";
import { createToken, daysAfter } from "../access/tokens.ts";
import { InputError } from "../kernel/errors.ts";
import { instantOf } from "../kernel/instant.ts";
import { makeFirstLogin } from "./first-login.ts";
import { all, testApi, testNow } from "./test-support.ts";

const api = await testApi(accessRoutes);
test.after(() => api.close());

const me = async (token: string, at = api): Promise<number> =>
  (await at.app.request("/api/v1/me", { headers: { authorization: `Bearer ${token}` } })).status;

const someone = { kind: "person", id: "local:ada", name: "Ada" } as const;

test("a token is refused when it is forged, cut, swapped, of another kind, expired or revoked", async () => {
  const good = await api.tokenFor(all("viewer"));
  const other = await api.tokenFor(all("operator"));
  assert.equal(await me(good), 200);
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"sub":"admin"}').toString("base64url")}.`;
  const forged = [
    good.slice(0, -1),
    `${good}x`,
    good.slice(0, 20) + other.slice(20),
    good.toUpperCase(),
    unsigned,
    "mw_",
    "x",
  ];
  for (const bad of forged) assert.equal(await me(bad), 401, bad);
  assert.equal((await api.app.request("/api/v1/me", { headers: { authorization: "Basic eDp4" } })).status, 401);

  const { token, secret } = await createToken(api.store, testNow, {
    name: "old",
    roles: all("viewer"),
    expiresAt: daysAfter(testNow, -1),
    createdBy: someone,
  });
  assert.equal(await me(secret), 401, "expired");
  const grace = await createToken(api.store, testNow, {
    name: "just now",
    roles: all("viewer"),
    expiresAt: instantOf(Date.parse(testNow) - 30_000),
    createdBy: someone,
  });
  assert.equal(await me(grace.secret), 200, "half a minute of another clock is no reason");

  assert.equal((await api.ask("DELETE", `/api/v1/tokens/${token.id}`, all("admin"))).status, 200);
  const id = good.split("_")[1];
  await api.ask("DELETE", `/api/v1/tokens/${id}`, all("admin"));
  assert.equal(await me(good), 401, "revoked, although it was right a moment ago");
});

test("the database holds no secret of a token", async () => {
  const secret = (await api.tokenFor(all("admin"))).split("_").slice(2).join("_");
  const kept = JSON.stringify(
    await api.store.tables<{ api_tokens: object }>().selectFrom("api_tokens").selectAll().execute(),
  );
  assert.equal(kept.includes(secret), false);
});

async function browser(token: string) {
  const login = await api.app.request("/auth/session", {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(login.status, 201);
  const cookie = login.headers.get("set-cookie") ?? "";
  const { csrfToken } = (await login.json()) as { csrfToken: string };
  return { header: cookie.split(";")[0] ?? "", cookie, csrfToken };
}

test("a browser's write needs the proof that a page of ours sent it; its reads do not", async () => {
  const { header, cookie, csrfToken } = await browser(await api.tokenFor(all("admin")));
  assert.match(cookie, /HttpOnly/i);
  assert.match(cookie, /SameSite=Strict/i);
  const read = await api.app.request("/api/v1/me", { headers: { cookie: header } });
  assert.equal(read.status, 200);
  assert.equal(read.headers.get("x-csrf-token"), csrfToken);
  const write = (proof: Record<string, string>) =>
    api.app.request("/api/v1/tokens", {
      method: "POST",
      headers: { cookie: header, "content-type": "application/json", ...proof },
      body: JSON.stringify({ name: "n", roles: { "*": "viewer" } }),
    });
  assert.equal((await write({})).status, 403);
  assert.equal((await write({ "x-csrf-token": "guess" })).status, 403);
  assert.equal((await write({ "x-csrf-token": csrfToken })).status, 201);
});

test("a session ends with logout, and with the token it was made from", async () => {
  const first = await browser(await api.tokenFor({ "*": "admin", staging: "viewer" }));
  const read = async (cookie: string): Promise<number> =>
    (await api.app.request("/api/v1/me", { headers: { cookie } })).status;
  const logout = (proof: Record<string, string>) =>
    api.app.request("/auth/logout", { method: "POST", headers: { cookie: first.header, ...proof } });
  assert.equal((await logout({})).status, 403);
  assert.equal((await logout({ "x-csrf-token": first.csrfToken })).status, 204);
  assert.equal(await read(first.header), 401);

  const token = await api.tokenFor({ dev: "viewer" });
  const second = await browser(token);
  assert.equal(await read(second.header), 200);
  await api.ask("DELETE", `/api/v1/tokens/${token.split("_")[1]}`, all("admin"));
  assert.equal(await read(second.header), 401);
  assert.equal(await read("millwright=forged"), 401);
});

test("whoever tries many tokens has to wait, and so do others from there; elsewhere nobody does", async () => {
  const strict = await testApi(accessRoutes, {
    behindProxy: true,
    limits: { perPrincipal: { burst: 3, perSecond: 1 }, failures: { burst: 2, perSecond: 0.1 } },
  });
  const from = (address: string, token: string) =>
    strict.app.request("/api/v1/me", {
      headers: { authorization: `Bearer ${token}`, "x-forwarded-for": `6.6.6.6, ${address}` },
    });
  const good = await strict.tokenFor(all("viewer"));
  for (const expected of [401, 401, 429]) assert.equal((await from("10.0.0.1", "mw_x")).status, expected);
  const waiting = await from("10.0.0.1", good);
  assert.equal(waiting.status, 429);
  assert.equal(waiting.headers.get("retry-after"), "10");
  for (const expected of [200, 200, 200, 429])
    assert.equal((await from("10.0.0.2", good)).status, expected, "three at once");
  await strict.close();
});

test("emergency rights hold where and as long as they were taken, and are a debt until somebody else reviews them", async () => {
  const person = async (name: string, roles: Record<string, "operator" | "approver">): Promise<string> => {
    const made = await api.ask("POST", "/api/v1/tokens", all("admin"), { body: { name, roles, person: name } });
    return ((await made.json()) as { secret: string }).secret;
  };
  const [ada, bob] = [await person("ada", { production: "operator" }), await person("bob", { production: "approver" })];
  const as = (token: string, method: string, path: string, body?: unknown) =>
    api.app.request(`/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const reason = "The database is down and Bob is asleep";
  assert.equal((await as(ada, "POST", "/emergencies", { environment: "staging", reason })).status, 403);
  const taken = (await (await as(ada, "POST", "/emergencies", { environment: "production", reason })).json()) as {
    id: string;
  };
  assert.deepEqual(((await (await as(ada, "GET", "/me")).json()) as { roles: unknown }).roles, {
    production: "approver",
  });
  assert.equal(api.noticed.at(-1)?.severity, "critical");
  const review = { review: "Restarted the database; it was right" };
  assert.equal((await as(ada, "POST", `/emergencies/${taken.id}/review`, review)).status, 403, "not one's own");
  const admin = await api.tokenFor(all("admin"));
  assert.equal((await as(admin, "POST", `/emergencies/${taken.id}/review`, review)).status, 403, "no program");
  assert.equal((await as(bob, "POST", `/emergencies/${taken.id}/review`, review)).status, 200);
  assert.equal((await as(bob, "POST", `/emergencies/${taken.id}/review`, review)).status, 409);
  assert.deepEqual(((await (await as(ada, "GET", "/me")).json()) as { roles: unknown }).roles, {
    production: "operator",
  });
  const open = (await (await as(ada, "GET", "/emergencies?open=true")).json()) as { items: unknown[] };
  assert.deepEqual(open.items, []);
});

test("a message to a hook is taken when it is signed as its sender signs, and only then", async () => {
  const received: unknown[] = [];
  const hook = (name: string, kind: "gitlab" | "github" | "alertmanager") => ({
    name,
    kind,
    secret: async () => "s3cret",
    receive: async (message: unknown) => {
      if (message === 1) throw new InputError("Not a push.");
      received.push(message);
    },
  });
  const hooked = await testApi([], {
    hooks: [hook("lab", "gitlab"), hook("hub", "github"), hook("alerts", "alertmanager")],
  });
  const body = '{"ref":"main"}';
  const send = async (name: string, headers: Record<string, string>, sent = body): Promise<number> =>
    (await hooked.app.request(`/hooks/${name}`, { method: "POST", headers, body: sent })).status;
  const signature = `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`;
  assert.equal(await send("lab", { "x-gitlab-token": "s3cret" }), 202);
  assert.equal(await send("hub", { "x-hub-signature-256": signature }), 202);
  assert.equal(await send("alerts", { authorization: "Bearer s3cret" }), 202);
  assert.equal(received.length, 3);
  assert.equal(await send("lab", {}), 401);
  assert.equal(await send("lab", { "x-gitlab-token": "s3cre" }), 401);
  assert.equal(await send("hub", { "x-hub-signature-256": signature }, `${body} `), 401);
  assert.equal(await send("hub", { "x-gitlab-token": "s3cret" }), 401, "another sender's way");
  assert.equal(await send("nobody", { "x-gitlab-token": "s3cret" }), 401);
  assert.equal(await send("lab", { "x-gitlab-token": "s3cret" }, "{"), 400);
  assert.equal(await send("lab", { "x-gitlab-token": "s3cret" }, "1"), 422);
  await hooked.close();
});

test("readiness lists every check, and one that hangs is not right", async () => {
  const checks = [
    { name: "database", problem: async () => undefined },
    { name: "schema", problem: async () => "0002 is missing" },
    { name: "worker", problem: async () => Promise.reject(new Error("no heartbeat")) },
  ];
  const sick = await testApi([], { health: { checks } });
  const response = await sick.app.request("/readyz");
  assert.equal(response.status, 503);
  assert.deepEqual(await response.json(), {
    ready: false,
    checks: [
      { name: "database", ok: true },
      { name: "schema", ok: false, problem: "0002 is missing" },
      { name: "worker", ok: false, problem: "no heartbeat" },
    ],
  });
  assert.equal((await sick.app.request("/healthz")).status, 200, "the process itself is well");
  await sick.close();
});

test("the first start makes one administrator's token, and two starts at once make one", async () => {
  const fresh = await testApi([]);
  const kept: string[] = [];
  const make = () =>
    makeFirstLogin(
      fresh.store,
      testNow,
      async () => undefined,
      async (secret) => void kept.push(secret),
    );
  const made = await Promise.all([make(), make(), make()]);
  assert.deepEqual(made.filter(Boolean), [true]);
  assert.equal(kept.length, 1);
  await assert.rejects(
    testApi([], async (store) => {
      await makeFirstLogin(
        store,
        testNow,
        async () => undefined,
        () => Promise.reject(new Error("disk full")),
      );
      return {};
    }),
    /disk full/,
  );
  await fresh.close();
});

test("while the database is away the server says so, and to come again; health stays what it is", async () => {
  const cut = await testApi(accessRoutes);
  const token = await cut.tokenFor(all("viewer"));
  await cut.close();
  const response = await cut.app.request("/api/v1/me", { headers: { authorization: `Bearer ${token}` } });
  assert.ok(response.status >= 500);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.doesNotMatch(await response.text(), new RegExp(token));
  assert.equal((await cut.app.request("/healthz")).status, 200);
});

test("a login that was begun in a browser ends there in a session with the roles of the configuration", async () => {
  const oidc = {
    begin: async () => ({ url: "https://login.example.org/authorize?state=x", secret: "of-the-browser" }),
    finish: async (query: string, secret: string) => {
      if (query !== "?code=c" || secret !== "of-the-browser") throw new InputError("The login is not valid.");
      return { actor: { kind: "person", id: "oidc:ada", name: "Ada" }, names: ["ada"], groups: ["mlops"] };
    },
  } as unknown as Oidc;
  const grants = [
    { role: "viewer", people: [], groups: ["mlops"] },
    { role: "operator", environment: "staging", people: ["ada"], groups: [] },
    { role: "admin", people: [], groups: ["others"] },
  ] as const;
  const known = await testApi(accessRoutes, { secure: true, login: { oidc, grants, sessionHours: 1 } });
  const begun = await known.app.request("/auth/login");
  assert.equal(begun.status, 303);
  assert.equal(begun.headers.get("location"), "https://login.example.org/authorize?state=x");
  const begunCookie = begun.headers.get("set-cookie") ?? "";
  assert.match(begunCookie, /^__Host-millwright-login=of-the-browser;.*HttpOnly; Secure; SameSite=Lax/);
  const back = (query: string, cookie: string) => known.app.request(`/auth/callback${query}`, { headers: { cookie } });
  assert.equal((await back("?code=c", "")).status, 400, "begun elsewhere");
  assert.equal((await back("?code=forged", "__Host-millwright-login=of-the-browser")).status, 422);
  const done = await back("?code=c", "__Host-millwright-login=of-the-browser");
  assert.equal(done.status, 200);
  const session = done.headers.getSetCookie().find((line) => line.startsWith("__Host-millwright=")) ?? "";
  assert.match(session, /HttpOnly; Secure; SameSite=Strict/);
  const me = await known.app.request("/api/v1/me", { headers: { cookie: session.split(";")[0] ?? "" } });
  assert.deepEqual(((await me.json()) as { roles: unknown }).roles, { "*": "viewer", staging: "operator" });
  assert.match(known.recorded.at(-1)?.task ?? "", /Ada logged in/);
  await known.close();
});
