import { createHash, randomBytes } from "node:crypto";
import * as client from "openid-client";
import * as z from "zod";
import { InputError, messageOf, SystemError } from "../kernel/errors.ts";
import type { Actor } from "../platform/actor.ts";
import type { Known } from "./role.ts";

export interface OidcSettings {
  /** `https://keycloak.example.com/realms/mlops`. */
  readonly issuer: string;
  readonly clientId: string;
  /** undefined: a public client, proven by PKCE alone. */
  readonly clientSecret: string | undefined;
  /** Where the login service sends the browser back to: `https://millwright.example.com/auth/callback`. */
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** The claim that lists somebody's groups; looked for in the ID token, then in the user's information. */
  readonly groupsClaim: string;
  /** How far apart the clocks of the login service and ours may be. */
  readonly clockToleranceSeconds: number;
  /** The only way out: bound by the server's main. */
  readonly fetch: client.CustomFetch;
}

/** Somebody whom the login service knows. */
export interface LoggedIn extends Known {
  readonly actor: Actor;
}

/**
 * Login by OpenID Connect: authorization code with PKCE. State, nonce and verifier all come from one secret that only the
 * browser keeps, in a cookie, so that nothing of an unfinished login stands in the database and no login can be finished by
 * another browser. The ID token's signature is always checked against the service's keys.
 */
export class Oidc {
  readonly #settings: OidcSettings;
  #configuration: Promise<client.Configuration> | undefined;

  constructor(settings: OidcSettings) {
    this.#settings = settings;
  }

  /** Where to send the browser, and the secret it keeps until it is back. */
  async begin(): Promise<{ readonly url: string; readonly secret: string }> {
    const secret = randomBytes(32).toString("base64url");
    const { verifier, state, nonce } = partsOf(secret);
    const url = client.buildAuthorizationUrl(await this.#configured(), {
      redirect_uri: this.#settings.redirectUri,
      scope: this.#settings.scopes.join(" "),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    return { url: url.href, secret };
  }

  /**
   * Who came back, from the query of the address it came back to. Throws `InputError` for a login that was refused, forged,
   * too old or begun elsewhere; `SystemError` when the login service does not answer.
   */
  async finish(query: string, secret: string): Promise<LoggedIn> {
    const configuration = await this.#configured();
    const { verifier, state, nonce } = partsOf(secret);
    const back = new URL(this.#settings.redirectUri);
    back.search = query;
    try {
      const tokens = await client.authorizationCodeGrant(configuration, back, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new InputError("The login service sent no ID token.");
      const information = Object.hasOwn(claims, this.#settings.groupsClaim)
        ? claims
        : { ...(await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
      return readPerson(information, this.#settings);
    } catch (thrown) {
      throw explain(thrown, this.#settings.issuer);
    }
  }

  /** Asked once; asked again after a failure. */
  async #configured(): Promise<client.Configuration> {
    this.#configuration ??= this.#discover();
    try {
      return await this.#configuration;
    } catch (thrown) {
      this.#configuration = undefined;
      throw explain(thrown, this.#settings.issuer);
    }
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret, clockToleranceSeconds } = this.#settings;
    const address = new URL(issuer);
    const loopback = address.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(address.hostname);
    const configuration = await client.discovery(
      address,
      clientId,
      { [client.clockTolerance]: clockToleranceSeconds },
      clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret),
      {
        [client.customFetch]: this.#settings.fetch,
        timeout: 10,
        // Without TLS only on this very machine.
        execute: loopback ? [client.allowInsecureRequests] : [],
      },
    );
    client.enableNonRepudiationChecks(configuration);
    return configuration;
  }
}

const Claims = z.object({
  sub: z.string().min(1).max(255),
  name: z.string().max(200).optional(),
  preferred_username: z.string().max(200).optional(),
  email: z.string().max(320).optional(),
  email_verified: z.boolean().optional(),
});

function readPerson(information: unknown, { issuer, groupsClaim }: OidcSettings): LoggedIn {
  const claims = Claims.safeParse(information);
  if (!claims.success) throw new InputError("The login service's answer does not say who logged in (`sub`).");
  const { sub, name, preferred_username: user, email, email_verified: verified } = claims.data;
  const groups = z
    .object({ [groupsClaim]: z.union([z.array(z.string()), z.string().transform((one) => [one])]) })
    .safeParse(information);
  return {
    actor: { kind: "person", id: `oidc:${idOfIssuer(issuer)}:${sub}`, name: name ?? user ?? email ?? sub },
    names: email !== undefined && verified === true ? [sub, email] : [sub],
    // Keycloak writes groups with their full path: `/mlops`.
    groups: groups.success ? (groups.data[groupsClaim] ?? []).map((group) => group.replace(/^\//, "")) : [],
  };
}

/** So that the same `sub` of another login service is somebody else. */
function idOfIssuer(issuer: string): string {
  return createHash("sha256").update(issuer).digest("hex").slice(0, 8);
}

function partsOf(secret: string): { readonly verifier: string; readonly state: string; readonly nonce: string } {
  const part = (name: string): string => createHash("sha256").update(`${name}:${secret}`).digest("base64url");
  return { verifier: part("verifier"), state: part("state"), nonce: part("nonce") };
}

/** The library's words name the check that failed; they hold no token. */
function explain(thrown: unknown, issuer: string): Error {
  if (thrown instanceof InputError || thrown instanceof SystemError) return thrown;
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const network = thrown instanceof TypeError && messageOf(thrown) === "fetch failed";
  if (network || code === "OAUTH_TIMEOUT" || code === "OAUTH_RESPONSE_IS_NOT_CONFORM") {
    return new SystemError(`the login service ${issuer} does not answer as it should (${messageOf(thrown)})`, "retry", {
      cause: thrown,
    });
  }
  if (thrown instanceof client.AuthorizationResponseError) {
    return new InputError(`The login service refused: ${thrown.error}. Begin again at /auth/login.`, { cause: thrown });
  }
  return new InputError(`The login is not valid (${messageOf(thrown)}). Begin again at /auth/login.`, {
    cause: thrown,
  });
}
