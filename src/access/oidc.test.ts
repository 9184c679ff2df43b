import assert from "node:assert/strict";
import { createSign, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { test } from "node:test";
import Provider from "oidc-provider";
import { InputError, SystemError } from "../kernel/errors.ts";
import { Oidc, type OidcSettings } from "./oidc.ts";

const redirectUri = "http://127.0.0.1:1/auth/callback";

async function listen(listener: RequestListener): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`, server };
}

function settings(issuer: string, changes: Partial<OidcSettings> = {}): OidcSettings {
  return {
    issuer,
    clientId: "millwright",
    clientSecret: "client-secret",
    redirectUri,
    scopes: ["openid", "profile", "email", "groups"],
    groupsClaim: "groups",
    clockToleranceSeconds: 30,
    fetch: (url, options) => fetch(url, options as RequestInit),
    ...changes,
  };
}

/** A certified login service, which logs in Ada without asking. */
async function certified() {
  let provider: Provider | undefined;
  const { url, server } = await listen((request, response) => {
    if (provider === undefined) return;
    if (request.url?.startsWith("/interaction/") === true)
      void provider.interactionFinished(
        request,
        response,
        { login: { accountId: "ada" } },
        { mergeWithLastSubmission: false },
      );
    else void provider.callback()(request, response);
  });
  provider = new Provider(url, {
    clients: [
      {
        client_id: "millwright",
        client_secret: "client-secret",
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"], groups: ["groups"] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    cookies: { keys: ["tests"] },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: async () => ({
        sub,
        name: "Ada",
        email: "ada@example.org",
        email_verified: true,
        groups: ["/mlops", "staff"],
      }),
    }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: "millwright", accountId: "ada" });
      grant.addOIDCScope("openid profile email groups");
      await grant.save();
      return grant;
    },
  });
  provider.on("server_error", () => undefined);
  return { url, server };
}

/** Follows redirects as a browser does, until it is back; the query it comes back with. */
async function browse(start: string): Promise<string> {
  const cookies = new Map<string, string>();
  let address = start;
  for (let step = 0; step < 10; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(address, { redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = new URL(response.headers.get("location") ?? "missing:", address);
    if (location.href.startsWith(redirectUri)) return location.search;
    assert.equal(location.protocol, "http:", `${response.status} ${await response.text()}`);
    address = location.href;
  }
  throw new Error("never came back");
}

test("somebody logs in by code and PKCE, with name, groups and addresses that were verified", async (t) => {
  const { url, server } = await certified();
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const oidc = new Oidc(settings(url));
  const begun = await oidc.begin();
  assert.doesNotMatch(begun.url, new RegExp(begun.secret), "the browser's secret is never in an address");
  const asked = new URL(begun.url).searchParams;
  assert.equal(asked.get("code_challenge_method"), "S256");
  const query = await browse(begun.url);

  const found = await oidc.finish(query, begun.secret);
  assert.match(found.actor.id, /^oidc:[0-9a-f]{8}:ada$/);
  assert.equal(found.actor.name, "Ada");
  assert.deepEqual(found.names, ["ada", "ada@example.org"]);
  assert.deepEqual(found.groups, ["mlops", "staff"]);
  await assert.rejects(oidc.finish(query, begun.secret), InputError, "a code is used once");

  const other = await oidc.begin();
  const stolen = await browse(other.url);
  await assert.rejects(oidc.finish(stolen, begun.secret), InputError, "another browser's login");
  await assert.rejects(oidc.finish("?error=access_denied&state=x", begun.secret), InputError);
});

const ours = generateKeyPairSync("rsa", { modulusLength: 2048 });
const theirs = generateKeyPairSync("rsa", { modulusLength: 2048 });
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function signed(claims: unknown, key: typeof ours.privateKey): string {
  const text = `${encode({ alg: "RS256", kid: "1" })}.${encode(claims)}`;
  return `${text}.${createSign("sha256").update(text).sign(key).toString("base64url")}`;
}

/** A login service that hands out whatever ID token the test wants. */
async function liar() {
  const state = { token: (_claims: Readonly<Record<string, unknown>>): string => "" };
  let nonce = "";
  const { url, server } = await listen((request, response) => {
    const send = (value: unknown): void => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(value));
    };
    if (request.url === "/.well-known/openid-configuration")
      send({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256", "none"],
      });
    else if (request.url === "/keys")
      send({ keys: [{ ...ours.publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] });
    else {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: url, aud: "millwright", sub: "ada", iat: now, exp: now + 60, nonce, groups: [] };
      send({ access_token: "a", token_type: "bearer", id_token: state.token(claims) });
    }
  });
  return {
    server,
    async login(token: typeof state.token) {
      state.token = token;
      const oidc = new Oidc(settings(url));
      const { url: address, secret } = await oidc.begin();
      const asked = new URL(address).searchParams;
      nonce = asked.get("nonce") ?? "";
      return oidc.finish(`?code=c&state=${asked.get("state")}`, secret);
    },
  };
}

test("an ID token that is forged, unsigned, old, or made for somebody else is refused", async (t) => {
  const service = await liar();
  t.after(() => service.server.close());
  t.after(() => service.server.closeAllConnections());
  const right = await service.login((claims) => signed(claims, ours.privateKey));
  assert.match(right.actor.id, /:ada$/);
  const now = Math.floor(Date.now() / 1000);
  await service.login((claims) => signed({ ...claims, exp: now - 10 }, ours.privateKey));

  const bad: Readonly<Record<string, (claims: Readonly<Record<string, unknown>>) => string>> = {
    "another key": (claims) => signed(claims, theirs.privateKey),
    "no signature": (claims) => `${encode({ alg: "none" })}.${encode(claims)}.`,
    "a signature cut off": (claims) => signed(claims, ours.privateKey).replace(/[^.]*$/, ""),
    "claims changed after it was signed": (claims) =>
      signed(claims, ours.privateKey).replace(/\.[^.]*\./, `.${encode({ ...claims, sub: "admin" })}.`),
    expired: (claims) => signed({ ...claims, exp: now - 60 }, ours.privateKey),
    "another login": (claims) => signed({ ...claims, nonce: "x" }, ours.privateKey),
    "another client": (claims) => signed({ ...claims, aud: "somebody" }, ours.privateKey),
    "another service": (claims) => signed({ ...claims, iss: "https://elsewhere.example.org" }, ours.privateKey),
    "no subject": (claims) => signed({ ...claims, sub: undefined }, ours.privateKey),
    "no token": () => "x",
  };
  for (const [what, token] of Object.entries(bad)) await assert.rejects(service.login(token), InputError, what);
});

test("a login service that is away is said to be, and asked again the next time", async () => {
  const { url, server } = await listen(() => undefined);
  server.close();
  const oidc = new Oidc(settings(url));
  const away = (thrown: unknown): boolean => thrown instanceof SystemError && thrown.remedy === "retry";
  await assert.rejects(oidc.begin(), away);
  await assert.rejects(oidc.begin(), away);
});
