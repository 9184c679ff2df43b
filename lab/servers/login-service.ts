import { generateKeyPairSync } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import Provider, { type JWK } from "oidc-provider";
import type { Ledger } from "../ledger.ts";
import { html, page } from "../panel/markup.ts";
import type { Part } from "../part.ts";
import { listenHttp } from "./listen.ts";
import { LoginMemory } from "./login-memory.ts";

/** Somebody of the lab who can log in. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly groups: readonly string[];
  readonly may: string;
}

/** A certified OpenID Connect provider in Keycloak's place, with a login page of its own. */
export interface LoginService extends Part {
  readonly url: string;
}

export interface LoginServiceOptions {
  readonly port: number;
  readonly accounts: readonly Account[];
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  /** A client that logs in as itself, for the probe. */
  readonly canarySecret: string;
  /** Signs cookies. */
  readonly cookieKey: string;
  /** Signs tokens; a `newSigningKey` that was kept. */
  readonly signingKey: JWK;
  readonly ledger: Ledger;
}

export function newSigningKey(): JWK {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "lab" } as JWK;
}

export async function startLoginService(options: LoginServiceOptions): Promise<LoginService> {
  const { accounts, ledger } = options;
  let provider: Provider | undefined;
  const { port, close } = await listenHttp((request, response) => {
    if (provider === undefined) {
      response.writeHead(503, { "retry-after": "1" });
      response.end();
    } else if (request.url?.startsWith("/interaction/") === true) {
      void interact(provider, accounts, ledger, request, response).catch((thrown: unknown) => {
        if (!response.headersSent) response.writeHead(400, { "content-type": "text/plain; charset=utf-8" });
        response.end(`This login is over: ${thrown instanceof Error ? thrown.message : ""}. Begin again.\n`);
      });
    } else void provider.callback()(request, response);
  }, options.port);
  const url = `http://127.0.0.1:${port}`;
  provider = makeProvider(url, options);
  return { name: "login service", url, close };
}

function makeProvider(url: string, options: LoginServiceOptions): Provider {
  const provider = new Provider(url, {
    adapter: LoginMemory,
    clients: [
      {
        client_id: "millwright",
        client_secret: options.clientSecret,
        redirect_uris: [...options.redirectUris],
        token_endpoint_auth_method: "client_secret_post",
      },
      {
        client_id: "canary",
        client_secret: options.canarySecret,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"], groups: ["groups"] },
    features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
    pkce: { required: (_, { clientId }) => clientId === "millwright" },
    cookies: { keys: [options.cookieKey] },
    jwks: { keys: [options.signingKey] },
    ttl: {
      AccessToken: 3600,
      ClientCredentials: 600,
      IdToken: 3600,
      Session: 12 * 3600,
      Interaction: 3600,
      Grant: 12 * 3600,
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => {
      const account = options.accounts.find(({ id }) => id === sub);
      if (account === undefined) return undefined;
      const email = `${account.id}@example.org`;
      const claims = { sub, name: account.name, email, email_verified: true, groups: [...account.groups] };
      return { accountId: sub, claims: async () => claims };
    },
    // Nobody is asked whether Millwright may know who they are.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client?.clientId ?? "",
        accountId: ctx.oidc.session?.accountId ?? "",
      });
      grant.addOIDCScope("openid profile email groups");
      await grant.save();
      return grant;
    },
    renderError: (ctx, { error, error_description: description }) => {
      ctx.type = "html";
      ctx.body = page("Not logged in", html`<h1>Not logged in</h1><p>${error}: ${description ?? ""}</p>`);
    },
  });
  provider.on("server_error", () => undefined);
  return provider;
}

async function interact(
  provider: Provider,
  accounts: readonly Account[],
  ledger: Ledger,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method !== "POST") return show(response, accounts, uid, undefined);
  const form = new URLSearchParams(await bodyOf(request));
  const account = accounts.find(({ id, password }) => id === form.get("user") && password === form.get("password"));
  if (account === undefined) return show(response, accounts, uid, "This name and password do not belong together.");
  ledger.add("login service", "login", { user: account.id });
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: account.id } },
    { mergeWithLastSubmission: false },
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString("utf8");
    if (text.length > 10_000) throw new Error("the form is too long");
  }
  return text;
}

function show(
  response: ServerResponse,
  accounts: readonly Account[],
  uid: string,
  complaint: string | undefined,
): void {
  const people = accounts.map(
    ({ id, name, may }) => html`<li><label><input type="radio" name="user" value="${id}" required>
      <span><b>${name}</b> <code>${id}</code><br><small>${may}</small></span></label></li>`,
  );
  const body = html`<h1>Log in to the lab</h1>
    <p class="quiet">In Keycloak's place. The passwords stand where the lab was started, and on its panel.</p>
    ${complaint === undefined ? "" : html`<p class="bad" role="alert">${complaint}</p>`}
    <form method="post" action="/interaction/${uid}">
      <ul class="people">${people}</ul>
      <label class="field">Password <input type="password" name="password" autocomplete="current-password" required autofocus></label>
      <button>Log in</button>
    </form>`;
  response.writeHead(complaint === undefined ? 200 : 401, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  response.end(page("Log in · lab", body));
}
